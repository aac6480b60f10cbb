//! `distributions.parquet`: how a figure spreads when one thing is varied.

use super::backtests::Badge;
use super::table::{History, table};

table! {
    /// One figure of one strategy's current parameters on one scenario or historical market, over the runs that one
    /// source of variation gave.
    pub struct DistributionRow {
        /// The strategy.
        strategy_name: String,
        /// Scenario, or `historical:` and the market's name.
        market_scenario: String,
        /// The backtest type that drew the runs: monte_carlo.
        backtest_type: String,
        /// fresh_paths, costs_x1.5, costs_x3, parameter_jitter or trade_order.
        source: String,
        /// sharpe_ratio (annualised), total_return or max_drawdown (fractions).
        figure: String,
        /// SIM for simulated bars, RESAMPLED for the trades of historical ones in other orders.
        badge: Badge,
        /// Runs on which the figure is defined.
        runs: u32,
        /// Runs on which it is not.
        undefined_runs: u32,
        /// 5th percentile.
        q05: Option<f64>,
        /// Why q05, and with it every quantile, is null.
        q05_reason: Option<String>,
        /// 25th percentile.
        q25: Option<f64>,
        /// Median.
        q50: Option<f64>,
        /// 75th percentile.
        q75: Option<f64>,
        /// 95th percentile.
        q95: Option<f64>,
        /// Mean over the runs on which it is defined.
        mean: Option<f64>,
    }
    name: "distributions",
    stage: "backtest",
    version: 1,
    key: ["strategy_name", "market_scenario", "backtest_type", "source", "figure"],
    check: check,
}

impl History for DistributionRow {
    const FOLDER: &'static str = "distributions";
}

fn check(row: &DistributionRow) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.market_scenario.is_empty() || row.source.is_empty() {
        return Err("strategy_name, market_scenario or source is empty".to_owned());
    }
    let quantiles = [row.q05, row.q25, row.q50, row.q75, row.q95];
    let defined: Vec<f64> = quantiles.into_iter().flatten().collect();
    if !(defined.is_empty() && row.mean.is_none() || defined.len() == 5 && row.mean.is_some() && row.runs > 0) {
        return Err("some quantiles are there and some are not".to_owned());
    }
    if defined.windows(2).any(|pair| pair[0] > pair[1]) {
        return Err(format!("the quantiles {defined:?} do not rise"));
    }
    Ok(())
}
