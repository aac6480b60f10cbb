//! One path from one seed.
//!
//! A bar takes five random words and about 50 ns (`benches/scenario.rs`). Half of that is sampling: the seeded
//! generator itself an eighth, the ziggurats for the skewed t, two normals and two exponentials the rest of it. A
//! quarter is the exponential of five columns.

use super::bound::{at_least, at_most};
use super::bridge::enclose;
use super::calendar::timestamps;
use super::dynamics::Schedule;
use super::exponential::exponential;
use super::fault::ModelFault;
use super::instrument::Instrument;
use super::jumps::JumpClock;
use super::mood::{Leg, Mood, Traveller};
use super::set::{Set, path_seed};
use super::spec::{LOG_REACH, Scenario};
use crate::market::Series;
use crate::seed::Seed;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1, StandardNormal};

/// A checked scenario: draws any number of its paths, on any number of threads.
#[derive(Debug, Clone)]
pub struct Generator {
    scenario: Scenario,
    moods: Vec<Mood>,
    schedule: Schedule,
}

impl Generator {
    /// # Errors
    /// As [`Scenario::check`].
    pub fn new(scenario: &Scenario) -> Result<Self, ModelFault> {
        scenario.check()?;
        let periods = scenario.instrument.periods_per_year;
        let models = scenario.dynamics.models();
        let moods = models.iter().map(|(_, model)| Mood::new(model, periods)).collect::<Result<_, _>>()?;
        Ok(Self { schedule: Schedule::new(&scenario.dynamics), scenario: scenario.clone(), moods })
    }

    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Path `index` of `set`, named `bull/train/3`.
    pub fn draw(&self, run: Seed, set: Set, index: usize) -> Series {
        let name = &self.scenario.name;
        Series { name: format!("{name}/{}/{index}", set.name()), ..self.path(path_seed(run, name, set, index)) }
    }

    /// The path that `seed` stands for, under the scenario's name. The same seed gives the same bytes, whatever
    /// was drawn before and on whichever thread. [`Series::check`] accepts every path.
    ///
    /// A column starts as the random numbers it is made of and becomes log prices, then prices, in place: one part
    /// of the model after the other rather than bar by bar, so that what does not depend on the bar before is
    /// worked out for several bars at once.
    pub fn path(&self, seed: Seed) -> Series {
        let Instrument { gap_share, volume, start_price, periods_per_year } = self.scenario.instrument;
        let bars = self.scenario.bars;
        let mut rng = seed.rng();
        let mut path = Series {
            name: self.scenario.name.clone(),
            timestamp: timestamps(periods_per_year, bars),
            open: if gap_share > 0.0 { fill(bars, StandardNormal, &mut rng) } else { vec![0.0; bars] },
            high: fill(bars, Exp1, &mut rng),
            low: fill(bars, Exp1, &mut rng),
            close: vec![0.0; bars],
            volume: fill(bars, StandardNormal, &mut rng),
            periods_per_year,
        };
        path.open[0] = 0.0;
        let mut sigma = vec![0.0; bars];
        self.walk(&mut path, &mut sigma, &mut rng);
        enclose(&mut path, &sigma, gap_share);
        volume.trade(rng.sample(StandardNormal), periods_per_year, &path.close, &sigma, &mut path.volume);
        for column in [&mut path.open, &mut path.high, &mut path.low, &mut path.close] {
            exponential(column, LOG_REACH, start_price);
        }
        exponential(&mut path.volume, LOG_REACH, volume.level);
        round_outwards(&mut path);
        path
    }

    /// Log opens and closes relative to the start of the path, and √h of every bar.
    fn walk<R: Rng>(&self, path: &mut Series, sigma: &mut [f64], rng: &mut R) {
        let usual_night = self.scenario.instrument.gap_share;
        let mut traveller = Traveller { x: 0.0, variance: None, clock: JumpClock::start(rng) };
        let (mut bar, mut now) = (0, None);
        while bar < sigma.len() {
            let stretch = self.schedule.next(now, rng);
            let end = bar.saturating_add(stretch.bars).min(sigma.len());
            // A path has no night before its first bar.
            let first_night = if bar == 0 { 0.0 } else { usual_night };
            let mut leg = Leg {
                open: &mut path.open[bar..end],
                close: &mut path.close[bar..end],
                sigma: &mut sigma[bar..end],
                nights: [first_night, usual_night],
            };
            self.moods[stretch.model].travel(&mut traveller, &mut leg, rng);
            (bar, now) = (end, Some(stretch.model));
        }
    }
}

fn fill<D: Distribution<f64>, R: Rng>(bars: usize, law: D, rng: &mut R) -> Vec<f64> {
    let mut column = vec![0.0; bars];
    column.iter_mut().for_each(|value| *value = law.sample(rng));
    column
}

/// The exponential may round two neighbours past each other.
fn round_outwards(path: &mut Series) {
    let bodies = path.open.iter().zip(&path.close);
    for ((open, close), (high, low)) in bodies.zip(path.high.iter_mut().zip(&mut path.low)) {
        *high = at_least(*open, at_least(*close, *high));
        *low = at_most(*open, at_most(*close, *low));
    }
}
