//! What is traded: how its bars are cut and how its volume behaves.

use super::fault::{Allowed, ModelFault};
use super::volume::VolumeModel;
use serde::{Deserialize, Serialize};

/// The traits of a market that do not depend on its mood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Share of a bar's variance that falls between the last close and the open, from 0 to .9.
    pub gap_share: f64,
    pub volume: VolumeModel,
    /// Open of the first bar, from 1e-6 to 1e9.
    pub start_price: f64,
    /// From 1 to 1,000,000. 252 gives business days, 365 calendar days, anything else equal steps of a year.
    pub periods_per_year: f64,
}

const START_PRICE: f64 = 100.0;

/// Response and noise were fitted on long mixed paths to the correlation of ln V with |r| and to the spread of ln V
/// that statistics §4.1 measures on real bars; tests/stylised.rs holds them to it.
const fn volume(level: f64, response: f64, noise: f64) -> VolumeModel {
    VolumeModel { level, growth_per_year: 0.0, persistence: 0.6, response, noise }
}

impl Instrument {
    /// A share traded on an exchange by day: a third of its variance overnight.
    pub const STOCK: Self =
        Self { gap_share: 0.33, volume: volume(5e6, 0.30, 0.25), start_price: START_PRICE, periods_per_year: 252.0 };

    /// A stock index, which opens nearer to its last close.
    pub const INDEX: Self =
        Self { gap_share: 0.25, volume: volume(3e9, 0.08, 0.15), start_price: START_PRICE, periods_per_year: 252.0 };

    /// A market that never closes.
    pub const CRYPTO: Self =
        Self { gap_share: 0.0, volume: volume(4e4, 0.45, 0.3), start_price: START_PRICE, periods_per_year: 365.0 };

    /// # Errors
    /// The first knob outside its range.
    pub fn check(&self) -> Result<(), ModelFault> {
        Allowed::Between(0.0, 0.9).check("gap_share", self.gap_share)?;
        Allowed::Between(1e-6, 1e9).check("start_price", self.start_price)?;
        Allowed::Between(1.0, 1e6).check("periods_per_year", self.periods_per_year)?;
        self.volume.check().map_err(|fault| fault.within("volume"))
    }
}
