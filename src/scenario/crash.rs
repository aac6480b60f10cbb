//! Calm, a fall of three to nine weeks, and a restless time after it. Statistics §4.3, row "crash".

use super::bull;
use super::dynamics::{Dynamics, Length, Phase};
use super::model::{Garch, Jumps, Model};

/// The calm before is a bull market with less drift.
const CALM: Model = Model { drift_per_year: 0.10, vol_per_year: 0.15, ..bull::MODEL };

/// As Feb to Mar 2020, Sep to Nov 2008, Oct 1987. Its variance starts at its own level, not at the calm's: the
/// jumps take .078 of the yearly variance of .49 and leave √.412 to the shocks.
pub const LEG: Model = Model {
    drift_per_year: -3.2,
    vol_per_year: 0.70,
    garch: Garch::new(0.05, 0.10, 0.80),
    tail_nu: 5.0,
    skew_lambda: -0.10,
    jumps: Jumps::new(30.0, -0.01, 0.05),
    pull_per_year: 0.0,
    initial_vol: Some(0.641_872_2),
};

const AFTERMATH: Model = Model {
    drift_per_year: 0.10,
    vol_per_year: 0.36,
    garch: Garch::new(0.04, 0.08, 0.87),
    tail_nu: 6.0,
    skew_lambda: -0.03,
    jumps: Jumps::new(8.0, 0.0, 0.03),
    pull_per_year: 0.0,
    initial_vol: Some(0.55),
};

/// 2,000 paths of 252 bars, 5/50/95%: vol .29/.37/.52, log return −.95/−.24/.34, mean drawdown 45.1%.
/// There is one crash on a path however long it is: what lies beyond the fall is aftermath.
pub fn dynamics() -> Dynamics {
    Dynamics::Phases(vec![
        Phase { name: "calm".into(), model: CALM, length: Length::Between { least: 60, most: 130 } },
        Phase { name: "leg".into(), model: LEG, length: Length::Between { least: 15, most: 45 } },
        Phase { name: "aftermath".into(), model: AFTERMATH, length: Length::Rest },
    ])
}
