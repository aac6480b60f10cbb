//! GJR-GARCH(1,1) with variance targeting, per bar.

use super::bound::at_most;
use super::model::Model;

/// The recursion h_{t+1} = ω + (a + g·1{e<0}) e² + b·h of one mood.
///
/// ω = (v − j(m² + s²)) (1 − a − g/2 − b), v the variance of a bar and the bracket's second term that of its
/// jumps. See [`Model::settled_vol_per_year`] for what g/2 leaves out. h is held below 25 v.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recursion {
    omega: f64,
    arch: f64,
    leverage: f64,
    memory: f64,
    cap: f64,
    level: f64,
}

const CAP: f64 = 25.0;

impl Recursion {
    pub fn new(model: &Model, bars_per_year: f64) -> Self {
        let target = model.vol_per_year * model.vol_per_year / bars_per_year;
        let level = target - model.jumps.variance() / bars_per_year;
        Self {
            omega: level * (1.0 - model.garch.nominal_persistence()),
            arch: model.garch.arch,
            leverage: model.garch.leverage,
            memory: model.garch.memory,
            cap: CAP * target,
            level,
        }
    }

    /// Variance of e that the target leaves after jumps; where a path starts.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The next h after the shock e = √h z. Written so that h is a factor of one sum: all but a product, a sum and
    /// the cap are ready before h is known.
    #[inline]
    pub fn step(&self, h: f64, z: f64) -> f64 {
        let weight = self.arch + if z < 0.0 { self.leverage } else { 0.0 };
        at_most(self.cap, self.omega + h * (weight * (z * z) + self.memory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::bull;

    #[test]
    fn one_step_by_hand() {
        let recursion = Recursion::new(&bull::MODEL, 252.0);
        // (.145² − 2 (.02² + .012²)) / 252 = .019937 / 252; ω is .04 of it.
        let level = 0.019_937 / 252.0;
        assert!((recursion.level() - level).abs() < 1e-18);
        // e = −.02 at h = .0001.
        let (h, z) = (1e-4, -2.0);
        assert!((recursion.step(h, z) - (0.04 * level + 0.16 * 4e-4 + 0.87e-4)).abs() < 1e-18);
        assert!((recursion.step(h, -z) - (0.04 * level + 0.02 * 4e-4 + 0.87e-4)).abs() < 1e-18);
    }

    #[test]
    fn variance_is_held_at_25_times_the_target() {
        let recursion = Recursion::new(&bull::MODEL, 252.0);
        assert!((recursion.step(1.0, -1e15) - 25.0 * 0.145 * 0.145 / 252.0).abs() < 1e-15);
    }
}
