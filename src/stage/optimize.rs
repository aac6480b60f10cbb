mod foreign;
mod further;
mod history;
mod judge;
mod overfitting;
mod pairs;
mod placebo;
mod trials;

use super::backtest::outcome;
use super::console::counted;
use super::ledger::Ledger;
use super::subjects::{Subject, runnable};
use super::workers::Workers;
use super::{Context, Failure, FailureKind, bars, iterate};
use crate::artifact::{self, Backtest, Candidate, Decision, Lake, PathSet, RunOutcome, Trial};
use crate::backtest::{Broken, Path, Rules, Seats, metric_row, score};
use crate::engine::Metrics;
use crate::optimize::objective::{Aggregation, Direction, Expression, Goal, Objective, ScenarioRows};
use crate::optimize::search::{Evaluation, SearchResult, Settings, search};
use crate::optimize::select::{Selection, select};
use crate::optimize::space::Space;
use crate::strategy::ParamSet;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Searches every strategy that runs and does not look ahead on the training paths, and puts the best
/// challenger to the test on the validation paths.
///
/// # Errors
/// A missing or damaged artifact, no Python, a signal.
pub fn run(context: &Context) -> Result<Value, Failure> {
    let subjects = runnable(context)?;
    let broken = broken(context)?;
    let fit: Vec<(&Subject, Space)> = subjects
        .iter()
        .filter(|subject| context.config.optimization.enabled && !broken.contains(&subject.strategy.name))
        .map(|subject| (subject, Space::from_parameters(&subject.parameters)))
        .filter(|(_, space)| !space.dimensions().is_empty())
        .collect();
    let arena = Arena::enter(context, fit.len())?;
    let mut ledger = Ledger::open(&context.data, context.iteration)?;
    let past = trials::Past::load(context)?;
    let budget = context.config.optimization.trials * fit.len();
    let progress = context.console.progress("trials", budget as u64);
    let (mut trial_rows, mut candidates): (Vec<Trial>, Vec<Candidate>) = (Vec::new(), Vec::new());
    let mut outcomes = Vec::new();
    for (subject, space) in &fit {
        context.stop.check()?;
        // Tests are counted once, however often the work is made again.
        let before = ledger.tests_before(&subject.strategy.name);
        let ever = ledger.trials_of(&subject.strategy.source_hash);
        let worked = arena.workers.soundly(context, subject, || {
            let seats = arena.workers.seats(subject)?;
            let found = arena.search(subject, space, &seats, &past, &|done| progress.advance(done))?;
            let chosen = select(&found, space, arena.goals[0].direction(), &arena.selection());
            let judged = (1..).zip(&chosen).map(|(count, candidate)| {
                let so_far = judge::SoFar { test: before + count, trials_ever: ever + found.trials.len() as u64 };
                let judge = |seats: &Seats<'_>| {
                    judge::judge(&arena, subject, space, seats, &found.trials, candidate.trial, so_far)
                };
                let judged = judge(&seats)?;
                // What may change the user's files is CPython's own word.
                match arena.workers.witnessed(subject)? {
                    Some(witnessed) if judged.decision == Decision::Promote => judge(&witnessed),
                    _ => Ok(judged),
                }
            });
            let judged = judged.collect::<Result<Vec<Candidate>, Failure>>()?;
            Ok((found, judged))
        });
        let (found, chosen) = worked?;
        let seed = arena.seed(subject).value();
        trial_rows.extend(trials::rows(subject, &arena.goals, &found, seed));
        let (trials, tests) = (small(found.trials.len()), small(chosen.len()));
        ledger.record(&subject.strategy.name, &subject.strategy.source_hash, trials, tests);
        outcomes.push(tell(context, subject, &found, chosen.last()));
        candidates.extend(chosen);
    }
    drop(progress);
    let placebos = placebo::ride(&arena, &fit.iter().map(|(subject, _)| *subject).collect::<Vec<_>>())?;
    arena.workers.keep_verdicts()?;
    // The budget is spent before anything acts on what it bought.
    ledger.save(&context.data)?;
    let lake = Lake::new(&context.data);
    artifact::write(&context.data, &trial_rows, &context.provenance())?;
    lake.append(&iterate::stamp(context), &trial_rows, &context.provenance())?;
    artifact::write(&context.data, &candidates, &context.provenance())?;
    lake.append(&iterate::stamp(context), &candidates, &context.provenance())?;
    artifact::write(&context.data, &placebos, &context.provenance())?;
    lake.append(&iterate::stamp(context), &placebos, &context.provenance())?;
    let promoted = candidates.iter().filter(|candidate| candidate.decision == Decision::Promote).count();
    context.console.say(format!(
        "{} optimized in {}: {promoted} improved, {} unchanged",
        counted(fit.len() as u64, "strategy", "strategies"),
        counted(trial_rows.len() as u64, "trial", "trials"),
        fit.len() - promoted
    ));
    Ok(json!({
        "strategies": fit.len(),
        "trials": trial_rows.len(),
        "challengers": candidates.len(),
        "promoted": promoted,
        "outcomes": outcomes,
        "placebo": placebos.first().map(|placebo| json!({
            "strategy_name": placebo.strategy_name,
            "promoted": placebo.promoted,
            "p_value": placebo.p_value,
            "reason": placebo.reason,
        })),
    }))
}

