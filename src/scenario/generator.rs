//! One path from one seed.
//!
//! A bar takes five random words and about 45 ns (`benches/scenario.rs`). More than half of that is sampling: the
//! seeded generator itself a sixth, the ziggurats for the skewed t, two normals and two exponentials the rest of it.
//! The exponentials of five columns, roots and volumes go through the widest vectors that the machine has.

use super::bars::{blank, finish};
use super::dynamics::Schedule;
use super::fault::ModelFault;
use super::jumps::JumpClock;
use super::mood::{Leg, Mood, Traveller};
use super::set::{Set, path_seed};
use super::spec::Scenario;
use crate::market::Series;
use crate::seed::Seed;
use rand::Rng;

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
