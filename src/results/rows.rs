//! Rows of the views, typed. Fields stand in the order of the query beside which they are read.

use crate::artifact::Micros;
use duckdb::types::{FromSql, FromSqlResult, TimeUnit, ValueRef};
use duckdb::{Result, Row};
use serde::Serialize;

/// One strategy under one backtest type: its current parameters in its latest run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeaderboardRow {
    /// From 1 within the backtest type; None where no market defines a Sharpe ratio.
    pub rank: Option<i64>,
    pub strategy_name: String,
    pub backtest_type: String,
    /// JSON object by parameter name.
    pub parameters: String,
    /// Annualised, mean over markets.
    pub sharpe_ratio: Option<f64>,
    pub sharpe_simulated: Option<f64>,
    pub sharpe_real: Option<f64>,
    /// Fraction, mean over markets.
    pub total_return: Option<f64>,
    /// Fraction in [-1, 0], worst of all paths.
    pub max_drawdown: Option<f64>,
    /// Fraction in [0, 1], mean over markets.
    pub win_rate: Option<f64>,
    pub total_trades: i64,
    /// Scenarios and historical markets it was run on, ended ok on, and has a Sharpe ratio on.
    pub markets: i64,
    pub markets_ok: i64,
    pub markets_defined: i64,
    pub timestamp: Micros,
    pub run_id: String,
}

/// One scenario or historical market under one backtest type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioSummaryRow {
    pub market_scenario: String,
    pub backtest_type: String,
    /// SIM or REAL.
    pub badge: String,
    pub strategies: i64,
    pub strategies_ok: i64,
    pub strategies_defined: i64,
    pub sharpe_ratio: Option<f64>,
    pub sharpe_median: Option<f64>,
    pub total_return: Option<f64>,
    pub max_drawdown: Option<f64>,
    pub best_strategy: Option<String>,
    pub best_sharpe: Option<f64>,
    pub worst_strategy: Option<String>,
    pub worst_sharpe: Option<f64>,
}

/// One strategy that was ever challenged or changed within the retention.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptimizationImpactRow {
    pub strategy_name: String,
    pub challengers: i64,
    pub promoted: i64,
    /// Fraction, mean over promoted challengers.
    pub mean_promoted_improvement: Option<f64>,
    pub last_promoted: Option<Micros>,
    pub tests_so_far: i64,
    pub last_reason: Option<String>,
    pub applied: i64,
    pub applied_by_hand: i64,
    pub refused: i64,
    pub rolled_back: i64,
    pub sharpe_first: Option<f64>,
    pub sharpe_latest: Option<f64>,
}

/// One event of the seven days up to the newest one in the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecentActivityRow {
    pub timestamp: Micros,
    pub run_id: String,
    /// run, challenge or change.
    pub kind: String,
    pub strategy_name: Option<String>,
    pub decision: String,
    pub summary: String,
    /// Fraction.
    pub improvement: Option<f64>,
}

/// A row of one of the store's own queries.
pub(crate) trait ViewRow: Sized {
    const QUERY: &'static str;

    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! view_row {
    ($row:ident, $query:literal, $($column:ident),+ $(,)?) => {
        impl ViewRow for $row {
            const QUERY: &'static str = include_str!($query);

            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(Self { $( $column: row.get(stringify!($column))?, )+ })
            }
        }
    };
}

view_row!(
    LeaderboardRow,
    "queries/leaderboard.sql",
    rank,
    strategy_name,
    backtest_type,
    parameters,
    sharpe_ratio,
    sharpe_simulated,
    sharpe_real,
    total_return,
    max_drawdown,
    win_rate,
    total_trades,
    markets,
    markets_ok,
    markets_defined,
    timestamp,
    run_id,
);
view_row!(
    ScenarioSummaryRow,
    "queries/scenario_summary.sql",
    market_scenario,
    backtest_type,
    badge,
    strategies,
    strategies_ok,
    strategies_defined,
    sharpe_ratio,
    sharpe_median,
    total_return,
    max_drawdown,
    best_strategy,
    best_sharpe,
    worst_strategy,
    worst_sharpe,
);
view_row!(
    OptimizationImpactRow,
    "queries/optimization_impact.sql",
    strategy_name,
    challengers,
    promoted,
    mean_promoted_improvement,
    last_promoted,
    tests_so_far,
    last_reason,
    applied,
    applied_by_hand,
    refused,
    rolled_back,
    sharpe_first,
    sharpe_latest,
);
view_row!(
    RecentActivityRow,
    "queries/recent_activity.sql",
    timestamp,
    run_id,
    kind,
    strategy_name,
    decision,
    summary,
    improvement,
);

impl FromSql for Micros {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Timestamp(TimeUnit::Microsecond, micros) => Ok(Self(micros)),
            _ => Err(duckdb::types::FromSqlError::InvalidType),
        }
    }
}