/// Strategies whose current parameters did not end ok in the last backtest.
fn broken(context: &Context) -> Result<BTreeSet<String>, Failure> {
    let rows = artifact::read::<Backtest>(&context.data)?;
    Ok(rows
        .into_iter()
        .filter(|row| row.is_current && row.outcome != RunOutcome::Ok)
        .map(|row| row.strategy_name)
        .collect())
}

fn tell(context: &Context, subject: &Subject, found: &SearchResult, candidate: Option<&Candidate>) -> Value {
    let name = &subject.strategy.name;
    let reason = candidate.map_or_else(
        || format!("none of {} trials was better than the current values on the training paths", found.trials.len()),
        |candidate| candidate.reason.clone(),
    );
    let promoted = candidate.is_some_and(|candidate| candidate.decision == Decision::Promote);
    if promoted {
        context.console.say(format!("  {name}: improved, {reason}"));
    }
    json!({ "strategy_name": name, "promoted": promoted, "reason": reason, "trials": found.trials.len() })
}

/// Everything that is the same for all strategies.
struct Arena<'a> {
    context: &'a Context,
    workers: Workers,
    train: Vec<Path>,
    validation: Vec<Path>,
    rules: Rules,
    /// The first leads.
    goals: Vec<Goal>,
    aggregation: Aggregation,
    /// Strategies that share the error budget.
    strategies: usize,
    history: history::History,
    beyond: further::Beyond,
}

impl<'a> Arena<'a> {
    fn enter(context: &'a Context, strategies: usize) -> Result<Self, Failure> {
        let config = &context.config.optimization;
        let internal = |why: String| Failure::new(FailureKind::Configuration, format!("optimization: {why}"));
        Ok(Self {
            workers: Workers::find(context)?,
            train: bars::paths(context, &[PathSet::Train])?,
            validation: bars::paths(context, &[PathSet::Validation])?,
            rules: context.rules(1),
            goals: goals(context)?,
            aggregation: Aggregation::new(config.weights.clone(), 0.2).map_err(|error| internal(error.to_string()))?,
            strategies,
            history: history::History::load(context)?,
            beyond: further::Beyond::load(context)?,
            context,
        })
    }

    /// The user's own objective, which then decides in place of the Sharpe ratio.
    fn custom(&self) -> Option<&Expression> {
        match self.goals.first() {
            Some(Goal::Custom(expression)) => Some(expression),
            _ => None,
        }
    }

    /// What decides: the user's own objective, else the Sharpe ratio.
    fn figure(&self, metrics: &Metrics) -> Option<f64> {
        match self.custom() {
            Some(goal) => goal.of(&metric_row(metrics)),
            None => metrics.sharpe_ratio.ok(),
        }
    }

    fn seed(&self, subject: &Subject) -> crate::seed::Seed {
        let iteration = self.context.seed.child("search").child(&self.context.iteration.to_string());
        iteration.child(&subject.strategy.name)
    }

    fn selection(&self) -> Selection {
        Selection { candidates: self.context.config.optimization.candidates, ..Selection::default() }
    }

