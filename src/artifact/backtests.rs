//! `backtests.parquet`: what every strategy did on every market; lake and store call it `backtest_results`.

use super::cell::{Json, words};
use super::table::{History, table};
use crate::strategy::ParamSet;
use serde::{Deserialize, Serialize};

/// How a run of a strategy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    Ok,
    /// The constructor rejected this combination of values.
    Infeasible,
    Raised,
    Timeout,
    Crash,
    /// Its past answers change when the future does.
    LooksAhead,
}

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Badge {
    /// Simulated bars.
    Sim,
    /// Drawn anew from what was earned.
    Resampled,
    /// Historical bars.
    Real,
    /// Historical bars held back from the search.
    #[serde(rename = "REAL-OOS")]
    RealOos,
}

impl Badge {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sim => "SIM",
            Self::Resampled => "RESAMPLED",
            Self::Real => "REAL",
            Self::RealOos => "REAL-OOS",
        }
    }
}

words!(RunOutcome, Badge);

table! {
    /// One strategy under one set of parameters on one scenario or historical market, by one backtest type over
    /// one span, averaged over the paths.
    pub struct Backtest {
        /// The strategy.
        strategy_name: String,
        /// Every searched or overridden parameter by name, in name order.
        parameters: Json<ParamSet>,
        /// First 128 bits of the blake3 of the parameters' text, in hexadecimal.
        parameters_hash: String,
        /// True for the values the user's own code and files hold.
        is_current: bool,
        /// 0 for the current values, then 1, 2, … for the variations around them.
        variation: u32,
        /// Scenario, or `historical:` and the market's name.
        market_scenario: String,
        /// standard, walk_forward, monte_carlo or bootstrap.
        backtest_type: String,
        /// Stretch of the bars that was traded: `full`, or its name; for a walk its scheme, with `_unchanged` where
        /// the values in force were traded on the same bars.
        span: String,
        /// SIM for simulated bars, REAL for historical ones, REAL-OOS where they were held back from the search that
        /// chose the parameters, RESAMPLED for what was drawn anew from the returns on them.
        badge: Badge,
        /// ok, infeasible, raised, timeout, crash or looks_ahead.
        outcome: RunOutcome,
        /// What kind of failure; null where outcome is ok.
        failure_kind: Option<String>,
        /// Last line of the traceback, or what changed; null where outcome is ok.
        failure_message: Option<String>,
        /// Paths that were run; resamples for a bootstrap.
        paths: u32,
        /// Paths on which sharpe_ratio is not defined.
        undefined_paths: u32,
        /// Bars of one path within the span.
        bars: u32,
        /// Bars per year, used to annualise.
        periods_per_year: f64,
        /// Mean over paths of the annualised Sharpe ratio: mean over standard deviation (ddof 1) of returns per
        /// bar, no risk-free rate.
        sharpe_ratio: Option<f64>,
        /// Why sharpe_ratio is null.
        sharpe_ratio_reason: Option<String>,
        /// Standard deviation of the Sharpe ratio over paths; null for fewer than two.
        sharpe_std: Option<f64>,
        /// Lowest Sharpe ratio of a path.
        sharpe_min: Option<f64>,
        /// Highest Sharpe ratio of a path.
        sharpe_max: Option<f64>,
        /// Mean over paths of the annualised Sortino ratio.
        sortino_ratio: Option<f64>,
        /// Why sortino_ratio is null.
        sortino_ratio_reason: Option<String>,
        /// Mean over paths of growth per year over the size of the deepest drawdown.
        calmar_ratio: Option<f64>,
        /// Why calmar_ratio is null.
        calmar_ratio_reason: Option<String>,
        /// Mean over paths of final equity over initial capital minus 1, as a fraction.
        total_return: Option<f64>,
        /// Why total_return is null.
        total_return_reason: Option<String>,
        /// Standard deviation of the total return over paths; null for fewer than two.
        total_return_std: Option<f64>,
        /// Lowest total return of a path.
        total_return_min: Option<f64>,
        /// Highest total return of a path.
        total_return_max: Option<f64>,
        /// Mean over paths of compound growth per year, as a fraction.
        cagr: Option<f64>,
        /// Why cagr is null.
        cagr_reason: Option<String>,
        /// Mean over paths of the annualised standard deviation of returns, as a fraction.
        volatility: Option<f64>,
        /// Why volatility is null.
        volatility_reason: Option<String>,
        /// Mean over paths of the deepest drawdown, as a fraction in [-1, 0].
        max_drawdown: Option<f64>,
        /// Why max_drawdown is null.
        max_drawdown_reason: Option<String>,
        /// Deepest drawdown of any path, as a fraction in [-1, 0].
        max_drawdown_worst: Option<f64>,
        /// Mean over paths of winning over all closed trades, as a fraction in [0, 1].
        win_rate: Option<f64>,
        /// Why win_rate is null.
        win_rate_reason: Option<String>,
        /// Mean over paths of gross profit over gross loss of closed trades, in money after costs.
        profit_factor: Option<f64>,
        /// Why profit_factor is null.
        profit_factor_reason: Option<String>,
        /// Closed trades, summed over paths.
        total_trades: u32,
        /// Mean over paths of the last bar's equity, in money.
        final_equity: Option<f64>,
        /// Why final_equity is null.
        final_equity_reason: Option<String>,
        /// Mean over paths of commission and slippage paid, in money; null where nothing ran.
        costs: Option<f64>,
        /// What was assumed about calling it and reading its answers.
        assumptions: Json<Vec<String>>,
    }
    name: "backtests",
    stage: "backtest",
    version: 1,
    key: ["strategy_name", "parameters_hash", "market_scenario", "backtest_type", "span"],
    check: check,
}

