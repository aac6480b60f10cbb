use super::{Artifacts, realism};
use crate::artifact::{
    Backtest, Badge, Candidate, Change, ChangeDecision, Decision, Grounds, PathSet, RunOutcome, ScenarioRow,
    StrategyRow, Verdict,
};
use crate::backtest::Kind;
use crate::discovery::{SearchRange, Status};
use crate::report::model;
use crate::stage::Context;
use crate::strategy::ParamSet;
use std::collections::{BTreeMap, BTreeSet};

pub fn fill(context: &Context) -> &'static str {
    if context.config.backtest.fill_at_close { "the same bar's close" } else { "the next bar's open" }
}

pub fn changes(rows: &[Change]) -> Vec<model::Change> {
    rows.iter()
        .map(|row| model::Change {
            strategy: row.strategy_name.clone(),
            parameter: row.parameter.clone(),
            old_value: row.old_value.0.to_string(),
            new_value: row.new_value.0.to_string(),
            place: format!("{}:{}", row.path, row.line),
            decision: word(row.decision).to_owned(),
            manual: row.manual,
            reason: row.reason.clone(),
        })
        .collect()
}

pub fn diffs(rows: &[Change]) -> Vec<model::FileDiff> {
    let mut found: Vec<model::FileDiff> = Vec::new();
    for row in rows.iter().filter(|row| !row.diff.is_empty()) {
        let diff = model::FileDiff { path: row.path.clone(), diff: row.diff.clone() };
        if !found.contains(&diff) {
            found.push(diff);
        }
    }
    found
}

const fn word(decision: ChangeDecision) -> &'static str {
    match decision {
        ChangeDecision::Applied => "applied",
        ChangeDecision::Refused => "refused",
        ChangeDecision::DryRun => "dry run",
        ChangeDecision::RolledBack => "rolled back",
    }
}

pub fn decisions(artifacts: &Artifacts) -> Vec<model::Decision> {
    let trials = |name: &str| artifacts.trials.iter().filter(|trial| trial.strategy_name == name).count() as u64;
    let mut found: Vec<_> = artifacts.candidates.iter().map(|row| decision(row, trials(&row.strategy_name))).collect();
    let searched: BTreeSet<&str> = artifacts.trials.iter().map(|trial| trial.strategy_name.as_str()).collect();
    let challenged: BTreeSet<&str> = artifacts.candidates.iter().map(|row| row.strategy_name.as_str()).collect();
    found.extend(searched.difference(&challenged).map(|name| unchallenged(name, trials(name))));
    found.sort_by(|a, b| b.promoted.cmp(&a.promoted).then_with(|| a.strategy.cmp(&b.strategy)));
    found
}

/// Nothing in the search was better than what stands there: no test was spent.
fn unchallenged(name: &str, trials: u64) -> model::Decision {
    model::Decision {
        strategy: name.to_owned(),
        promoted: false,
        reason: format!("none of {trials} trials was better than the current values on the training paths"),
        old_parameters: String::new(),
        new_parameters: String::new(),
        objective: String::new(),
        incumbent_score: None,
        challenger_score: None,
        difference: None,
        margin: None,
        p_value: None,
        alpha: None,
        tests_so_far: 0,
        trials_ever: 0,
        difference_low: None,
        difference_high: None,
        worst_regime: None,
        worst_regime_difference: None,
        detectable_difference: None,
        marks: Vec::new(),
        trials,
        paths: 0,
        conditions: Vec::new(),
    }
}

fn decision(row: &Candidate, trials: u64) -> model::Decision {
    model::Decision {
        strategy: row.strategy_name.clone(),
        promoted: row.decision == Decision::Promote,
        reason: row.reason.clone(),
        old_parameters: parameters(&row.old_parameters.0),
        new_parameters: parameters(&row.new_parameters.0),
        objective: row.objective.clone(),
        incumbent_score: row.incumbent_score,
        challenger_score: row.challenger_score,
        difference: row.difference,
        margin: row.margin,
        p_value: row.p_value,
        alpha: Some(row.alpha),
        tests_so_far: u64::from(row.tests_so_far),
        trials_ever: row.trials_ever,
        difference_low: row.difference_low,
        difference_high: row.difference_high,
        worst_regime: row.worst_regime.clone(),
        worst_regime_difference: row.worst_regime_difference,
        detectable_difference: row.detectable_difference,
        marks: row.marks.0.clone(),
        trials,
        paths: u64::from(row.paths),
        conditions: row
            .conditions
            .0
            .iter()
            .map(|condition| model::Condition {
                name: condition.name.clone(),
                figure: condition.figure,
                threshold: condition.threshold,
                verdict: match condition.verdict {
                    Verdict::Pass => "pass",
                    Verdict::Fail => "fail",
                    Verdict::Informative => "shown",
                    Verdict::NotJudged => "not judged",
                    Verdict::NotReached => "not reached",
                }
                .to_owned(),
                badge: match condition.grounds {
                    Some(Grounds::Sim) => "SIM",
                    Some(Grounds::Resampled) => "RESAMPLED",
                    Some(Grounds::RealOos) => "REAL-OOS",
                    None => "",
                }
                .to_owned(),
                note: condition.note.clone(),
            })
            .collect(),
    }
}

