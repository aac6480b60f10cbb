//! `rungs.parquet`: how each class was run.

use super::cell::words;
use super::table::table;
use crate::strategy::native::Rung;

words!(Rung);

table! {
    /// One runnable class and the rung of the ladder the backtest stage ran it on.
    pub struct RungRow {
        /// The strategy.
        strategy_name: String,
        /// compiled, interpreted or columnar: natively; cpython: in the user's Python; refused: it failed there.
        rung: Rung,
        /// Runs of this time whose answers are native; what shards of an earlier time held was not run.
        native_runs: u64,
        /// Runs that native code left and CPython made from bar 0.
        replayed_runs: u64,
        /// Native runs that CPython made again to compare.
        witnessed_runs: u64,
        /// What keeps the class from the next rung; null where it stands on the highest.
        obstacle: Option<String>,
        /// Where that is, relative to the root; null where it is no place in the source.
        file: Option<String>,
        /// Its line, one-based.
        line: Option<u32>,
    }
    name: "rungs",
    stage: "backtest",
    version: 1,
    key: ["strategy_name"],
    check: check,
}

fn check(row: &RungRow) -> Result<(), String> {
    if row.strategy_name.is_empty() {
        return Err("strategy_name is empty".to_owned());
    }
    if row.witnessed_runs > row.native_runs {
        return Err(format!("{} of {} native runs were made again", row.witnessed_runs, row.native_runs));
    }
    Ok(())
}
