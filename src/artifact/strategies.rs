//! `strategies.parquet`: what discovery found, every class with its status and the line that proves it.

use super::cell::{Json, words};
use super::table::table;
use crate::discovery::{ConstructorArgument, Status, Strategy};
use crate::strategy::{Entry, Protocol};

words!(Status, Protocol);

table! {
    /// One class that looks like a strategy, or one file that could not be read.
    pub struct StrategyRow {
        /// snake_case of the class, told apart by path where two would be equal.
        strategy_name: String,
        /// Bare class name; empty for an unreadable file.
        class_name: String,
        /// Dotted within the module: `Outer.Inner`.
        qualname: String,
        /// Dotted import name relative to import_root.
        module: String,
        /// Absolute directory that has to be on sys.path for the module to import.
        import_root: String,
        /// Absolute scanned root.
        root: String,
        /// File relative to root, with forward slashes.
        path: String,
        /// Line of the class statement, one-based; 0 for an unreadable file.
        line: u32,
        /// runnable, needs_adapter, needs_data, needs_service, abstract, test, not_a_strategy, unreadable or excluded.
        status: Status,
        /// One sentence: why this status.
        reason: String,
        /// The line in path that proves the status, one-based; 0 where there is none.
        evidence_line: u32,
        /// What made it a candidate: a name pattern or a base class.
        matched_by: String,
        /// How it is called; null where no way is known.
        protocol: Option<Protocol>,
        /// The method that answers; null where no way is known.
        entry_method: Option<String>,
        /// The whole calling convention.
        entry: Option<Json<Entry>>,
        /// Constructor arguments in order, and where each value comes from.
        constructor: Json<Vec<ConstructorArgument>>,
        /// Base classes in resolution order.
        bases: Json<Vec<String>>,
        /// Third-party modules it needs.
        requires: Json<Vec<String>>,
        /// Repository files it is built from, relative to root.
        source_files: Json<Vec<String>>,
        /// blake3 of those files' names and bytes.
        source_hash: String,
    }
    name: "strategies",
    stage: "discover",
    version: 1,
    key: ["strategy_name"],
    check: check,
}

fn check(row: &StrategyRow) -> Result<(), String> {
    if row.strategy_name.is_empty() {
        return Err("strategy_name is empty".to_owned());
    }
    let entry = row.entry.as_ref().map(|entry| &entry.0);
    if row.protocol != entry.map(|entry| entry.protocol)
        || row.entry_method.as_deref() != entry.map(|entry| entry.method.as_str())
    {
        return Err("protocol and entry_method are not those of entry".to_owned());
    }
    if row.status == Status::Runnable && entry.is_none() {
        return Err("status is runnable but there is no entry".to_owned());
    }
    Ok(())
}

impl From<Strategy> for StrategyRow {
    fn from(found: Strategy) -> Self {
        Self {
            strategy_name: found.name,
            class_name: found.class_name,
            qualname: found.qualname,
            module: found.module,
            import_root: found.import_root,
            root: found.root,
            path: found.path,
            line: found.line,
            status: found.status,
            reason: found.reason,
            evidence_line: found.evidence_line,
            matched_by: found.matched_by,
            protocol: found.entry.as_ref().map(|entry| entry.protocol),
            entry_method: found.entry.as_ref().map(|entry| entry.method.clone()),
            entry: found.entry.map(Json),
            constructor: Json(found.constructor),
            bases: Json(found.bases),
            requires: Json(found.requires),
            source_files: Json(found.source_files),
            source_hash: found.source_hash,
        }
    }
}

impl From<StrategyRow> for Strategy {
    fn from(row: StrategyRow) -> Self {
        Self {
            name: row.strategy_name,
            class_name: row.class_name,
            qualname: row.qualname,
            module: row.module,
            import_root: row.import_root,
            root: row.root,
            path: row.path,
            line: row.line,
            status: row.status,
            reason: row.reason,
            evidence_line: row.evidence_line,
            matched_by: row.matched_by,
            bases: row.bases.0,
            entry: row.entry.map(|entry| entry.0),
            constructor: row.constructor.0,
            requires: row.requires.0,
            source_files: row.source_files.0,
            source_hash: row.source_hash,
        }
    }
}
