//! `equity_curves.parquet`: how equity went, thinned to what a picture can show; of the latest backtest only.

use super::backtests::Badge;
use super::cell::Micros;
use super::table::table;

table! {
    /// One place on the way of one strategy's current parameters through one scenario's fresh paths or one historical
    /// market.
    pub struct EquityCurveRow {
        /// The strategy.
        strategy_name: String,
        /// Scenario, or `historical:` and the market's name.
        market_scenario: String,
        /// SIM for simulated bars, REAL for historical ones.
        badge: Badge,
        /// From 0, where nothing was traded yet.
        place: u32,
        /// Bars from the start to here.
        bar: u32,
        /// Time of the bar before this place; null at place 0 and for simulated paths.
        time: Option<Micros>,
        /// Paths the quantiles are over; with one, all five are that path.
        paths: u32,
        /// Equity over initial capital: 5th percentile over the paths.
        growth_q05: f64,
        /// 25th percentile.
        growth_q25: f64,
        /// Median.
        growth_q50: f64,
        /// 75th percentile.
        growth_q75: f64,
        /// 95th percentile.
        growth_q95: f64,
        /// Deepest fall below the peak so far since the place before, as a fraction in [-1, 0]: 5th percentile.
        drawdown_q05: f64,
        /// 25th percentile.
        drawdown_q25: f64,
        /// Median.
        drawdown_q50: f64,
        /// 75th percentile.
        drawdown_q75: f64,
        /// 95th percentile.
        drawdown_q95: f64,
    }
    name: "equity_curves",
    stage: "backtest",
    version: 1,
    key: ["strategy_name", "market_scenario", "place"],
    check: check,
}

impl EquityCurveRow {
    pub const fn growth(&self) -> [f64; 5] {
        [self.growth_q05, self.growth_q25, self.growth_q50, self.growth_q75, self.growth_q95]
    }

    pub const fn drawdown(&self) -> [f64; 5] {
        [self.drawdown_q05, self.drawdown_q25, self.drawdown_q50, self.drawdown_q75, self.drawdown_q95]
    }
}

fn check(row: &EquityCurveRow) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.market_scenario.is_empty() || row.paths == 0 {
        return Err("strategy_name or market_scenario is empty, or paths is 0".to_owned());
    }
    for quantiles in [row.growth(), row.drawdown()] {
        if quantiles.windows(2).any(|pair| pair[0] > pair[1]) {
            return Err(format!("the quantiles {quantiles:?} do not rise"));
        }
    }
    if row.drawdown().iter().any(|depth| !(-1.0..=0.0).contains(depth)) {
        return Err(format!("a drawdown of {:?} is outside [-1, 0]", row.drawdown()));
    }
    Ok(())
}
