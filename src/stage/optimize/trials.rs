//! Trials as rows, and rows of earlier iterations as what the sampler knows already.

use super::super::subjects::Subject;
use super::small;
use crate::artifact::{Json, Lake, Run, RunOutcome, RunStatus, Stamped, Trial};
use crate::discovery::Strategy;
use crate::optimize::objective::Goal;
use crate::optimize::pareto;
use crate::optimize::search::{Evaluation, HistoryTrial, SearchResult};
use crate::stage::{Context, Failure};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Trials of complete earlier iterations. Those of an abandoned one, or of a stage run by hand, are left out, so
/// that running an iteration again finds the same past.
pub struct Past(Vec<Stamped<Trial>>);

impl Past {
    pub fn load(context: &Context) -> Result<Self, Failure> {
        let lake = Lake::new(&context.data);
        let complete: BTreeSet<String> = lake
            .read::<Run>()?
            .into_iter()
            .filter(|run| run.row.status == RunStatus::Complete && run.row.iteration < context.iteration)
            .map(|run| run.run_id)
            .collect();
        let mut trials = lake.read::<Trial>()?;
        trials.retain(|trial| complete.contains(&trial.run_id));
        Ok(Self(trials))
    }

    pub fn of(&self, strategy: &Strategy, goals: &[Goal]) -> Vec<HistoryTrial> {
        self.0
            .iter()
            .map(|stamped| &stamped.row)
            .filter(|row| row.strategy_name == strategy.name && row.source_hash == strategy.source_hash)
            .map(|row| HistoryTrial { parameters: row.parameters.0.clone(), evaluation: evaluation(row, goals) })
            .collect()
    }
}

fn evaluation(row: &Trial, goals: &[Goal]) -> Evaluation {
    let why = || row.failure_message.clone().unwrap_or_default();
    match row.outcome {
        RunOutcome::Ok => Evaluation::Scored {
            objectives: goals
                .iter()
                .map(|goal| match goal.name() {
                    "sharpe" => row.sharpe,
                    "total_return" => row.total_return,
                    "max_drawdown" => row.max_drawdown,
                    _ => row.custom,
                })
                .collect(),
        },
        RunOutcome::Infeasible => Evaluation::Infeasible { why: why() },
        _ => Evaluation::Failed { why: why() },
    }
}

pub fn rows(subject: &Subject, goals: &[Goal], found: &SearchResult, seed: u64) -> Vec<Trial> {
    let places = places(goals, found);
    let mut rows = Vec::with_capacity(found.trials.len());
    for (trial, place) in found.trials.iter().zip(places) {
        let value = |name: &str| {
            let index = goals.iter().position(|goal| goal.name() == name)?;
            trial.evaluation.objectives().get(index).copied().flatten()
        };
        let scored = matches!(trial.evaluation, Evaluation::Scored { .. });
        let reason = |value: Option<f64>, name: &str| {
            let absent = match () {
                () if !scored => "failed",
                () if goals.iter().any(|goal| goal.name() == name) => "undefined",
                () => "not_an_objective",
            };
            value.is_none().then(|| absent.to_owned())
        };
        let [sharpe, total_return, max_drawdown] = ["sharpe", "total_return", "max_drawdown"].map(value);
        let (outcome, failure_message) = match &trial.evaluation {
            Evaluation::Scored { .. } => (RunOutcome::Ok, None),
            Evaluation::Infeasible { why } => (RunOutcome::Infeasible, Some(why.clone())),
            Evaluation::Failed { why } => (RunOutcome::Raised, Some(why.clone())),
        };
        rows.push(Trial {
            strategy_name: subject.strategy.name.clone(),
            source_hash: subject.strategy.source_hash.clone(),
            trial: small(trial.number),
            batch: small(trial.batch),
            seed,
            parameters: Json(trial.parameters.clone()),
            outcome,
            failure_message,
            sharpe,
            sharpe_reason: reason(sharpe, "sharpe"),
            total_return,
            total_return_reason: reason(total_return, "total_return"),
            max_drawdown,
            max_drawdown_reason: reason(max_drawdown, "max_drawdown"),
            custom: value("custom"),
            rank: place,
            on_front: trial.rank == Some(0),
        });
    }
    rows
}

/// Place by the leading objective, from 1; the earlier of equals first.
fn places(goals: &[Goal], found: &SearchResult) -> Vec<Option<u32>> {
    let value = |index: usize| found.trials[index].evaluation.primary();
    let mut order: Vec<usize> = (0..found.trials.len()).filter(|&index| value(index).is_some()).collect();
    let direction = goals.first().map(Goal::direction);
    order.sort_by(|&one, &other| {
        direction
            .map_or(Ordering::Equal, |direction| pareto::compare(direction, value(one), value(other)))
            .then(one.cmp(&other))
    });
    let mut places = vec![None; found.trials.len()];
    for (place, index) in (1..).zip(order) {
        places[index] = Some(place);
    }
    places
}