pub fn parameters(set: &ParamSet) -> String {
    set.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
}

/// Current parameters only; variations are in the store.
pub fn scenarios(artifacts: &Artifacts) -> Vec<model::ScenarioRow> {
    let Artifacts { backtests: rows, realism: certificates, .. } = artifacts;
    rows.iter()
        .filter(|row| row.is_current && row.backtest_type == Kind::Standard.name())
        .map(|row| model::ScenarioRow {
            strategy: row.strategy_name.clone(),
            scenario: row.market_scenario.clone(),
            span: row.span.clone(),
            badge: realism::marked(row.badge.name(), certificates, &row.market_scenario),
            paths: u64::from(row.paths),
            sharpe_mean: row.sharpe_ratio,
            sharpe_low: row.sharpe_min,
            sharpe_high: row.sharpe_max,
            sharpe_reason: row.sharpe_ratio_reason.clone(),
            total_return: row.total_return,
            max_drawdown: row.max_drawdown,
            win_rate: row.win_rate,
            trades: u64::from(row.total_trades),
            outcome: outcome(row.outcome).to_owned(),
        })
        .collect()
}

pub const fn outcome(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Ok => "ok",
        RunOutcome::Infeasible => "infeasible",
        RunOutcome::Raised => "raised",
        RunOutcome::Timeout => "timeout",
        RunOutcome::Crash => "crash",
        RunOutcome::LooksAhead => "looks ahead",
    }
}

pub fn paths(artifacts: &Artifacts) -> Vec<model::PathsRow> {
    let Artifacts { scenarios: rows, realism: certificates, .. } = artifacts;
    let mut groups: BTreeMap<(bool, &str), Vec<&ScenarioRow>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.set == PathSet::Historical, row.scenario.as_str())).or_default().push(row);
    }
    groups
        .into_iter()
        .map(|((real, scenario), rows)| {
            let mean = |value: &dyn Fn(&ScenarioRow) -> Option<f64>| {
                let defined: Vec<f64> = rows.iter().filter_map(|row| value(row)).collect();
                (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
            };
            model::PathsRow {
                scenario: scenario.to_owned(),
                badge: realism::marked(if real { Badge::Real } else { Badge::Sim }.name(), certificates, scenario),
                paths: rows.len() as u64,
                bars: rows.iter().map(|row| u64::from(row.bars)).max().unwrap_or(0),
                log_return: mean(&|row| Some(row.log_return)),
                volatility: mean(&|row| row.annual_volatility),
                max_drawdown: mean(&|row| Some(row.max_drawdown)),
            }
        })
        .collect()
}

pub fn strategies(artifacts: &Artifacts) -> Vec<model::StrategySection> {
    artifacts
        .strategies
        .iter()
        .filter(|row| row.status == Status::Runnable)
        .map(|row| strategy(row, artifacts))
        .collect()
}

fn strategy(row: &StrategyRow, artifacts: &Artifacts) -> model::StrategySection {
    let entry = row.entry.as_ref().map(|entry| &entry.0);
    let stood = artifacts.rungs.iter().find(|rung| rung.strategy_name == row.strategy_name);
    model::StrategySection {
        name: row.strategy_name.clone(),
        class_name: row.class_name.clone(),
        path: row.path.clone(),
        line: row.line,
        protocol: row.protocol.map_or("", crate::strategy::Protocol::name).to_owned(),
        entry: entry.map_or_else(String::new, |entry| entry.method.clone()),
        assumed: entry.map_or_else(Vec::new, |entry| entry.assumed.clone()),
        source_hash: row.source_hash.clone(),
        rung: stood.map(|stood| stood.rung.name().to_owned()),
        held_back_by: stood.and_then(|stood| stood.obstacle.clone()),
        parameters: artifacts
            .parameters
            .iter()
            .filter(|parameter| parameter.strategy_name == row.strategy_name)
            .map(|parameter| {
                let parameter = crate::discovery::Parameter::from(parameter.clone());
                model::ParameterRow {
                    name: parameter.name,
                    value: parameter.default.to_string(),
                    role: name_of(&parameter.role),
                    searched: parameter.range.is_some(),
                    range: parameter
                        .range
                        .as_ref()
                        .map_or_else(|| parameter.why_not_searched.clone().unwrap_or_else(|| "no".to_owned()), range),
                    range_source: parameter.range_source.as_ref().map(name_of).unwrap_or_default(),
                    place: format!("{}:{}", parameter.place.path, parameter.place.line),
                }
            })
            .collect(),
    }
}

