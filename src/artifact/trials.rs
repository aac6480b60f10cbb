//! `trials.parquet`: every parameter set a search has tried, the infeasible and failed ones included.

use super::backtests::RunOutcome;
use super::cell::Json;
use super::table::{History, table};
use crate::strategy::ParamSet;

table! {
    /// One parameter set tried by one search of one strategy.
    pub struct Trial {
        /// The strategy.
        strategy_name: String,
        /// blake3 of the source it was tried with.
        source_hash: String,
        /// Number within the search, from 0; 0 is the incumbent.
        trial: u32,
        /// Round of the search in which it was proposed, from 0.
        batch: u32,
        /// Seed of the search.
        seed: u64,
        /// Every searched parameter by name, in name order.
        parameters: Json<ParamSet>,
        /// ok, infeasible, raised, timeout, crash or looks_ahead.
        outcome: RunOutcome,
        /// Why there are no objective values; null where outcome is ok.
        failure_message: Option<String>,
        /// Sharpe ratio on the training paths; null where undefined.
        sharpe: Option<f64>,
        /// Why sharpe is null.
        sharpe_reason: Option<String>,
        /// Total return on the training paths, as a fraction; null where undefined.
        total_return: Option<f64>,
        /// Why total_return is null.
        total_return_reason: Option<String>,
        /// Deepest drawdown on the training paths, as a fraction in [-1, 0]; null where undefined.
        max_drawdown: Option<f64>,
        /// Why max_drawdown is null.
        max_drawdown_reason: Option<String>,
        /// Value of the configured expression; null where there is none or it is undefined.
        custom: Option<f64>,
        /// Place by the search's objective, from 1; null where it cannot be ranked.
        rank: Option<u32>,
        /// True where no other trial is at least as good in every objective and better in one.
        on_front: bool,
    }
    name: "trials",
    stage: "optimize",
    version: 1,
    key: ["strategy_name", "trial"],
    check: check,
}

impl History for Trial {
    const FOLDER: &'static str = "trials";
}

fn check(row: &Trial) -> Result<(), String> {
    if row.strategy_name.is_empty() {
        return Err("strategy_name is empty".to_owned());
    }
    let failed = row.outcome != RunOutcome::Ok;
    if failed != row.failure_message.is_some() {
        return Err("a failed trial has a failure_message, an ok one has none".to_owned());
    }
    let measured = row.sharpe.or(row.total_return).or(row.max_drawdown).or(row.custom).is_some();
    if failed && (measured || row.rank.is_some() || row.on_front) {
        return Err("the trial did not end ok but has values, a rank or a place on the front".to_owned());
    }
    if row.rank == Some(0) {
        return Err("ranks start at 1".to_owned());
    }
    if row.max_drawdown.is_some_and(|drawdown| !(-1.0..=0.0).contains(&drawdown)) {
        return Err("max_drawdown is outside [-1, 0]".to_owned());
    }
    Ok(())
}
