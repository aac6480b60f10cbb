//! Large swings around a level: vol .50, as S&P 500 Oct 2008 to May 2009. Statistics §4.3, row "high volatility".

use super::model::{Garch, Jumps, Model};

/// The pull stands for the short-term reversal of such spells. 2,000 paths of 252 bars, 5/50/95%:
/// vol .39/.48/.66, log return −.30/.01/.26, mean drawdown 38.3%.
pub const MODEL: Model = Model {
    drift_per_year: 0.0,
    vol_per_year: 0.50,
    garch: Garch::new(0.04, 0.08, 0.88),
    tail_nu: 6.0,
    skew_lambda: -0.03,
    jumps: Jumps::new(12.0, 0.0, 0.04),
    pull_per_year: 4.0,
    initial_vol: None,
};
