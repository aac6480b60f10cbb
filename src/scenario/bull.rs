//! A rising market: drift +.15, vol .145, as S&P 500 2013-19 and 1995-99. Statistics §4.3, row "bull".

use super::model::{Garch, Jumps, Model};

/// 2,000 paths of 252 bars, 5/50/95%: vol .107/.138/.222, log return −.12/.16/.37, mean drawdown 12.5%.
pub const MODEL: Model = Model {
    drift_per_year: 0.15,
    vol_per_year: 0.145,
    garch: Garch::new(0.02, 0.14, 0.87),
    tail_nu: 6.0,
    skew_lambda: -0.12,
    jumps: Jumps::new(2.0, -0.02, 0.012),
    pull_per_year: 0.0,
    initial_vol: None,
};
