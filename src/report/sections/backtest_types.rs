//! What the report says about the backtest types beside the standard one.

use super::bootstrap::ResampledRow;
use super::monte_carlo::{ReorderedRow, SimulatedRow};
use super::walk_forward::WalkRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One strategy under the three types. Within each list the worst comes first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TypesSection {
    pub strategy: String,
    pub walks: Vec<WalkRow>,
    pub simulated: Vec<SimulatedRow>,
    pub reordered: Vec<ReorderedRow>,
    pub resampled: Vec<ResampledRow>,
}

/// What the intervals and probabilities of the types were asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TypeLevels {
    /// Coverage, both sides together.
    pub monte_carlo: f64,
    pub bootstrap: f64,
    pub min_blocks: f64,
    /// Share of the peak whose loss is ruin.
    pub ruin_drawdown: f64,
}

/// Limits first, then the figure; all null where there is a reason.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub estimate: Option<f64>,
    pub reason: Option<String>,
}
