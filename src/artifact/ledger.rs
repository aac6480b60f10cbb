//! `ledger.parquet`: what was ever tried, kept for good. The gate's error budget and every deflated statistic
//! count from here, never from what a run happened to keep.

use super::table::table;

table! {
    /// One strategy in one iteration that searched its parameters.
    pub struct LedgerRow {
        /// The strategy.
        strategy_name: String,
        /// Number of the iteration, from 1.
        iteration: u32,
        /// blake3 of the source that was searched.
        source_hash: String,
        /// Configurations evaluated in this iteration, the incumbent included.
        trials: u32,
        /// Challengers put to the test in this iteration.
        tests: u32,
    }
    name: "ledger",
    stage: "optimize",
    version: 1,
    key: ["strategy_name", "iteration"],
    check: check,
}

fn check(row: &LedgerRow) -> Result<(), String> {
    if row.strategy_name.is_empty() {
        return Err("strategy_name is empty".to_owned());
    }
    if row.iteration == 0 {
        return Err("iterations start at 1".to_owned());
    }
    Ok(())
}
