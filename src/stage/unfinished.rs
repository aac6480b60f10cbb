//! An iteration on its way: who it is, and how far it came. One that was killed is finished by the next under its own name,
//! so that its rows are in the history once and not twice.

use super::{Context, Failure, FailureKind, Pipeline, Stage};
use crate::artifact::Partial;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unfinished {
    pub run_id: String,
    /// Microseconds since 1970, UTC.
    pub started: i64,
    pub iteration: u32,
    pipeline: String,
    stages: Vec<String>,
    seed: u64,
    version: String,
    config_hash: String,
    /// By stage, of those that are done.
    pub summaries: Map<String, Value>,
}

fn file(data: &Path) -> PathBuf {
    data.join("unfinished.json")
}

impl Unfinished {
    /// The iteration that `context` is about.
    pub fn of(context: &Context, pipeline: &Pipeline) -> Self {
        Self {
            run_id: context.run_id.clone(),
            started: context.started.timestamp_micros(),
            iteration: context.iteration,
            pipeline: pipeline.name.clone(),
            stages: pipeline.stages.iter().map(|stage| stage.name().to_owned()).collect(),
            seed: context.seed.value(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config_hash: context.config.hash.clone(),
            summaries: Map::new(),
        }
    }

    /// One that was left; None where there is none, or none that can be read.
    ///
    /// # Errors
    /// The operating system.
    pub fn left(data: &Path) -> Result<Option<Self>, Failure> {
        let path = file(data);
        match fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::io("cannot read", &path, &error)),
        }
    }

    /// Whether `context` would do the same under another name.
    pub fn is_of(&self, context: &Context, pipeline: &Pipeline) -> bool {
        let own = Self::of(context, pipeline);
        Self {
            run_id: own.run_id.clone(),
            started: own.started,
            iteration: own.iteration,
            summaries: Map::new(),
            ..self.clone()
        } == own
    }

    /// `context` under this iteration's name.
    ///
    /// # Errors
    /// A time that is none.
    pub fn continued(&self, context: &Context) -> Result<Context, Failure> {
        let started = DateTime::from_timestamp_micros(self.started)
            .ok_or_else(|| Failure::new(FailureKind::BadArtifact, "unfinished.json: its time is none; remove it"))?;
        let mut context = context.clone().at_iteration(self.iteration, &self.pipeline);
        context.run_id.clone_from(&self.run_id);
        context.started = started;
        Ok(context)
    }

    /// # Errors
    /// It cannot be written.
    pub fn note(&self, data: &Path) -> Result<(), Failure> {
        let path = file(data);
        let failed = |error: io::Error| Failure::io("cannot write", &path, &error);
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        let partial = Partial::beside(&path).map_err(failed)?;
        fs::write(partial.path(), text).map_err(failed)?;
        partial.publish().map_err(failed)
    }

    /// # Errors
    /// It cannot be removed.
    pub fn forget(data: &Path) -> Result<(), Failure> {
        let path = file(data);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::io("cannot remove", &path, &error)),
            _ => Ok(()),
        }
    }

    /// Stages of `pipeline` that need not be done again once changes to the user's files are in the history: all up to
    /// the one that made them.
    pub fn done_once_applied(pipeline: &Pipeline) -> usize {
        pipeline.stages.iter().position(|stage| *stage == Stage::Apply).map_or(0, |apply| apply + 1)
    }
}
