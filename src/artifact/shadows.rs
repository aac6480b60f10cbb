//! `shadows.parquet`: how the values before a promotion would have done since, on real bars that came after it.

use super::cell::words;
use super::table::{History, table};
use serde::{Deserialize, Serialize};

/// What became of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShadowState {
    /// Both run on.
    Watching,
    /// The old values are better beyond doubt: the change was, or would be, taken back.
    OldBetter,
    /// The new values are better beyond doubt.
    NewBetter,
    /// The values in the file are not those that were promoted any more.
    Closed,
    /// One of both broke on the real bars.
    Broken,
}

words!(ShadowState);

table! {
    /// One promoted change whose old values are run beside the new ones, as of one iteration.
    pub struct Shadow {
        /// The run that made the change.
        change_run: String,
        /// The strategy.
        strategy_name: String,
        /// Real bars since the change on which both were compared.
        bars: u32,
        /// Natural logarithm of the evidence that the old values are better.
        log_e_old: f64,
        /// Natural logarithm of the evidence that the new values are better.
        log_e_new: f64,
        /// Natural logarithm of the evidence at which a change is taken back.
        log_threshold: f64,
        /// watching, old_better, new_better, closed or broken.
        state: ShadowState,
        /// One sentence.
        note: String,
    }
    name: "shadows",
    stage: "apply",
    version: 1,
    key: ["change_run", "strategy_name"],
    check: check,
}

impl History for Shadow {
    const FOLDER: &'static str = "shadow_history";
}

fn check(row: &Shadow) -> Result<(), String> {
    if row.change_run.is_empty() || row.strategy_name.is_empty() || row.note.is_empty() {
        return Err("change_run, strategy_name or note is empty".to_owned());
    }
    if row.state == ShadowState::OldBetter && row.log_e_old < row.log_threshold {
        return Err("old_better although the evidence is below the threshold".to_owned());
    }
    Ok(())
}
