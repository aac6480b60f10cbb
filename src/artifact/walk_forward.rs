//! `walk_forward.parquet`: what searching parameters on one stretch and trading them on the next would have earned.

use super::backtests::Badge;
use super::cell::Json;
use super::table::{History, table};
use std::collections::BTreeMap;

table! {
    /// One strategy on one market under one scheme of training windows: its out-of-sample pieces as one account.
    pub struct WalkForwardRow {
        /// The strategy.
        strategy_name: String,
        /// Historical market, or the simulated path that was walked.
        market_scenario: String,
        /// REAL-OOS for historical bars held back from the search, SIM for simulated ones.
        badge: Badge,
        /// rolling or anchored.
        scheme: String,
        /// Training windows; 0 where the bars do not suffice for one.
        windows: u32,
        /// Bars of the first training window.
        train_bars: u32,
        /// Bars between a training window and its piece: purge and embargo.
        gap_bars: u32,
        /// Bars a decision may depend on, as far as its parameters tell.
        look_back: u32,
        /// How look_back was determined.
        look_back_source: String,
        /// Bars of all pieces together.
        test_bars: u32,
        /// Annualised Sharpe ratio of the stitched pieces.
        sharpe_ratio: Option<f64>,
        /// Why sharpe_ratio is null.
        sharpe_ratio_reason: Option<String>,
        /// Growth per year of the stitched pieces, as a fraction.
        cagr: Option<f64>,
        /// Why cagr is null.
        cagr_reason: Option<String>,
        /// Deepest drawdown of the stitched pieces, as a fraction in [-1, 0].
        max_drawdown: Option<f64>,
        /// Why max_drawdown is null.
        max_drawdown_reason: Option<String>,
        /// Annualised Sharpe ratio of the values in force on the same bars.
        unchanged_sharpe_ratio: Option<f64>,
        /// Why unchanged_sharpe_ratio is null.
        unchanged_sharpe_ratio_reason: Option<String>,
        /// Lowest Sharpe ratio of a single piece.
        worst_sharpe_ratio: Option<f64>,
        /// Sharpe ratio of the stitched pieces over the mean of the training windows'.
        sharpe_efficiency: Option<f64>,
        /// Why sharpe_efficiency is null.
        sharpe_efficiency_reason: Option<String>,
        /// Growth per year of the stitched pieces over the mean of the training windows'.
        return_efficiency: Option<f64>,
        /// Why return_efficiency is null.
        return_efficiency_reason: Option<String>,
        /// By parameter: highest less lowest chosen value over its range, or the share of windows that did not take
        /// the most frequent one where values have no order; in [0, 1].
        drift: Json<BTreeMap<String, f64>>,
    }
    name: "walk_forward",
    stage: "backtest",
    version: 1,
    key: ["strategy_name", "market_scenario", "scheme"],
    check: check,
}

impl History for WalkForwardRow {
    const FOLDER: &'static str = "walk_forward";
}

fn check(row: &WalkForwardRow) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.market_scenario.is_empty() || row.look_back_source.is_empty() {
        return Err("strategy_name, market_scenario or look_back_source is empty".to_owned());
    }
    if row.windows == 0 && (row.test_bars > 0 || row.sharpe_ratio.is_some()) {
        return Err("there is no window, but there are results".to_owned());
    }
    if row.max_drawdown.is_some_and(|depth| !(-1.0..=0.0).contains(&depth)) {
        return Err(format!("max_drawdown {:?} is outside [-1, 0]", row.max_drawdown));
    }
    match row.drift.0.iter().find(|(_, spread)| !(0.0..=1.0).contains(*spread)) {
        Some((parameter, spread)) => Err(format!("the drift of {parameter} is {spread}, outside [0, 1]")),
        None => Ok(()),
    }
}
