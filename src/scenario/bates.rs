//! Heston's stochastic variance with Merton's jumps: markets the search never sees, for validation only.
//!
//! Bates (1996), "Jumps and stochastic volatility", Review of Financial Studies 9, 69-107. Drift, volatility and
//! jumps of a mood are those of its [`Model`]; how volatility moves is not: no GARCH, no skewed t, and no pull back
//! to a price. What is good in both families is not the gift of one set of equations. The speeds are standard
//! choices and not calibrated (statistics §4.3).

use super::bars::{blank, finish};
use super::bound::at_least;
use super::dynamics::Schedule;
use super::fault::ModelFault;
use super::heston::{Heston, Step};
use super::jumps::{JumpClock, JumpLaw};
use super::model::Model;
use super::spec::Scenario;
use crate::market::Series;
use crate::seed::Seed;
use rand::Rng;

/// κ a year: half of a surprise in variance is forgotten after nine weeks.
const REVERSION: f64 = 4.0;
/// ρ.
const CORRELATION: f64 = -0.7;
/// From this volatility a year on a mood is a crash, and ξ is 1.
const CRASH_VOL: f64 = 0.6;
/// Bars without any variance would have volume divide by zero: the least √h as a share of the level's.
const LEAST_SIGMA: f64 = 1e-3;

/// A checked scenario under the second family.
#[derive(Debug, Clone)]
pub struct Bates {
    scenario: Scenario,
    moods: Vec<Mood>,
    schedule: Schedule,
}

#[derive(Debug, Clone, Copy)]
struct Mood {
    /// Of the log price, per bar.
    drift: f64,
    step: Step,
    /// Yearly variance at the first bar of the mood: None for what the mood before left.
    initial: Option<f64>,
    level: f64,
    jumps: JumpLaw,
}

/// The variance that the mood's volatility leaves to the diffusion, and ξ of .3 to .6, 1 in a crash, but never so
/// much that the variance would stick to zero (Feller's 2κθ ≥ ξ²).
fn heston(model: &Model) -> Heston {
    let level = model.vol_per_year * model.vol_per_year - model.jumps.variance();
    let wanted = if model.vol_per_year >= CRASH_VOL { 1.0 } else { (1.2 * model.vol_per_year).clamp(0.3, 0.6) };
    let vol_of_variance = wanted.min((2.0 * REVERSION * level).sqrt());
    Heston { reversion: REVERSION, level, vol_of_variance, correlation: CORRELATION }
}

impl Mood {
    fn new(model: &Model, bars_per_year: f64) -> Self {
        let heston = heston(model);
        let jumps = JumpLaw::new(model.jumps, bars_per_year);
        Self {
            // The step's log return loses half of the variance to keep the price a martingale; the stated drift is
            // that of the log price, jumps included.
            drift: (model.drift_per_year + 0.5 * heston.level) / bars_per_year - jumps.drift(),
            step: Step::new(&heston, bars_per_year),
            initial: model.initial_vol.map(|vol| vol * vol),
            level: heston.level,
            jumps,
        }
    }
}

impl Bates {
    /// # Errors
    /// As [`Scenario::check`].
    pub fn new(scenario: &Scenario) -> Result<Self, ModelFault> {
        scenario.check()?;
        let periods = scenario.instrument.periods_per_year;
        let moods = scenario.dynamics.models().iter().map(|(_, model)| Mood::new(model, periods)).collect();
        Ok(Self { schedule: Schedule::new(&scenario.dynamics), scenario: scenario.clone(), moods })
    }

    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The path that `seed` stands for: the same bytes on every thread. [`Series::check`] accepts every path.
    pub fn path(&self, seed: Seed) -> Series {
        let instrument = &self.scenario.instrument;
        let mut rng = seed.rng();
        let mut path = blank(&self.scenario.name, instrument, self.scenario.bars, &mut rng);
        let mut sigma = vec![0.0; self.scenario.bars];
        self.walk(&mut path, &mut sigma, &mut rng);
        finish(&mut path, &sigma, instrument, &mut rng);
        if let Some(trend) = &self.scenario.trend {
            trend.bend(&mut path);
        }
        path
    }

