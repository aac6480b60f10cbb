//! What an iteration was made from, written down beside its results: the settings as they were read, the strategies with
//! their values, the markets, and how much history there was to learn from.

use super::{Context, Failure, FailureKind, Pipeline, Stage, iterate};
use crate::BUILT_FROM;
use crate::artifact::{
    self, ArtifactError, Change, History, Lake, ParameterRow, Partial, PathSet, Placebo, RecipeRow, Run, ScenarioRow,
    StrategyRow, Table, Trial,
};
use crate::config::{Config, Written};
use crate::strategy::native::verify::platform;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A recipe as it was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    pub engine: String,
    pub written: Written,
    pub folder: PathBuf,
    pub stages: Vec<Stage>,
    /// Names of snapshots; None where the run had none.
    pub strategies: Option<String>,
    pub parameters: Option<String>,
    /// blake3 of every real market's bars, by name.
    pub markets: BTreeMap<String, String>,
    /// What was in the history before, by table.
    pub past: BTreeMap<String, String>,
}

/// What computes, by everything that may change its results.
pub fn engine() -> String {
    format!("{} {BUILT_FROM} {}", env!("CARGO_PKG_VERSION"), platform())
}

/// Tables that a search learns from.
pub fn past(lake: &Lake, before: i64) -> Result<BTreeMap<String, String>, ArtifactError> {
    Ok(BTreeMap::from([
        of_table::<Run>(lake, before)?,
        of_table::<Trial>(lake, before)?,
        of_table::<Change>(lake, before)?,
        of_table::<Placebo>(lake, before)?,
    ]))
}

/// A hash over the names of the runs that were there.
fn of_table<R: History>(lake: &Lake, before: i64) -> Result<(String, String), ArtifactError> {
    let mut hasher = blake3::Hasher::new();
    for file in earlier::<R>(lake, before)? {
        hasher.update(file.as_os_str().as_encoded_bytes()).update(b"\0");
    }
    Ok((R::FOLDER.to_owned(), hasher.finalize().to_hex()[..32].to_owned()))
}

/// Files of runs that started before, by day and name.
pub fn earlier<R: History>(lake: &Lake, before: i64) -> Result<Vec<PathBuf>, ArtifactError> {
    // A run is named by the time of its start.
    let name = chrono::DateTime::from_timestamp_micros(before)
        .map_or_else(String::new, |time| time.format("%Y%m%dT%H%M%S%3fZ").to_string());
    let files = lake.files::<R>()?.into_iter().filter(|file| file.run_id < name);
    Ok(files
        .map(|file| PathBuf::from(format!("day={}", file.day)).join(format!("run={}.parquet", file.run_id)))
        .collect())
}

fn snapshots(data: &Path) -> PathBuf {
    data.join("snapshots")
}

pub fn snapshot(data: &Path, name: &str) -> PathBuf {
    snapshots(data).join(name).with_extension("parquet")
}

/// Keeps the table as it stands under the hash of its bytes; None where there is none.
fn keep<R: Table>(data: &Path) -> Result<Option<String>, Failure> {
    let from = artifact::path::<R>(data);
    let bytes = match fs::read(&from) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("cannot read", &from, &error)),
    };
    let name = blake3::hash(&bytes).to_hex()[..32].to_owned();
    let target = snapshot(data, &name);
    let failed = |error: std::io::Error| Failure::io("cannot keep", &target, &error);
    if !target.exists() {
        let partial = Partial::beside(&target).map_err(failed)?;
        fs::write(partial.path(), bytes).map_err(failed)?;
        partial.publish().map_err(failed)?;
    }
    Ok(Some(name))
}

