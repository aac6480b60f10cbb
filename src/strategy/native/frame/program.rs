//! What a run did, as text: one kernel a line.

use super::column::{Column, Word};
use std::collections::BTreeMap;
use std::fmt;

/// A place where a value may come from bars after the one it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Relative to the root.
    pub file: String,
    /// One-based.
    pub line: u32,
    /// `shift(-1)`
    pub what: String,
    /// By a number of bars that is known, and on the way to the answer only where the answer says so.
    pub sure: bool,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    steps: Vec<String>,
    names: BTreeMap<u128, usize>,
    unnamed: usize,
}

/// Enough to see what a class does.
const STEPS: usize = 400;

impl Program {
    pub fn note(&mut self, kernel: &str, inputs: &[&Column], words: &[Word<'_>], made: &Column, file: &str, line: u32) {
        if self.steps.len() >= STEPS {
            self.unnamed += 1;
            return;
        }
        let name = |id: Option<u128>| match id.and_then(|id| self.names.get(&id)) {
            Some(name) => format!("v{name}"),
            None => "written".to_owned(),
        };
        let mut parts: Vec<String> = inputs.iter().map(|input| name(input.id)).collect();
        parts.extend(words.iter().map(ToString::to_string));
        if let Some(id) = made.id {
            if self.names.contains_key(&id) {
                return;
            }
            let next = self.names.len();
            self.names.insert(id, next);
        }
        let result =
            made.id.and_then(|id| self.names.get(&id)).map_or_else(|| "_".to_owned(), |name| format!("v{name}"));
        let dtype = made.data.dtype();
        self.steps.push(format!("{result}: {dtype} = {kernel}({})  # {file}:{line}", parts.join(", ")));
    }

    /// The market's own columns have names from the start.
    pub fn know(&mut self, column: &Column, name: &str) {
        if let Some(id) = column.id
            && !self.names.contains_key(&id)
        {
            let next = self.names.len();
            self.names.insert(id, next);
            self.steps.push(format!("v{next}: {} = {name}", column.data.dtype()));
        }
    }

    pub fn lines(&self) -> &[String] {
        &self.steps
    }

    /// Steps that were too many to keep.
    pub const fn omitted(&self) -> usize {
        self.unnamed
    }
}
