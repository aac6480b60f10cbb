//! Parameters searched on a stretch of bars and traded on the next, window after window.
//!
//! The search of a window is handed the bars of its training window and no others: the seat never sees a later
//! one. Then the chosen set and the values in force run on from the training window into the piece, so that
//! their state is warm; what they decide before the piece is not traded. The pieces' exposures are stitched and
//! traded once, as one account would have done.

mod drift;
mod efficiency;
mod windows;

pub use drift::{Drift, drift};
pub use efficiency::{Efficiency, Inefficient, efficiency};
pub use windows::{Lengths, Scheme, Window, windows};

use super::score::answered;
use super::{Broken, Path, Rules, Seats, Trace, metric_row};
use crate::engine::{self, Metrics};
use crate::market::Series;
use crate::optimize::objective::Goal;
use crate::optimize::search::{Evaluation, SearchError, Settings, search};
use crate::optimize::select::{Selection, select};
use crate::optimize::space::{Point, Space};
use crate::seed::Seed;
use crate::stats::Statistic;
use crate::strategy::{ParamSet, exposure};
use rayon::prelude::*;

/// What is done in every window.
#[derive(Debug)]
pub struct Plan<'a> {
    pub schemes: &'a [Scheme],
    pub lengths: Lengths,
    pub search: Settings,
    /// The first leads.
    pub goals: &'a [Goal],
    pub selection: Selection,
}

/// Why there are no walks at all.
#[derive(Debug)]
pub enum Halt {
    Stopped,
    Search(SearchError),
}

/// One path under one scheme.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// Index of the path.
    pub path: usize,
    pub scheme: Scheme,
    pub outcome: Result<Walked, Unwalked>,
}

/// Why a path was not walked.
#[derive(Debug, Clone, PartialEq)]
pub enum Unwalked {
    /// Bars that one window needs, more than there are.
    TooShort {
        needed: usize,
    },
    Broken(Broken),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Walked {
    pub pieces: Vec<Piece>,
    /// All pieces traded as one account.
    pub stitched: Trace,
    /// The same bars with the values in force, which no search touched.
    pub unchanged: Trace,
    /// Of the annualised Sharpe ratio.
    pub sharpe_efficiency: Efficiency,
    /// Of growth per year.
    pub return_efficiency: Efficiency,
    pub drift: Vec<Drift>,
}

/// One window: what was chosen in it, and what became of it on the piece after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub window: Window,
    pub trials: usize,
    /// Every searched parameter.
    pub chosen: ParamSet,
    /// The search preferred another set to the values in force.
    pub changed: bool,
    /// The chosen set on the training window; None where it has no figures there.
    pub train: Option<Metrics>,
    /// The piece on its own, from flat.
    pub test: Metrics,
    pub unchanged: Metrics,
    /// Stitched equity at the piece's end over the initial capital.
    pub growth: f64,
}

/// Every path under every scheme, in that order. `seed` names every window's search.
///
/// # Errors
/// `stop` said so, or the search refused its settings. A set that breaks on a piece is its walk's outcome.
pub fn walk_forward(
    seats: &Seats<'_>,
    paths: &[Path],
    space: &Space,
    plan: &Plan<'_>,
    rules: &Rules,
    seed: Seed,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Walk>, Halt> {
    let mut walks = Vec::new();
    let mut work = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        for &scheme in plan.schemes {
            let found = windows(path.series.len(), scheme, plan.lengths);
            work.extend(found.iter().cloned().enumerate().map(|(number, window)| (path, scheme, number, window)));
            walks.push((index, scheme, found.len()));
        }
    }
    let legs: Vec<Result<Leg, Broken>> = work
        .into_par_iter()
        .map(|(path, scheme, number, window)| {
            let seed = seed.child(&path.series.name).child(scheme.name()).child(&number.to_string());
            Room { seats, space, plan, rules, stop }.leg(&path.series, window, seed)
        })
        .collect::<Result<_, Halt>>()?;
    let mut legs = legs.into_iter();
    Ok(walks
        .into_iter()
        .map(|(path, scheme, count)| {
            let own: Result<Vec<Leg>, Broken> = legs.by_ref().take(count).collect::<Vec<_>>().into_iter().collect();
            let outcome = match own {
                Err(broken) => Err(Unwalked::Broken(broken)),
                Ok(legs) if legs.is_empty() => {
                    let Lengths { train, test, gap } = plan.lengths;
                    Err(Unwalked::TooShort { needed: train + gap + test })
                }
                Ok(legs) => Ok(stitch(&paths[path].series, space, legs, rules)),
            };
            Walk { path, scheme, outcome }
        })
        .collect())
}

/// What one window left behind.
struct Leg {
    window: Window,
    trials: usize,
    chosen: ParamSet,
    point: Point,
    changed: bool,
    train: Option<Metrics>,
    /// On the bars of the piece.
    exposures: Vec<f64>,
    unchanged: Vec<f64>,
}

struct Room<'a, 'b> {
    seats: &'a Seats<'b>,
    space: &'a Space,
    plan: &'a Plan<'a>,
    rules: &'a Rules,
    stop: &'a (dyn Fn() -> bool + Sync),
}

