//! Ask, evaluate, tell: a seeded search that gives the same trials however the caller evaluates a batch.
//!
//! Points come from one Parzen estimator per dimension (TPE, Bergstra et al. 2011, the `tpe` crate) after
//! some random ones. With several objectives every second batch ranks the trials by the first objective
//! alone and the others by a randomly weighted Chebyshev norm of the objectives' ranks (ParEGO, Knowles
//! 2006), so the first objective is searched as well as if it stood alone and the front still fills.
//! Only ranks reach the estimators: no undefined, rejected or failed trial has a number that could win.

mod ask;
mod ranking;
mod result;
mod settings;
#[cfg(test)]
mod surfaces;

pub use result::{Evaluation, HistoryTrial, Origin, SearchResult, Stop, Trial};
pub use settings::{SearchError, Settings};

use super::pareto;
use super::space::{Point, Space};
use crate::seed::Seed;
use crate::strategy::ParamSet;
use ask::Asker;
use ranking::Told;

/// Evaluates the incumbent first, then the best of `history` again (its figures come from other paths), then
/// new sets until `settings.trials` are done or the space is exhausted. `evaluate` gets one batch and answers
/// one evaluation per set, in order; it may run them in any order and on any number of threads.
pub fn search(
    space: &Space,
    settings: &Settings,
    seed: Seed,
    history: &[HistoryTrial],
    evaluate: &mut dyn FnMut(&[ParamSet]) -> Vec<Evaluation>,
) -> Result<SearchResult, SearchError> {
    settings.check()?;
    let objectives = settings.objectives.len();
    let (mut told, skipped) = known(space, history, objectives);
    let revisits = revisits(space, settings, &told);
    let from_history = told.len();

    let mut asker = Asker::new(space, settings, seed);
    let mut trials: Vec<Trial> = Vec::with_capacity(settings.trials);
    let mut stop = Stop::Budget;
    let mut round = 0;
    while trials.len() < settings.trials {
        let batch = asker.ask(trials.len(), &revisits, &told)?;
        if batch.is_empty() {
            stop = Stop::Exhausted;
            break;
        }
        let sets: Vec<ParamSet> = batch.iter().map(|(_, point)| space.decode(point)).collect();
        let evaluations = evaluate(&sets);
        if evaluations.len() != sets.len() {
            return Err(SearchError::Answers { asked: sets.len(), answered: evaluations.len() });
        }
        for (((origin, point), parameters), evaluation) in batch.into_iter().zip(sets).zip(evaluations) {
            let evaluation = evaluation.checked(objectives)?;
            told.push(Told { point: point.clone(), evaluation: evaluation.clone() });
            trials.push(Trial {
                number: trials.len(),
                batch: round,
                origin,
                parameters,
                point,
                evaluation,
                rank: None,
                crowding: None,
            });
        }
        round += 1;
    }
    Ok(finish(settings, trials, stop, from_history, skipped))
}

/// History as points of this space, and how many rows were of no use: other parameters or other objectives.
fn known(space: &Space, history: &[HistoryTrial], objectives: usize) -> (Vec<Told>, usize) {
    let told: Vec<Told> = history
        .iter()
        .filter_map(|row| {
            let point = space.encode(&row.parameters)?;
            let evaluation = row.evaluation.clone().checked(objectives).ok()?;
            Some(Told { point, evaluation })
        })
        .collect();
    let skipped = history.len() - told.len();
    (told, skipped)
}

/// The best different points of history by the first objective, best first, without the incumbent.
fn revisits(space: &Space, settings: &Settings, told: &[Told]) -> Vec<Point> {
    let mut seen = vec![space.incumbent().key()];
    let (order, usable) = ranking::by_primary(settings.objectives[0], told);
    let mut best = Vec::new();
    for &index in order.iter().take(usable) {
        let point = &told[index].point;
        if best.len() < settings.revisit && space.is_ordered(point) && !seen.contains(&point.key()) {
            seen.push(point.key());
            best.push(point.clone());
        }
    }
    best
}

fn finish(
    settings: &Settings,
    mut trials: Vec<Trial>,
    stopped: Stop,
    from_history: usize,
    history_skipped: usize,
) -> SearchResult {
    let directions = &settings.objectives;
    // Without a value for the first objective a trial is in no front, whatever its other values are.
    let values: Vec<Vec<Option<f64>>> = trials
        .iter()
        .map(|trial| match trial.evaluation.primary() {
            Some(_) => trial.evaluation.objectives().to_vec(),
            None => vec![None; directions.len()],
        })
        .collect();
    for (trial, rank) in trials.iter_mut().zip(pareto::ranks(directions, &values)) {
        trial.rank = rank;
    }
    let front: Vec<usize> = (0..trials.len()).filter(|&index| trials[index].rank == Some(0)).collect();
    let members: Vec<&Vec<Option<f64>>> = front.iter().map(|&index| &values[index]).collect();
    for (&index, distance) in front.iter().zip(pareto::crowding(directions, &members)) {
        trials[index].crowding = distance;
    }
    let best =
        (0..trials.len()).filter(|&index| trials[index].evaluation.primary().is_some()).min_by(|&one, &other| {
            let primary = |index: usize| trials[index].evaluation.primary();
            pareto::compare(directions[0], primary(one), primary(other)).then(one.cmp(&other))
        });
    SearchResult { trials, front, best, stopped, from_history, history_skipped }
}

#[cfg(test)]
mod tests;
