//! Volume that answers to the size of moves and remembers.

use super::bound::at_most;
use super::fault::{Allowed, ModelFault};
use serde::{Deserialize, Serialize};

/// ln V_t = ln level + growth · years + y_t,  y_t = persistence · y_{t−1} + response (|r_t|/σ_t − .8) + noise · n_t,
/// with r_t the bar's log return, σ_t = √h_t and n_t standard normal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeModel {
    /// Typical volume of a bar, above 0 and at most 1e15.
    pub level: f64,
    /// Growth of ln V a year, from −1 to 1.
    pub growth_per_year: f64,
    /// From 0 to .99.
    pub persistence: f64,
    /// From 0 to 2.
    pub response: f64,
    /// From 0 to 2.
    pub noise: f64,
}

/// E|r|/σ of a normal, so that y stays near 0.
const TYPICAL_MOVE: f64 = 0.8;

/// Beyond ten sigmas a bar says no more about volume.
const LARGEST_MOVE: f64 = 10.0;

impl VolumeModel {
    /// # Errors
    /// The first knob outside its range.
    pub fn check(&self) -> Result<(), ModelFault> {
        Allowed::Above(0.0, 1e15).check("level", self.level)?;
        Allowed::Between(-1.0, 1.0).check("growth_per_year", self.growth_per_year)?;
        Allowed::Between(0.0, 0.99).check("persistence", self.persistence)?;
        Allowed::Between(0.0, 2.0).check("response", self.response)?;
        Allowed::Between(0.0, 2.0).check("noise", self.noise)
    }

    /// y before the first bar, as spread out as the noise alone makes it, for a standard normal.
    fn start(&self, normal: f64) -> f64 {
        normal * self.noise / (1.0 - self.persistence * self.persistence).sqrt()
    }

    /// Log volumes relative to the level in place of the standard normals in `volume`, for log `close` prices
    /// relative to the start of the path and `sigma`, √h of every bar.
    #[inline(always)]
    pub(super) fn trade(&self, normal: f64, bars_per_year: f64, close: &[f64], sigma: &[f64], volume: &mut [f64]) {
        let answer = |size: f64, sigma: f64, noise: f64| {
            let sigmas = at_most(LARGEST_MOVE, size.abs() / sigma);
            self.response * (sigmas - TYPICAL_MOVE) + self.noise * noise
        };
        if let (Some(close), Some(sigma), Some(noise)) = (close.first(), sigma.first(), volume.first_mut()) {
            *noise = answer(*close, *sigma, *noise);
        }
        let bars = close.windows(2).zip(sigma.iter().skip(1)).zip(volume.iter_mut().skip(1));
        for ((closes, sigma), noise) in bars {
            *noise = answer(closes[1] - closes[0], *sigma, *noise);
        }
        let growth = self.growth_per_year / bars_per_year;
        let (mut y, mut trend) = (self.start(normal), 0.0);
        for volume in volume {
            y = self.persistence * y + *volume;
            *volume = trend + y;
            trend += growth;
        }
    }
}
