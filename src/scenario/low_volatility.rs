//! A quiet rise: vol .075, as S&P 500 in 2017 and 1995. Statistics §4.3, row "low volatility".

use super::model::{Garch, Jumps, Model};

/// 2,000 paths of 252 bars, 5/50/95%: vol .063/.074/.092, log return −.05/.08/.20, mean drawdown 6.3%.
pub const MODEL: Model = Model {
    drift_per_year: 0.08,
    vol_per_year: 0.075,
    garch: Garch::new(0.02, 0.08, 0.85),
    tail_nu: 6.0,
    skew_lambda: -0.10,
    jumps: Jumps::new(2.0, -0.008, 0.006),
    pull_per_year: 0.0,
    initial_vol: None,
};
