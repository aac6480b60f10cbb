//! `functions.parquet`: functions that look like strategies; counted and named, not run.

use super::table::table;
use crate::discovery::FunctionCandidate;

table! {
    /// One function that looks like a strategy.
    pub struct FunctionRow {
        /// Name of the function.
        name: String,
        /// File relative to its root, with forward slashes.
        path: String,
        /// Line of the def statement, one-based.
        line: u32,
    }
    name: "functions",
    stage: "discover",
    version: 1,
    key: ["path", "line", "name"],
    check: check,
}

fn check(row: &FunctionRow) -> Result<(), String> {
    if row.name.is_empty() { Err("name is empty".to_owned()) } else { Ok(()) }
}

impl From<FunctionCandidate> for FunctionRow {
    fn from(found: FunctionCandidate) -> Self {
        Self { name: found.name, path: found.path, line: found.line }
    }
}

impl From<FunctionRow> for FunctionCandidate {
    fn from(row: FunctionRow) -> Self {
        Self { name: row.name, path: row.path, line: row.line }
    }
}
