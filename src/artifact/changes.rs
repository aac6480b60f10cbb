//! `changes.parquet`: every attempt to change a parameter, the refused ones included.

use super::cell::{Json, words};
use super::table::{History, table};
use crate::patch::Undo;
use crate::strategy::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeDecision {
    Applied,
    /// The file stayed byte-identical.
    Refused,
    /// Shown, not written.
    DryRun,
    RolledBack,
}

words!(ChangeDecision);

table! {
    /// One attempt to change one parameter in its file.
    pub struct Change {
        /// Identity of the attempt.
        change_id: String,
        /// The strategy.
        strategy_name: String,
        /// The parameter.
        parameter: String,
        /// Value before.
        old_value: Json<Value>,
        /// Value asked for.
        new_value: Json<Value>,
        /// File that holds it, relative to the strategy's root.
        path: String,
        /// Line of the value, one-based.
        line: u32,
        /// applied, refused, dry_run or rolled_back.
        decision: ChangeDecision,
        /// True where a person asked for it by hand.
        manual: bool,
        /// One sentence: why this decision.
        reason: String,
        /// blake3 of the file before; null where it could not be read.
        old_hash: Option<String>,
        /// blake3 of the file after; null where nothing was written.
        new_hash: Option<String>,
        /// Where the bytes before are kept; null where nothing was written.
        backup: Option<String>,
        /// Improvement that earned it, as a fraction; null for a change by hand.
        improvement: Option<f64>,
        /// The change as a unified diff; empty where there is none.
        diff: String,
        /// What takes the whole file back, byte for byte; null where nothing was written.
        undo: Option<Json<Undo>>,
        /// Last bar of every real market when it was written, in microseconds since the epoch: what came later is new.
        known_until: Json<BTreeMap<String, i64>>,
        /// The change_id that this one takes back; null where it takes back nothing.
        takes_back: Option<String>,
    }
    name: "changes",
    stage: "apply",
    version: 2,
    key: ["change_id"],
    check: check,
}

impl History for Change {
    const FOLDER: &'static str = "changes";
}

fn check(row: &Change) -> Result<(), String> {
    if row.change_id.is_empty() || row.strategy_name.is_empty() || row.parameter.is_empty() || row.reason.is_empty() {
        return Err("change_id, strategy_name, parameter or reason is empty".to_owned());
    }
    let written = matches!(row.decision, ChangeDecision::Applied | ChangeDecision::RolledBack);
    if written && (row.old_hash.is_none() || row.new_hash.is_none()) {
        return Err("a change that was written has old_hash and new_hash".to_owned());
    }
    if row.decision == ChangeDecision::Applied && row.backup.is_none() {
        return Err("an applied change has a backup".to_owned());
    }
    if row.decision == ChangeDecision::RolledBack && row.takes_back.is_none() {
        return Err("a change that was rolled back says which in takes_back".to_owned());
    }
    if !written && row.new_hash.is_some() {
        return Err("nothing was written, but there is a new_hash".to_owned());
    }
    Ok(())
}
