use super::LaunchError;
use crate::strategy::worker::Limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// All that one worker may do, written by the engine for the launcher.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::strategy::worker) struct Policy {
    /// Process id of the engine; the worker ends with it.
    pub parent: u32,
    pub program: PathBuf,
    /// The same, links resolved.
    pub resolved: PathBuf,
    pub arguments: Vec<String>,
    /// The whole environment.
    pub environment: Vec<(String, String)>,
    pub folder: PathBuf,
    pub reads: BTreeSet<PathBuf>,
    pub lists: BTreeSet<PathBuf>,
    /// The only directory that may be written.
    pub scratch: PathBuf,
    pub limits: Limits,
    pub allow_unsandboxed: bool,
}

impl Policy {
    pub fn read(path: &Path) -> Result<Self, LaunchError> {
        let text = fs::read(path).map_err(|error| LaunchError::new("the policy file", error))?;
        serde_json::from_slice(&text).map_err(|error| LaunchError::new("the policy file", error))
    }
}