impl History for Backtest {
    const FOLDER: &'static str = "backtest_results";
}

/// The first 128 bits of the blake3 of the parameters as the file holds them: the identity of a parameter
/// set, in half the bytes of a whole hash on every row.
///
/// # Errors
/// A value that JSON cannot hold, such as NaN.
pub fn parameters_hash(parameters: &ParamSet) -> Result<String, String> {
    Ok(hash_of(&super::cell::exact_json(parameters)?))
}

fn hash_of(json: &str) -> String {
    blake3::hash(json.as_bytes()).to_hex()[..32].to_owned()
}

fn check(row: &Backtest) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.market_scenario.is_empty() || row.backtest_type.is_empty() {
        return Err("strategy_name, market_scenario or backtest_type is empty".to_owned());
    }
    let json = serde_json::to_string(&row.parameters.0).map_err(|error| error.to_string())?;
    if hash_of(&json) != row.parameters_hash {
        return Err("parameters_hash is not the hash of parameters".to_owned());
    }
    if row.periods_per_year <= 0.0 {
        return Err(format!("periods_per_year is {}", row.periods_per_year));
    }
    if row.undefined_paths > row.paths {
        return Err(format!("{} of {} paths are undefined", row.undefined_paths, row.paths));
    }
    let within = |name, value: Option<f64>, low: f64, high: f64| match value {
        Some(value) if !(low..=high).contains(&value) => Err(format!("{name} {value} is outside [{low}, {high}]")),
        _ => Ok(()),
    };
    within("max_drawdown", row.max_drawdown, -1.0, 0.0)?;
    within("max_drawdown_worst", row.max_drawdown_worst, -1.0, 0.0)?;
    within("win_rate", row.win_rate, 0.0, 1.0)?;
    within("volatility", row.volatility, 0.0, f64::MAX)?;
    within("sharpe_std", row.sharpe_std, 0.0, f64::MAX)?;
    within("total_return_std", row.total_return_std, 0.0, f64::MAX)?;
    within("costs", row.costs, 0.0, f64::MAX)?;
    let failed = row.outcome != RunOutcome::Ok;
    if failed != row.failure_kind.is_some() || failed != row.failure_message.is_some() {
        return Err("a failed run has failure_kind and failure_message, an ok one has neither".to_owned());
    }
    // A run that failed, or that cheated, has no figure anyone could rank it by.
    if failed && (row.sharpe_ratio.is_some() || row.total_return.is_some() || row.final_equity.is_some()) {
        return Err("the run did not end ok but has results".to_owned());
    }
    Ok(())
}
