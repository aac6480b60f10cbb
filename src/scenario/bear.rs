//! A falling market: drift −.40, vol .28, between S&P 500 2000-02 and 2007-09. Statistics §4.3, row "bear".

use super::model::{Garch, Jumps, Model};

/// 2,000 paths of 252 bars, 5/50/95%: vol .22/.27/.37, log return −.89/−.39/.04, mean drawdown 40.8%.
pub const MODEL: Model = Model {
    drift_per_year: -0.40,
    vol_per_year: 0.28,
    garch: Garch::new(0.03, 0.10, 0.87),
    tail_nu: 6.0,
    skew_lambda: -0.05,
    jumps: Jumps::new(8.0, -0.005, 0.03),
    pull_per_year: 0.0,
    initial_vol: None,
};