/// The serde name of a unit variant.
fn name_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn range(range: &SearchRange) -> String {
    match range {
        SearchRange::Int { low, high, step } => format!("{low}..{high} step {step}"),
        SearchRange::Float { low, high, step: Some(step), .. } => format!("{low}..{high} step {step}"),
        SearchRange::Float { low, high, step: None, log } => {
            format!("{low}..{high}{}", if *log { ", logarithmic" } else { "" })
        }
        SearchRange::Bool => "True or False".to_owned(),
        SearchRange::Choice { choices } => choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
    }
}

pub fn not_runnable(rows: &[StrategyRow]) -> Vec<model::NotRunnable> {
    let mut found: Vec<_> =
        rows.iter().filter(|row| row.status != Status::Runnable).map(|row| (row.status, row)).collect();
    found.sort_by_key(|(status, row)| (*status, row.path.clone(), row.line));
    found
        .into_iter()
        .map(|(status, row)| model::NotRunnable {
            name: row.strategy_name.clone(),
            class_name: row.class_name.clone(),
            place: format!("{}:{}", row.path, row.evidence_line),
            status: status.name().to_owned(),
            reason: row.reason.clone(),
        })
        .collect()
}

/// The first failure of each strategy's current parameters.
pub fn failures(rows: &[Backtest]) -> Vec<model::FailedRun> {
    let mut seen = BTreeSet::new();
    rows.iter()
        .filter(|row| row.is_current && row.outcome != RunOutcome::Ok && seen.insert(&row.strategy_name))
        .map(|row| model::FailedRun {
            strategy: row.strategy_name.clone(),
            outcome: outcome(row.outcome).to_owned(),
            message: row.failure_message.clone().unwrap_or_default(),
            market: row.market_scenario.clone(),
        })
        .collect()
}

pub fn attention(artifacts: &Artifacts, failures: &[model::FailedRun]) -> Vec<String> {
    let mut lines = Vec::new();
    for change in artifacts.changes.iter().filter(|change| change.decision == ChangeDecision::Refused) {
        lines.push(format!(
            "{}.{} was not changed to {}: {}",
            change.strategy_name, change.parameter, change.new_value.0, change.reason
        ));
    }
    for failure in failures {
        lines.push(format!("{} {}: {}", failure.strategy, verb(&failure.outcome), failure.message));
    }
    // A class in a file that does not parse has a row beside the file's own, at the same place.
    let mut places = BTreeSet::new();
    let unreadable = artifacts
        .strategies
        .iter()
        .filter(|row| row.status == Status::Unreadable && places.insert((&row.path, row.evidence_line)));
    lines.extend(unreadable.map(|row| format!("{}:{} cannot be read: {}", row.path, row.evidence_line, row.reason)));
    lines
}

fn verb(outcome: &str) -> &'static str {
    match outcome {
        "looks ahead" => "looks ahead",
        "timeout" => "timed out",
        "crash" => "crashed",
        _ => "failed",
    }
}

pub fn recommendations(artifacts: &Artifacts, not_runnable: &[model::NotRunnable]) -> Vec<String> {
    let mut lines = Vec::new();
    let missing: BTreeSet<&str> = artifacts
        .backtests
        .iter()
        .filter(|row| row.failure_kind.as_deref() == Some("missing_module"))
        .filter_map(|row| row.failure_message.as_deref())
        .collect();
    for message in missing {
        lines.push(format!("Install what is missing in the interpreter that runs the strategies, or name another one in the configuration: {message}"));
    }
    let adapters = not_runnable.iter().filter(|row| row.status == Status::NeedsAdapter.name()).count();
    if adapters > 0 {
        lines.push(format!(
            "{adapters} classes need an adapter: where a class has an entry method of an unusual name, give it under strategies: overrides."
        ));
    }
    for row in artifacts.candidates.iter().filter(|row| row.decision == Decision::Promote) {
        lines.push(format!(
            "{} was improved in simulated markets. Watch it on bars that come from now on before you trust it more.",
            row.strategy_name
        ));
    }
    lines
}
