use super::backtest_types::Bounds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The 5th, 25th, 50th, 75th and 95th percentile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FanRow {
    pub quantiles: Option<[f64; 5]>,
    pub reason: Option<String>,
}

/// One scenario's fresh paths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimulatedRow {
    pub scenario: String,
    /// With an asterisk where its generator is outside the bands of real markets.
    pub badge: String,
    pub paths: u64,
    pub loss: Bounds,
    pub ruin: Bounds,
    pub sharpe: FanRow,
    pub total_return: FanRow,
    pub max_drawdown: FanRow,
    pub sharpe_costs_half_more: FanRow,
    pub sharpe_costs_tripled: FanRow,
    pub sharpe_jitter: FanRow,
}

/// One real market's trades in other orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReorderedRow {
    pub market: String,
    pub orders: u64,
    pub ruin: Bounds,
    pub max_drawdown: FanRow,
}
