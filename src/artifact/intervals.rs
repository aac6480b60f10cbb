//! `intervals.parquet`: how sure a figure is.

use super::backtests::Badge;
use super::table::{History, table};

table! {
    /// One figure of one strategy on one scenario or historical market, with its interval.
    pub struct IntervalRow {
        /// The strategy.
        strategy_name: String,
        /// Scenario, or `historical:` and the market's name.
        market_scenario: String,
        /// walk_forward, monte_carlo or bootstrap.
        backtest_type: String,
        /// What was counted or resampled: `run` for the current parameters' returns and trades, the scheme of a
        /// walk, or what Monte Carlo varied.
        source: String,
        /// sharpe_ratio (annualised), total_return, max_drawdown (fractions), profit_factor, probability_of_loss or
        /// probability_of_ruin.
        figure: String,
        /// SIM for counts over simulated bars, RESAMPLED for what was resampled from simulated or historical bars,
        /// REAL-OOS for historical bars held back from the search.
        badge: Badge,
        /// The figure itself.
        estimate: Option<f64>,
        /// Why estimate is null.
        estimate_reason: Option<String>,
        /// Lower limit.
        low: Option<f64>,
        /// Why low, and with it high, is null: not_enough_data, or why the figure is undefined.
        low_reason: Option<String>,
        /// Upper limit.
        high: Option<f64>,
        /// Two-sided coverage that was asked for.
        level: f64,
        /// bca, percentile or clopper_pearson; null without an interval.
        method: Option<String>,
        /// Bars, trades or runs it rests on.
        observations: u32,
        /// Mean block length in bars or trades; null where nothing was resampled.
        block_length: Option<f64>,
        /// Resamples drawn; 0 where nothing was.
        resamples: u32,
    }
    name: "intervals",
    stage: "backtest",
    version: 1,
    key: ["strategy_name", "market_scenario", "backtest_type", "source", "figure"],
    check: check,
}

impl History for IntervalRow {
    const FOLDER: &'static str = "intervals";
}

fn check(row: &IntervalRow) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.market_scenario.is_empty() || row.figure.is_empty() {
        return Err("strategy_name, market_scenario or figure is empty".to_owned());
    }
    if !(row.level > 0.0 && row.level < 1.0) {
        return Err(format!("level {} is outside (0, 1)", row.level));
    }
    let there = row.low.is_some();
    if there != row.high.is_some() || there != row.method.is_some() || there && row.estimate.is_none() {
        return Err("an interval has low, high, method and an estimate, or none of the first three".to_owned());
    }
    if row.low > row.high {
        return Err(format!("low {:?} is above high {:?}", row.low, row.high));
    }
    let chance = row.figure.starts_with("probability_of_");
    if chance && [row.low, row.estimate, row.high].into_iter().flatten().any(|p| !(0.0..=1.0).contains(&p)) {
        return Err("a probability is outside [0, 1]".to_owned());
    }
    Ok(())
}
