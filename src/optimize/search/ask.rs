use super::ranking::{Told, by_primary, by_weights};
use super::{Origin, SearchError, Settings};
use crate::optimize::space::{Dimension, Point, Space};
use crate::seed::{ChaCha8Rng, Seed};
use rand::RngExt;
use std::collections::BTreeSet;
use tpe::density_estimation::DefaultEstimatorBuilder;
use tpe::{TpeOptimizer, TpeOptimizerBuilder};

/// Draws that may turn out to be known before the next means is tried.
const MODEL_DRAWS: usize = 12;
const RANDOM_DRAWS: usize = 64;

pub(super) struct Asker<'a> {
    space: &'a Space,
    settings: &'a Settings,
    seed: Seed,
    batches: usize,
    tried: BTreeSet<Vec<u64>>,
    /// What is left of a space small enough to list, once it was needed.
    leftover: Option<Vec<Point>>,
}

impl<'a> Asker<'a> {
    pub(super) fn new(space: &'a Space, settings: &'a Settings, seed: Seed) -> Self {
        Self { space, settings, seed, batches: 0, tried: BTreeSet::new(), leftover: None }
    }

    /// The next batch after `done` trials; empty when nothing new is left. A point's draws depend on the
    /// seed, its trial number and what was told, on nothing else.
    pub(super) fn ask(
        &mut self,
        done: usize,
        revisits: &[Point],
        told: &[Told],
    ) -> Result<Vec<(Origin, Point)>, SearchError> {
        let fixed = 1 + revisits.len();
        let scored = told.iter().filter(|told| told.evaluation.primary().is_some()).count();
        let random_until = fixed.max(done + self.settings.startup.saturating_sub(scored));
        // A batch does not mix random points with modelled ones, so the model always knows all random ones.
        let end = (done + self.settings.batch).min(self.settings.trials);
        let end = if done < random_until { end.min(random_until) } else { end };
        let mut model = if done < random_until { None } else { self.model(told, end - done)? };
        self.batches += 1;

        let mut batch = Vec::with_capacity(end - done);
        for number in done..end {
            let next = match number {
                0 => Some((Origin::Incumbent, self.space.incumbent())),
                _ if number < fixed => Some((Origin::Revisited, revisits[number - 1].clone())),
                _ => self.draw(number, model.as_mut())?,
            };
            let Some((origin, point)) = next else { break };
            self.tried.insert(point.key());
            if let Some(model) = &mut model {
                model.pending(&point)?;
            }
            batch.push((origin, point));
        }
        Ok(batch)
    }

    fn draw(&mut self, number: usize, model: Option<&mut Model>) -> Result<Option<(Origin, Point)>, SearchError> {
        let mut rng = self.seed.child("trial").child(&number.to_string()).rng();
        if let Some(model) = model {
            for _ in 0..MODEL_DRAWS {
                let point = self.space.repair(&model.ask(&mut rng)?);
                if !self.tried.contains(&point.key()) {
                    return Ok(Some((Origin::Model, point)));
                }
            }
        }
        for _ in 0..RANDOM_DRAWS {
            let point = self.space.repair(&uniform(self.space, &mut rng));
            if !self.tried.contains(&point.key()) {
                return Ok(Some((Origin::Random, point)));
            }
        }
        let (space, tried) = (self.space, &self.tried);
        let leftover = self.leftover.get_or_insert_with(|| space.all_points().unwrap_or_default());
        leftover.retain(|point| !tried.contains(&point.key()));
        if leftover.is_empty() {
            return Ok(None);
        }
        let index = rng.random_range(0..leftover.len());
        Ok(Some((Origin::Leftover, leftover[index].clone())))
    }

    /// None while nothing told has a value: then there is nothing to learn from.
    fn model(&self, told: &[Told], batch: usize) -> Result<Option<Model>, SearchError> {
        let objectives = &self.settings.objectives;
        let (order, usable) = if objectives.len() == 1 || self.batches.is_multiple_of(2) {
            by_primary(objectives[0], told)
        } else {
            by_weights(objectives, &self.weights(), told)
        };
        if usable == 0 {
            return Ok(None);
        }
        let good = ((told.len() as f64 * self.settings.good_share).ceil() as usize).clamp(1, usable);
        Model::new(self.space, self.settings, told, &order, good, batch).map(Some)
    }

