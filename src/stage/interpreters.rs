use super::{Failure, FailureKind};
use crate::strategy::worker::{Interpreter, Probes, find_interpreter};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The Python of every root, asked about itself once per run and not once per stage.
#[derive(Debug, Clone, Default)]
pub struct Interpreters(Arc<Mutex<BTreeMap<Asked, Interpreter>>>);

/// What the configuration names, and the root.
type Asked = (Option<PathBuf>, PathBuf);

impl Interpreters {
    /// # Errors
    /// Every place that was tried and why it would not do.
    pub fn of(&self, configured: Option<&Path>, root: &Path, probes: &Probes) -> Result<Interpreter, Failure> {
        let asked = (configured.map(Path::to_owned), root.to_owned());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(interpreter) = known.get(&asked) {
            return Ok(interpreter.clone());
        }
        let found = find_interpreter(configured, root, &|name| std::env::var(name).ok(), probes)
            .map_err(|error| Failure::new(FailureKind::Python, error.to_string()))?;
        known.insert(asked, found.clone());
        Ok(found)
    }
}