    fn search(
        &self,
        subject: &Subject,
        space: &Space,
        seats: &Seats<'_>,
        past: &trials::Past,
        done: &dyn Fn(u64),
    ) -> Result<SearchResult, Failure> {
        let config = &self.context.config.optimization;
        let settings = Settings {
            objectives: self.goals.iter().map(Goal::direction).collect(),
            trials: config.trials,
            startup: config.startup,
            batch: config.batch,
            ..Settings::default()
        };
        let history = past.of(&subject.strategy, &self.goals);
        let mut stopped = false;
        let mut evaluate = |sets: &[ParamSet]| {
            let evaluations = if stopped { None } else { self.evaluate(seats, space, sets) };
            stopped |= evaluations.is_none();
            done(sets.len() as u64);
            let abandoned = || Evaluation::Failed { why: "stopped".to_owned() };
            evaluations.unwrap_or_else(|| sets.iter().map(|_| abandoned()).collect())
        };
        let result = search(space, &settings, self.seed(subject), &history, &mut evaluate)
            .map_err(|error| Failure::new(FailureKind::Internal, format!("{}: {error}", subject.strategy.name)))?;
        if stopped { Err(Failure::interrupted()) } else { Ok(result) }
    }

    /// None once a signal has come.
    fn evaluate(&self, seats: &Seats<'_>, space: &Space, sets: &[ParamSet]) -> Option<Vec<Evaluation>> {
        let stop = || self.context.stop.requested();
        let changed: Vec<ParamSet> = sets.iter().map(|set| space.changed(set)).collect();
        let (first, rest) = self.train.split_at(self.train.len().min(1));
        // A set that hangs or is rejected does so on the first path; the others are spared it.
        let probe = score(seats, first, &changed, &self.rules, &|_| {}, &stop)?;
        let mut found: Vec<Result<Vec<_>, Broken>> =
            probe.into_iter().next()?.into_iter().map(|run| run.map(|run| vec![run])).collect();
        let sound: Vec<usize> = (0..found.len()).filter(|&index| found[index].is_ok()).collect();
        let remaining: Vec<ParamSet> = sound.iter().map(|&index| changed[index].clone()).collect();
        for path in score(seats, rest, &remaining, &self.rules, &|_| {}, &stop)? {
            for (&index, run) in sound.iter().zip(path) {
                match (&mut found[index], run) {
                    (Ok(runs), Ok(run)) => runs.push(run),
                    (slot @ Ok(_), Err(broken)) => *slot = Err(broken),
                    (Err(_), _) => {}
                }
            }
        }
        Some(found.into_iter().map(|runs| self.worth(runs)).collect())
    }

    fn worth(&self, runs: Result<Vec<crate::backtest::Run>, Broken>) -> Evaluation {
        match runs {
            Ok(runs) => {
                let rows = scenario_rows(&self.train, &runs);
                Evaluation::Scored {
                    objectives: self.goals.iter().map(|goal| self.aggregation.of(goal, &rows).value).collect(),
                }
            }
            Err(Broken::Infeasible(failure)) => Evaluation::Infeasible { why: failure.message },
            Err(broken) => Evaluation::Failed { why: format!("{:?}: {}", outcome(&broken), broken.failure().message) },
        }
    }
}

/// `runs` in the order of `paths`, gathered by scenario.
fn scenario_rows(paths: &[Path], runs: &[crate::backtest::Run]) -> Vec<ScenarioRows> {
    let mut found: Vec<ScenarioRows> = Vec::new();
    for (path, run) in paths.iter().zip(runs) {
        let row = metric_row(&run.spans[0]);
        match found.last_mut().filter(|last| last.scenario == path.scenario) {
            Some(last) => last.rows.push(row),
            None => found.push(ScenarioRows { scenario: path.scenario.clone(), rows: vec![row] }),
        }
    }
    found
}

pub fn goals(context: &Context) -> Result<Vec<Goal>, Failure> {
    use crate::config::Objective as Configured;
    let config = &context.config.optimization;
    let mut goals = Vec::new();
    if let Some(source) = &config.objective {
        let expression = Expression::compile("custom", source, Direction::Maximise)
            .map_err(|error| Failure::new(FailureKind::Configuration, format!("optimization.objective: {error}")))?;
        goals.push(Goal::Custom(expression));
    }
    goals.extend(config.objectives.iter().map(|objective| {
        Goal::Named(match objective {
            Configured::SharpeRatio => Objective::Sharpe,
            Configured::TotalReturn => Objective::TotalReturn,
            Configured::MaxDrawdown => Objective::MaxDrawdown,
            Configured::SortinoRatio => Objective::Sortino,
            Configured::CalmarRatio => Objective::Calmar,
            Configured::Cagr => Objective::Cagr,
            Configured::Volatility => Objective::Volatility,
            Configured::WinRate => Objective::WinRate,
            Configured::ProfitFactor => Objective::ProfitFactor,
        })
    }));
    Ok(goals)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