/// Writes down what the iteration was made from. Only for the holder of the lock.
///
/// # Errors
/// A damaged artifact, the operating system.
pub fn write(context: &Context, pipeline: &Pipeline) -> Result<(), Failure> {
    let (data, lake) = (&context.data, Lake::new(&context.data));
    let row = |ingredient: &str, name: &str, content: String| RecipeRow {
        ingredient: ingredient.to_owned(),
        name: name.to_owned(),
        content,
    };
    let internal = |error: serde_json::Error| Failure::new(FailureKind::Internal, error.to_string());
    let stages: Vec<&str> = pipeline.stages.iter().map(|stage| stage.name()).collect();
    let folder = std::path::absolute(&context.config.base_dir).unwrap_or_else(|_| context.config.base_dir.clone());
    let mut rows = vec![
        row("engine", "", engine()),
        row("config", "", serde_json::to_string(&context.config.written).map_err(internal)?),
        row("folder", "", folder.to_string_lossy().into_owned()),
        row("stages", "", stages.join(" ")),
    ];
    rows.extend(keep::<StrategyRow>(data)?.map(|name| row("strategies", "", name)));
    rows.extend(keep::<ParameterRow>(data)?.map(|name| row("parameters", "", name)));
    rows.extend(markets(data)?.into_iter().map(|(name, hash)| row("market", &name, hash)));
    rows.extend(
        past(&lake, context.started.timestamp_micros())?.into_iter().map(|(name, hash)| row("past", &name, hash)),
    );
    lake.append(&iterate::stamp(context), &rows, &context.provenance())?;
    Ok(())
}

/// The real markets of the last generation.
pub fn markets(data: &Path) -> Result<BTreeMap<String, String>, Failure> {
    match artifact::read::<ScenarioRow>(data) {
        Ok(rows) => {
            let real = rows.into_iter().filter(|row| row.set == PathSet::Historical);
            Ok(real.map(|row| (row.market, row.content_hash)).collect())
        }
        Err(error) if error.is_missing() => Ok(BTreeMap::new()),
        Err(error) => Err(error.into()),
    }
}

/// Removes snapshots that no recipe names any more.
///
/// # Errors
/// A damaged recipe, the operating system.
pub fn clear(context: &Context) -> Result<(), Failure> {
    let folder = snapshots(&context.data);
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
    let rows = Lake::new(&context.data).read::<RecipeRow>()?.into_iter();
    let kept = |row: &RecipeRow| ["strategies", "parameters"].contains(&row.ingredient.as_str());
    let named: BTreeSet<String> = rows.map(|row| row.row).filter(kept).map(|row| row.content).collect();
    for entry in entries.flatten() {
        let path = entry.path();
        if !path.file_stem().is_some_and(|stem| named.contains(&*stem.to_string_lossy())) {
            fs::remove_file(&path).map_err(|error| Failure::io("cannot remove", &path, &error))?;
        }
    }
    Ok(())
}

impl Recipe {
    /// The recipe of a run; None where there is none, or none of this kind.
    ///
    /// # Errors
    /// A damaged file of the history.
    pub fn of(context: &Context, run_id: &str) -> Result<Option<Self>, Failure> {
        let lake = Lake::new(&context.data);
        let Some(file) = lake.files::<RecipeRow>()?.into_iter().find(|file| file.run_id == run_id) else {
            return Ok(None);
        };
        let rows = artifact::read_file::<artifact::Stamped<RecipeRow>>(&file.path)?.rows;
        let one = |ingredient: &str| {
            rows.iter().map(|row| &row.row).find(|row| row.ingredient == ingredient).map(|row| row.content.clone())
        };
        let all = |ingredient: &str| -> BTreeMap<String, String> {
            let own = rows.iter().map(|row| &row.row).filter(|row| row.ingredient == ingredient);
            own.map(|row| (row.name.clone(), row.content.clone())).collect()
        };
        let read = || {
            Some(Self {
                engine: one("engine")?,
                written: serde_json::from_str(&one("config")?).ok()?,
                folder: PathBuf::from(one("folder")?),
                stages: one("stages")?.split(' ').map(Stage::from_name).collect::<Option<_>>()?,
                strategies: one("strategies"),
                parameters: one("parameters"),
                markets: all("market"),
                past: all("past"),
            })
        };
        Ok(read())
    }

    /// The settings of then.
    pub fn config(&self) -> Option<Config> {
        Config::read_again(&self.written, &self.folder).ok()
    }
}
