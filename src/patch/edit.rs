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
    /// What takes the taking back back: from the old bytes to the new ones again.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut shift = 0_i64;
        let changes = self
            .changes
            .iter()
            .map(|change| {
                // A file is read whole and spans are 32 bits wide: the sum stays within.
                let start = u32::try_from(i64::from(change.start) + shift).unwrap_or(change.start);
                shift += change.new_text.len() as i64 - change.old_text.len() as i64;
                Change {
                    key: change.key.clone(),
                    line: change.line,
                    start,
                    old_text: change.new_text.clone(),
                    new_text: change.old_text.clone(),
                }
            })
            .collect();
        Self { file: self.file.clone(), old_hash: self.new_hash.clone(), new_hash: self.old_hash.clone(), changes }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_again() {
        let (old, new) = (b"a: 20, b: 1.5\n", b"a: 7, b: 11.25\n");
        let change = |start, old_text: &str, new_text: &str| Change {
            key: String::new(),
            line: 1,
            start,
            old_text: old_text.to_owned(),
            new_text: new_text.to_owned(),
        };
        let undo = Undo {
            file: PathBuf::from("c.yaml"),
            old_hash: crate::patch::hash(old),
            new_hash: crate::patch::hash(new),
            changes: vec![change(3, "20", "7"), change(10, "1.5", "11.25")],
        };
        assert_eq!(undo.revert(new).as_deref(), Some(&old[..]));
        assert_eq!(undo.reversed().revert(old).as_deref(), Some(&new[..]));
        assert_eq!(undo.reversed().reversed(), undo);
        assert_eq!(undo.reversed().revert(new), None);
    }
}
