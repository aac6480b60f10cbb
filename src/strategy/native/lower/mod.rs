//! From a class's source to one typed program, or the construct that stands in the way.

use super::ir::Program;
use crate::discovery::{Parameter, Strategy};
use crate::strategy::Meaning;
use std::collections::BTreeMap;
use std::fmt;

/// Changes whenever the same source may become another program.
pub const VERSION: u32 = 0;

/// What is to be lowered, and for which interpreter.
#[derive(Debug)]
pub struct Request<'a> {
    pub strategy: &'a Strategy,
    /// The strategy's own parameters.
    pub parameters: &'a [Parameter],
    pub meaning: Meaning,
    /// Major and minor version of CPython.
    pub python: (u8, u8),
    /// Parameters that vary, with the kind their values have; all others keep the value in the source.
    pub varied: &'a BTreeMap<String, VariedKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VariedKind {
    Bool,
    Int,
    Float,
    /// Passed as the index of its text in [`Lowered::strings`].
    Str,
}

/// A program, and the strings that its symbols stand for; a string that is not there has the next free number.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowered {
    pub program: Program,
    pub strings: Vec<Option<String>>,
}

/// What keeps a class in CPython.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// Relative to the root.
    pub file: String,
    /// One-based.
    pub line: u32,
    /// A class of constructs, the same for all places: `try statement`, `pandas`.
    pub construct: String,
    /// What it is about here.
    pub why: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.construct, self.why)
    }
}

/// # Errors
/// The first construct that is not understood.
pub fn lower(request: &Request<'_>) -> Result<Lowered, Obstacle> {
    Err(Obstacle {
        file: request.strategy.path.clone(),
        line: request.strategy.line,
        construct: "class".to_owned(),
        why: "nothing is lowered yet".to_owned(),
    })
}
