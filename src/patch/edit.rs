use super::Format;
use crate::strategy::Value;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One value to change. `start..end` is the byte span of the value alone, sign and quotes included, in the
/// file whose bytes hash to `expected_hash` (see [`super::hash`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub file: PathBuf,
    pub format: Format,
    pub start: u32,
    pub end: u32,
    /// What stands there now. `Float` over an integer's text (`threshold: 2`) declares a parameter that may
    /// become `2.5`; `Int` never may.
    pub old: Value,
    pub new: Value,
    pub expected_hash: String,
}

/// One replaced span, enough to take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `strategies[0].parameters.lookback_period`
    pub key: String,
    /// One-based.
    pub line: u32,
    /// Byte offset of `old_text` in the old bytes.
    pub start: u32,
    pub old_text: String,
    pub new_text: String,
}

/// What history keeps so that a file can be given back its old bytes without any backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The file itself, symbolic links resolved.
    pub file: PathBuf,
    pub old_hash: String,
    pub new_hash: String,
    /// In order of `start`, without overlap.
    pub changes: Vec<Change>,
}

impl Undo {
    /// The old bytes, or `None` where `new` are not the bytes that the change left.
    pub fn revert(&self, new: &[u8]) -> Option<Vec<u8>> {
        if super::hash(new) != self.new_hash {
            return None;
        }
        let mut old = Vec::with_capacity(new.len());
        let mut rest = new;
        for change in &self.changes {
            let kept = (change.start as usize).checked_sub(old.len())?;
            let (before, from_change) = rest.split_at_checked(kept)?;
            old.extend_from_slice(before);
            old.extend_from_slice(change.old_text.as_bytes());
            rest = from_change.strip_prefix(change.new_text.as_bytes())?;
        }
        old.extend_from_slice(rest);
        (super::hash(&old) == self.old_hash).then_some(old)
    }
}
