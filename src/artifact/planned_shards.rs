//! `shards.parquet`: the work of the backtest stage, cut into pieces that may be done anywhere, in any order.

use super::table::table;

table! {
    /// One shard of the backtest stage: a strategy under a backtest type on a scenario or market.
    pub struct PlannedShard {
        /// Hash of everything its results follow from; `cbt run-shard` takes it.
        shard_id: String,
        /// standard, walk_forward, monte_carlo or bootstrap.
        backtest_type: String,
        /// The strategy.
        strategy_name: String,
        /// The scenario with its paths, or the historical market.
        market_scenario: String,
        /// Its paths are new in every iteration.
        passing: bool,
        /// It was there already when the plan was made.
        known: bool,
    }
    name: "shards",
    stage: "plan",
    version: 1,
    key: ["shard_id"],
    check: check,
}

fn check(row: &PlannedShard) -> Result<(), String> {
    if row.shard_id.len() != 32 || !row.shard_id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!("shard_id {:?} is no shard's name", row.shard_id));
    }
    Ok(())
}
