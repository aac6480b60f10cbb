//! A market that goes nowhere: vol .14 and a pull to its level, as S&P 500 2015 to mid 2016, 1994 and 2004.
//! Statistics §4.3, row "sideways".

use super::model::{Garch, Jumps, Model};

/// The pull is an edge typed in for mean reversion: half of a gap from the start closes in 19 bars.
/// 2,000 paths of 252 bars, 5/50/95%: vol .115/.139/.18, log return −.06/.00/.05, mean drawdown 11.9%.
pub const MODEL: Model = Model {
    drift_per_year: 0.0,
    vol_per_year: 0.14,
    garch: Garch::new(0.02, 0.10, 0.86),
    tail_nu: 7.0,
    skew_lambda: -0.05,
    jumps: Jumps::new(1.0, 0.0, 0.015),
    pull_per_year: 9.0,
    initial_vol: None,
};