    /// Uniform over all weights that sum to one.
    fn weights(&self) -> Vec<f64> {
        let mut rng = self.seed.child("weights").child(&self.batches.to_string()).rng();
        let draws: Vec<f64> = self.settings.objectives.iter().map(|_| -(1.0 - rng.random::<f64>()).ln()).collect();
        let total: f64 = draws.iter().sum();
        draws.iter().map(|draw| if total > 0.0 { draw / total } else { 1.0 / draws.len() as f64 }).collect()
    }
}

fn uniform(space: &Space, rng: &mut ChaCha8Rng) -> Point {
    let coordinate = |dimension: &Dimension| match dimension.levels() {
        Some(levels) => rng.random_range(0..levels.max(1)) as f64,
        None => rng.random::<f64>(),
    };
    Space::point(space.dimensions().iter().map(coordinate).collect())
}

/// One estimator per dimension; a dimension with a single level has none.
struct Model {
    axes: Vec<Option<Axis>>,
    told: usize,
}

struct Axis {
    estimator: TpeOptimizer<DefaultEstimatorBuilder>,
    /// Largest coordinate. Only an incumbent outside its interval lies beyond; it is told as the nearer end.
    last: f64,
}

impl Axis {
    fn of(dimension: &Dimension, builder: &TpeOptimizerBuilder) -> Result<Option<Self>, SearchError> {
        let (estimator, start, end, last) = match dimension.levels() {
            Some(0 | 1) => return Ok(None),
            Some(levels) if dimension.is_unordered() => {
                (tpe::histogram_estimator(), 0.0, levels as f64, levels as f64 - 1.0)
            }
            Some(levels) => (tpe::parzen_estimator(), -0.5, levels as f64 - 0.5, levels as f64 - 1.0),
            // The crate's ranges exclude their end.
            None => (tpe::parzen_estimator(), 0.0, 1.0 + f64::EPSILON, 1.0),
        };
        let range = tpe::range(start, end).map_err(refused)?;
        Ok(Some(Self { estimator: builder.build(estimator, range).map_err(refused)?, last }))
    }
}

impl Model {
    /// `order` is best first and its first `good` are the good ones, whatever else is pending in the batch.
    fn new(
        space: &Space,
        settings: &Settings,
        told: &[Told],
        order: &[usize],
        good: usize,
        batch: usize,
    ) -> Result<Self, SearchError> {
        // The crate takes ceil(gamma × told) as good; half a trial less keeps rounding from adding one.
        let share = (good as f64 - 0.5) / (told.len() + batch) as f64;
        let mut builder = TpeOptimizerBuilder::new();
        builder.gamma(share).candidates(settings.candidates);
        let axes: Result<_, SearchError> =
            space.dimensions().iter().map(|dimension| Axis::of(dimension, &builder)).collect();
        let mut model = Self { axes: axes?, told: 0 };
        for &index in order {
            model.tell(&told[index].point)?;
        }
        Ok(model)
    }

    /// Told in order of rank: the rank is the value.
    fn tell(&mut self, point: &Point) -> Result<(), SearchError> {
        for (axis, coordinate) in self.axes.iter_mut().zip(point.coordinates()) {
            if let Some(axis) = axis {
                axis.estimator.tell(coordinate.clamp(0.0, axis.last), self.told as f64).map_err(refused)?;
            }
        }
        self.told += 1;
        Ok(())
    }

    /// A point of the running batch counts as bad until it is known, so the batch spreads out.
    fn pending(&mut self, point: &Point) -> Result<(), SearchError> {
        self.tell(point)
    }

    fn ask(&mut self, rng: &mut ChaCha8Rng) -> Result<Point, SearchError> {
        let mut coordinates = Vec::with_capacity(self.axes.len());
        for axis in &mut self.axes {
            coordinates.push(match axis {
                Some(axis) => axis.estimator.ask(rng).map_err(refused)?,
                None => 0.0,
            });
        }
        Ok(Space::point(coordinates))
    }
}

fn refused(error: impl std::fmt::Display) -> SearchError {
    SearchError::Sampler(error.to_string())
}