impl Room<'_, '_> {
    fn leg(&self, series: &Series, window: Window, seed: Seed) -> Result<Result<Leg, Broken>, Halt> {
        let train = series.slice(window.train.clone());
        let mut figures: Vec<Option<Metrics>> = Vec::new();
        let mut stopped = false;
        let mut evaluate = |sets: &[ParamSet]| {
            stopped |= (self.stop)();
            if stopped {
                return sets.iter().map(|_| Evaluation::Failed { why: "stopped".to_owned() }).collect();
            }
            let (found, evaluations): (Vec<_>, Vec<_>) = self.evaluate(&train, sets).into_iter().unzip();
            figures.extend(found);
            evaluations
        };
        let settings = Settings {
            // Without a dimension there is nothing to try but what is there.
            trials: if self.space.dimensions().is_empty() { 1 } else { self.plan.search.trials },
            ..self.plan.search.clone()
        };
        let found = search(self.space, &settings, seed, &[], &mut evaluate).map_err(Halt::Search)?;
        if stopped {
            return Err(Halt::Stopped);
        }
        let direction = settings.objectives[0];
        let best = select(&found, self.space, direction, &self.plan.selection).first().map_or(0, |best| best.trial);
        let trial = &found.trials[best];
        let sets = [self.space.changed(&trial.parameters), ParamSet::new()];
        let changed = !sets[0].is_empty();
        let known = series.slice(window.train.start..window.test.end);
        let wanted = if changed { &sets[..] } else { &sets[1..] };
        let outcomes = self.seats.with(|seat| seat.run(&known, wanted));
        let mut answers = Vec::with_capacity(2);
        for outcome in outcomes {
            match answered(outcome) {
                Ok(found) => answers.push(exposure(&found.targets).split_off(window.test.start - window.train.start)),
                Err(broken) => return Ok(Err(broken)),
            }
        }
        let unchanged = answers.pop().unwrap_or_default();
        Ok(Ok(Leg {
            trials: found.trials.len(),
            chosen: trial.parameters.clone(),
            point: trial.point.clone(),
            changed,
            train: figures[best],
            exposures: answers.pop().unwrap_or_else(|| unchanged.clone()),
            unchanged,
            window,
        }))
    }

    fn evaluate(&self, train: &Series, sets: &[ParamSet]) -> Vec<(Option<Metrics>, Evaluation)> {
        let changed: Vec<ParamSet> = sets.iter().map(|set| self.space.changed(set)).collect();
        let outcomes = self.seats.with(|seat| seat.run(train, &changed));
        outcomes
            .into_iter()
            .map(|outcome| match answered(outcome) {
                Ok(answers) => {
                    let metrics = summarise(train, &exposure(&answers.targets), self.rules);
                    let row = metric_row(&metrics);
                    let objectives = self.plan.goals.iter().map(|goal| goal.of(&row)).collect();
                    (Some(metrics), Evaluation::Scored { objectives })
                }
                Err(Broken::Infeasible(failure)) => (None, Evaluation::Infeasible { why: failure.message }),
                Err(broken) => (None, Evaluation::Failed { why: broken.failure().message.clone() }),
            })
            .collect()
    }
}

fn summarise(series: &Series, exposures: &[f64], rules: &Rules) -> Metrics {
    engine::summarise(series, exposures, &rules.engine, series.periods_per_year, rules.risk_free_rate)
}

/// `legs` is not empty.
fn stitch(series: &Series, space: &Space, legs: Vec<Leg>, rules: &Rules) -> Walked {
    let (start, end) = (legs[0].window.test.start, legs[legs.len() - 1].window.test.end);
    let traded = series.slice(start..end);
    let together =
        |of: &dyn Fn(&Leg) -> &[f64]| Trace::of(&traded, &legs.iter().flat_map(of).copied().collect::<Vec<_>>(), rules);
    let stitched = together(&|leg| &leg.exposures);
    let unchanged = together(&|leg| &leg.unchanged);
    let points: Vec<&Point> = legs.iter().map(|leg| &leg.point).collect();
    let drift = drift(space, &points);
    let mut growth = 1.0;
    let pieces: Vec<Piece> = legs
        .into_iter()
        .map(|leg| {
            let bars = series.slice(leg.window.test.clone());
            let own = &stitched.returns[leg.window.test.start - start..leg.window.test.end - start];
            growth = own.iter().fold(growth, |growth, change| growth * (1.0 + change));
            Piece {
                test: summarise(&bars, &leg.exposures, rules),
                unchanged: summarise(&bars, &leg.unchanged, rules),
                window: leg.window,
                trials: leg.trials,
                chosen: leg.chosen,
                changed: leg.changed,
                train: leg.train,
                growth,
            }
        })
        .collect();
    let trained = |of: &dyn Fn(&Metrics) -> Statistic| -> Vec<Statistic> {
        pieces.iter().filter_map(|piece| piece.train.as_ref().map(of)).collect()
    };
    Walked {
        sharpe_efficiency: efficiency(stitched.metrics.sharpe_ratio, &trained(&|metrics| metrics.sharpe_ratio)),
        return_efficiency: efficiency(stitched.metrics.cagr, &trained(&|metrics| metrics.cagr)),
        pieces,
        stitched,
        unchanged,
        drift,
    }
}

#[cfg(test)]
mod tests;
