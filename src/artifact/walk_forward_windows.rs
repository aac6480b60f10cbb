//! `walk_forward_windows.parquet`: what was chosen in each training window, and what became of it.

use super::backtests::Badge;
use super::cell::{Json, Micros};
use super::table::{History, table};
use crate::strategy::ParamSet;

table! {
    /// One training window of one strategy on one market under one scheme, and the piece after it.
    pub struct WalkForwardWindow {
        /// The strategy.
        strategy_name: String,
        /// Historical market, or the simulated path that was walked.
        market_scenario: String,
        /// REAL-OOS for historical bars held back from the search, SIM for simulated ones.
        badge: Badge,
        /// rolling or anchored.
        scheme: String,
        /// From 1, oldest first.
        number: u32,
        /// First training bar.
        train_start: Micros,
        /// Last training bar.
        train_end: Micros,
        /// First bar of the piece.
        test_start: Micros,
        /// Last bar of the piece.
        test_end: Micros,
        /// Bars of the training window.
        train_bars: u32,
        /// Bars of the piece.
        test_bars: u32,
        /// Parameter sets tried in the training window.
        trials: u32,
        /// Searched parameters by name, in name order, as chosen by the end of the training window.
        chosen: Json<ParamSet>,
        /// False where the values in force were kept.
        changed: bool,
        /// Annualised Sharpe ratio of the chosen set in training.
        train_sharpe_ratio: Option<f64>,
        /// Why train_sharpe_ratio is null.
        train_sharpe_ratio_reason: Option<String>,
        /// Annualised Sharpe ratio of the chosen set on the piece, from flat.
        test_sharpe_ratio: Option<f64>,
        /// Why test_sharpe_ratio is null.
        test_sharpe_ratio_reason: Option<String>,
        /// Annualised Sharpe ratio of the values in force on the piece, from flat.
        unchanged_sharpe_ratio: Option<f64>,
        /// Why unchanged_sharpe_ratio is null.
        unchanged_sharpe_ratio_reason: Option<String>,
        /// Return of the chosen set on the piece, as a fraction.
        test_return: f64,
        /// Closed trades on the piece.
        test_trades: u32,
        /// Equity of the stitched pieces at the end of this one, over the initial capital.
        growth: f64,
    }
    name: "walk_forward_windows",
    stage: "backtest",
    version: 1,
    key: ["strategy_name", "market_scenario", "scheme", "number"],
    check: check,
}

impl History for WalkForwardWindow {
    const FOLDER: &'static str = "walk_forward_windows";
}

fn check(row: &WalkForwardWindow) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.market_scenario.is_empty() || row.number == 0 {
        return Err("strategy_name or market_scenario is empty, or number is 0".to_owned());
    }
    if row.train_end >= row.test_start || row.train_start > row.train_end || row.test_start > row.test_end {
        return Err("the training window does not end before its piece begins".to_owned());
    }
    Ok(())
}
