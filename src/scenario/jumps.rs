//! Compound Poisson jumps by their arrival times, so that a bar without one costs a subtraction.

use super::model::Jumps;
use rand::{Rng, RngExt};
use rand_distr::{Exp1, StandardNormal};

/// Jumps per bar of one mood.
#[derive(Debug, Clone, Copy)]
pub(super) struct JumpLaw {
    rate: f64,
    mean: f64,
    sd: f64,
}

/// What jumped in one bar, before the open and after it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Jumped {
    pub overnight: f64,
    pub intraday: f64,
}

/// Expected jumps until the next one comes: a unit Poisson process on which every mood runs at its own rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct JumpClock {
    left: f64,
}

impl JumpLaw {
    pub fn new(jumps: Jumps, bars_per_year: f64) -> Self {
        Self { rate: jumps.per_year / bars_per_year, mean: jumps.mean, sd: jumps.sd }
    }

    /// What the jumps add to the drift of a bar.
    pub fn drift(&self) -> f64 {
        self.rate * self.mean
    }
}

impl JumpClock {
    pub fn start<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Self { left: rng.sample(Exp1) }
    }

    /// Passes one bar; jumps in its first `gap_share` count as overnight.
    #[inline]
    pub fn pass<R: Rng + ?Sized>(&mut self, law: &JumpLaw, gap_share: f64, rng: &mut R) -> Jumped {
        if self.left >= law.rate {
            self.left -= law.rate;
            return Jumped::default();
        }
        self.arrive(law, gap_share, rng)
    }

    #[cold]
    fn arrive<R: Rng + ?Sized>(&mut self, law: &JumpLaw, gap_share: f64, rng: &mut R) -> Jumped {
        let mut jumped = Jumped::default();
        while self.left < law.rate {
            let normal: f64 = rng.sample(StandardNormal);
            let size = law.mean + law.sd * normal;
            if self.left < law.rate * gap_share {
                jumped.overnight += size;
            } else {
                jumped.intraday += size;
            }
            self.left += rng.sample::<f64, _>(Exp1);
        }
        self.left -= law.rate;
        jumped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn number_and_place_of_jumps_are_poissons() {
        let law = JumpLaw::new(Jumps::new(600.0, 1.0, 0.0), 1000.0);
        let mut rng = Seed::new(8).rng();
        let mut clock = JumpClock::start(&mut rng);
        let bars = 200_000;
        let passed: Vec<Jumped> = (0..bars).map(|_| clock.pass(&law, 0.25, &mut rng)).collect();
        let share = |count: f64, expected: f64| {
            let error = 4.0 * (expected / f64::from(bars)).sqrt();
            assert!((count / f64::from(bars) - expected).abs() < error, "{count} of {bars}, expected {expected}");
        };
        share(passed.iter().map(|jumped| jumped.overnight).sum(), 0.15);
        share(passed.iter().map(|jumped| jumped.intraday).sum(), 0.45);
        let counts = |wanted: f64| {
            passed.iter().filter(|jumped| (jumped.overnight + jumped.intraday - wanted).abs() < 0.5).count() as f64
        };
        share(counts(0.0), (-0.6_f64).exp());
        share(counts(1.0), 0.6 * (-0.6_f64).exp());
        share(counts(2.0), 0.18 * (-0.6_f64).exp());
    }

    #[test]
    fn a_mood_without_jumps_never_jumps() {
        let law = JumpLaw::new(Jumps::default(), 252.0);
        let mut rng = Seed::new(8).rng();
        let mut clock = JumpClock { left: 0.0 };
        assert!((0..1000).all(|_| clock.pass(&law, 0.3, &mut rng) == Jumped::default()));
    }
}
