use serde::{Deserialize, Serialize};

/// Why a statistic has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undefined {
    TooFewBars,
    /// Fewer independent blocks than an interval needs.
    TooFewBlocks,
    ZeroVariance,
    NoTrades,
    NoLosses,
    NoDrawdown,
    /// Equity reached zero or less.
    Ruin,
    NotFinite,
}

impl Undefined {
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooFewBars => "too_few_bars",
            Self::TooFewBlocks => "too_few_blocks",
            Self::ZeroVariance => "zero_variance",
            Self::NoTrades => "no_trades",
            Self::NoLosses => "no_losses",
            Self::NoDrawdown => "no_drawdown",
            Self::Ruin => "ruin",
            Self::NotFinite => "not_finite",
        }
    }
}

/// A statistic's value, or the reason it has none.
pub type Statistic = Result<f64, Undefined>;
