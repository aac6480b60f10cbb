use super::{Artifacts, sections};
use crate::artifact::{Candidate, Trial, Verdict};
use crate::discovery::{Parameter, SearchRange};
use crate::optimize::space::Space;
use crate::report::model::{Search, SearchAxis, TrialRow};
use crate::strategy::{ParamSet, Value};
use std::collections::BTreeMap;

/// Every search of this iteration, by strategy.
pub fn searches(artifacts: &Artifacts) -> Vec<Search> {
    let mut trials: BTreeMap<&str, Vec<&Trial>> = BTreeMap::new();
    for trial in &artifacts.trials {
        trials.entry(&trial.strategy_name).or_default().push(trial);
    }
    trials.into_iter().map(|(strategy, trials)| search(strategy, &trials, artifacts)).collect()
}

fn search(strategy: &str, trials: &[&Trial], artifacts: &Artifacts) -> Search {
    let parameters: Vec<Parameter> = artifacts
        .parameters
        .iter()
        .filter(|row| row.strategy_name == strategy)
        .map(|row| Parameter::from(row.clone()))
        .collect();
    let candidate = artifacts.candidates.iter().find(|row| row.strategy_name == strategy);
    let changed =
        |name: &str| candidate.is_some_and(|row| row.old_parameters.0.get(name) != row.new_parameters.0.get(name));
    let mut axes: Vec<SearchAxis> = parameters.iter().filter_map(axis).collect();
    axes.sort_by_key(|axis| !changed(&axis.parameter));
    let values = |set: &ParamSet| -> Vec<Option<f64>> {
        axes.iter().map(|axis| set.get(&axis.parameter).and_then(Value::as_f64)).collect()
    };
    let judged = |row: &&Candidate| {
        let plateau = row.conditions.0.iter().find(|condition| condition.name == "plateau");
        plateau.is_some_and(|plateau| matches!(plateau.verdict, Verdict::Pass | Verdict::Fail))
    };
    Search {
        strategy: strategy.to_owned(),
        trials: trials.iter().map(|trial| row(trial, values(&trial.parameters.0))).collect(),
        challenger: candidate.map(|row| u64::from(row.trial)),
        neighbours: candidate
            .map(|row| neighbours(&parameters, &row.new_parameters.0))
            .unwrap_or_default()
            .iter()
            .map(values)
            .collect(),
        neighbours_run: candidate.as_ref().is_some_and(judged),
        axes,
    }
}

/// None for what has no numbers to search.
fn axis(parameter: &Parameter) -> Option<SearchAxis> {
    let (low, high, log) = match parameter.range.as_ref()? {
        SearchRange::Int { low, high, .. } => (*low as f64, *high as f64, false),
        SearchRange::Float { low, high, log, .. } => (*low, *high, *log),
        SearchRange::Bool | SearchRange::Choice { .. } => return None,
    };
    Some(SearchAxis { parameter: parameter.name.clone(), low, high, log })
}

/// The sets that the gate's plateau asks for; none where the files have changed since, so that the challenger is no
/// longer a point of the space.
fn neighbours(parameters: &[Parameter], challenger: &ParamSet) -> Vec<ParamSet> {
    let space = Space::from_parameters(parameters);
    let points = space.encode(challenger).map(|point| space.neighbours(&point)).unwrap_or_default();
    points.iter().map(|point| space.decode(point)).collect()
}

fn row(trial: &Trial, values: Vec<Option<f64>>) -> TrialRow {
    TrialRow {
        number: u64::from(trial.trial),
        values,
        sharpe: trial.sharpe,
        total_return: trial.total_return,
        max_drawdown: trial.max_drawdown,
        custom: trial.custom,
        rank: trial.rank.map(u64::from),
        on_front: trial.on_front,
        outcome: sections::outcome(trial.outcome).to_owned(),
    }
}