    /// Log opens and closes relative to the start of the path, and the root of every bar's variance. The open stands
    /// where a bridge from one close to the next is when the night is over.
    fn walk<R: Rng>(&self, path: &mut Series, sigma: &mut [f64], rng: &mut R) {
        let usual_night = self.scenario.instrument.gap_share;
        let bars_per_year = self.scenario.instrument.periods_per_year;
        let mut clock = JumpClock::start(rng);
        let (mut x, mut variance, mut mood, mut left) = (0.0, None, None, 0);
        for (bar, sigma) in sigma.iter_mut().enumerate() {
            if left == 0 {
                let stretch = self.schedule.next(mood, rng);
                (mood, left) = (Some(stretch.model), stretch.bars);
                let entered = &self.moods[stretch.model];
                variance = Some(entered.initial.or(variance).unwrap_or(entered.level));
            }
            left -= 1;
            let (Some(model), Some(v)) = (mood, variance.as_mut()) else { continue };
            let mood = &self.moods[model];
            let night = if bar == 0 { 0.0 } else { usual_night };
            let moved = mood.step.pass(v, rng);
            let jumped = clock.pass(&mood.jumps, night, rng);
            let least = LEAST_SIGMA * (mood.level / bars_per_year).sqrt();
            *sigma = at_least(least, moved.variance.sqrt());
            let push = mood.drift + moved.log_return;
            path.open[bar] =
                x + night * push + (night * (1.0 - night)).sqrt() * *sigma * path.open[bar] + jumped.overnight;
            x += push + jumped.overnight + jumped.intraday;
            path.close[bar] = x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Dynamics, Regime, bull, standard};

    fn paths(scenario: &Scenario, count: usize) -> Vec<Series> {
        let family = Bates::new(scenario).unwrap();
        (0..count).map(|index| family.path(Seed::new(31).child(&index.to_string()))).collect()
    }

    fn mean(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, 4.0 * (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n / n).sqrt())
    }

    #[test]
    fn every_regime_makes_sound_bars_and_the_same_for_a_seed() {
        for regime in Regime::ALL {
            let scenario = Scenario { bars: 300, ..standard(regime) };
            for path in paths(&scenario, 20) {
                assert_eq!(path.check(), Ok(()), "{regime}");
            }
            assert_eq!(paths(&scenario, 1), paths(&scenario, 1));
        }
    }

    /// ln E[price] is drift + level/2 + λ(e^(m + s²/2) − 1 − m); where the drift takes all of it back, the price is a
    /// martingale, jumps, nights and all.
    #[test]
    fn without_a_price_drift_the_price_is_a_martingale() {
        let mut model = bull::MODEL;
        let jumps = model.jumps;
        let compensator = (jumps.mean + 0.5 * jumps.sd * jumps.sd).exp_m1();
        model.drift_per_year = -0.5 * heston(&model).level - jumps.per_year * (compensator - jumps.mean);
        let scenario = Scenario { dynamics: Dynamics::Single(model), ..standard(Regime::Bull) };
        let ends: Vec<f64> = paths(&scenario, 4000).iter().map(|path| path.close[251] / 100.0).collect();
        let (found, error) = mean(&ends);
        assert!((found - 1.0).abs() < error && error < 0.02, "{found} ± {error}");
    }

    /// 2,000 years of each single mood: drift of the log price, and the variance that was asked for.
    #[test]
    fn drift_and_variance_are_those_of_the_mood() {
        for regime in [Regime::Bull, Regime::Bear, Regime::HighVolatility, Regime::LowVolatility, Regime::Recovery] {
            let scenario = standard(regime);
            let Dynamics::Single(model) = scenario.dynamics else { panic!("{regime} is one mood") };
            let drawn = paths(&scenario, 2000);
            let returns: Vec<f64> = drawn.iter().map(|path| (path.close[251] / 100.0).ln()).collect();
            let (drift, error) = mean(&returns);
            assert!((drift - model.drift_per_year).abs() < error, "{regime}: {drift} ± {error}");
            // The year of a mood that starts elsewhere is not at its level.
            if model.initial_vol.is_some() {
                continue;
            }
            let squares: Vec<f64> = drawn
                .iter()
                .map(|path| {
                    let logs: Vec<f64> = path.close.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
                    let centre = model.drift_per_year / 252.0;
                    logs.iter().map(|value| (value - centre).powi(2)).sum::<f64>() * 252.0 / logs.len() as f64
                })
                .collect();
            let (variance, error) = mean(&squares);
            // The martingale's −v/2 moves with v, which the constant drift does not follow: below 1% of the variance.
            let expected = model.vol_per_year * model.vol_per_year;
            assert!(
                (variance - expected).abs() < error + 0.01 * expected,
                "{regime}: {variance} ± {error}, {expected}"
            );
        }
    }
}
