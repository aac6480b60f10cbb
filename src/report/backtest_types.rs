//! What the report says about the backtest types beside the standard one.

use serde::Serialize;

/// One strategy under the three types. Within each list the worst comes first.
#[derive(Debug, Clone, Serialize)]
pub struct TypesSection {
    pub strategy: String,
    pub walks: Vec<WalkRow>,
    pub simulated: Vec<SimulatedRow>,
    pub reordered: Vec<ReorderedRow>,
    pub resampled: Vec<ResampledRow>,
}

/// What the intervals and probabilities of the types were asked for.
#[derive(Debug, Clone, Serialize)]
pub struct TypeLevels {
    /// Coverage, both sides together.
    pub monte_carlo: f64,
    pub bootstrap: f64,
    pub min_blocks: f64,
    /// Share of the peak whose loss is ruin.
    pub ruin_drawdown: f64,
}

/// Limits first, then the figure; all null where there is a reason.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Bounds {
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub estimate: Option<f64>,
    pub reason: Option<String>,
}

/// One market under one scheme of training windows.
#[derive(Debug, Clone, Serialize)]
pub struct WalkRow {
    pub market: String,
    /// REAL-OOS or SIM.
    pub badge: String,
    pub scheme: String,
    pub windows: u64,
    pub gap_bars: u64,
    pub look_back: String,
    /// Of the stitched pieces, annualised.
    pub sharpe: Bounds,
    /// Of the worst single piece.
    pub sharpe_worst: Option<f64>,
    /// Of the values in force on the same bars.
    pub sharpe_unchanged: Option<f64>,
    pub efficiency: Option<f64>,
    pub efficiency_reason: Option<String>,
    pub return_efficiency: Option<f64>,
    pub max_drawdown: Option<f64>,
    pub drift: Vec<DriftRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct DriftRow {
    pub parameter: String,
    /// Share of the searched range that the choices spread over.
    pub spread: f64,
}

/// The 5th, 25th, 50th, 75th and 95th percentile.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FanRow {
    pub quantiles: Option<[f64; 5]>,
    pub reason: Option<String>,
}

/// One scenario's fresh paths.
#[derive(Debug, Clone, Serialize)]
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
#[derive(Debug, Clone, Serialize)]
pub struct ReorderedRow {
    pub market: String,
    pub orders: u64,
    pub ruin: Bounds,
    pub max_drawdown: FanRow,
}

/// One scenario or market, resampled.
#[derive(Debug, Clone, Serialize)]
pub struct ResampledRow {
    pub market: String,
    pub sharpe: Bounds,
    pub total_return: Bounds,
    pub max_drawdown: Bounds,
    pub profit_factor: Bounds,
    /// Mean block in bars, for the Sharpe ratio and for the drawdown.
    pub block_length: Option<f64>,
    pub block_length_drawdown: Option<f64>,
}
