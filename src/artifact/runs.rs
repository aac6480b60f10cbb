//! The lake's `runs`: what each iteration did.

use super::cell::{Micros, words};
use super::table::{History, table};
use serde::{Deserialize, Serialize};

/// How an iteration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Complete,
    /// Ended by a signal; what was finished is kept.
    Abandoned,
    Failed,
}

impl RunStatus {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Abandoned => "abandoned",
            Self::Failed => "failed",
        }
    }
}

words!(RunStatus);

table! {
    /// One iteration of the pipeline.
    pub struct Run {
        /// Number of the iteration, from 1.
        iteration: u32,
        /// When it started.
        started: Micros,
        /// When it ended.
        finished: Micros,
        /// Seed that everything in it was drawn from.
        seed: u64,
        /// Version of cbt.
        version: String,
        /// blake3 of the resolved configuration.
        config_hash: String,
        /// Classes found, of any status.
        strategies_found: u32,
        /// Classes with status runnable.
        strategies_runnable: u32,
        /// Backtest rows written.
        backtests: u32,
        /// Trials made by all searches.
        trials: u32,
        /// Challengers the gate promoted.
        promoted: u32,
        /// Parameters changed in their files.
        applied: u32,
        /// Changes refused.
        refused: u32,
        /// Strategies that raised, hung or crashed.
        failed: u32,
        /// Shards of work that were taken from an earlier time; null in runs of before shards were kept.
        shard_hits: Option<u32>,
        /// Shards that were computed; null in runs of before shards were kept.
        shard_misses: Option<u32>,
        /// The HTML report; null where none was written.
        report_path: Option<String>,
        /// complete, abandoned or failed.
        status: RunStatus,
        /// What ended it early; null where it is complete.
        failure_message: Option<String>,
    }
    name: "runs",
    stage: "iterate",
    version: 2,
    key: ["iteration"],
    added: [("shard_hits", 2), ("shard_misses", 2)],
    check: check,
}

impl History for Run {
    const FOLDER: &'static str = "runs";
}

fn check(row: &Run) -> Result<(), String> {
    if row.finished < row.started {
        return Err("finished before it started".to_owned());
    }
    if row.strategies_runnable > row.strategies_found {
        return Err(format!("{} of {} strategies are runnable", row.strategies_runnable, row.strategies_found));
    }
    if (row.status == RunStatus::Complete) == row.failure_message.is_some() {
        return Err("a complete run has no failure_message, another one has".to_owned());
    }
    Ok(())
}
