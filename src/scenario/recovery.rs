//! The steep rise after a crash, still agitated at first: S&P 500 Mar to Dec 2020, 2009-10, 2002-03.
//! Statistics §4.3, row "recovery".

use super::model::{Garch, Jumps, Model};

/// 2,000 paths of 252 bars, 5/50/95%: vol .19/.23/.30, log return .08/.50/.89, mean drawdown 14.4%.
pub const MODEL: Model = Model {
    drift_per_year: 0.50,
    vol_per_year: 0.22,
    garch: Garch::new(0.03, 0.05, 0.90),
    tail_nu: 6.0,
    skew_lambda: 0.08,
    jumps: Jumps::new(4.0, 0.01, 0.025),
    pull_per_year: 0.0,
    initial_vol: Some(0.40),
};
