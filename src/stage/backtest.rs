use super::subjects::{Subject, runnable};
use super::workers::Workers;
use super::{Context, Failure, bars, iterate, rungs};
use crate::artifact::{self, Backtest, Lake, PathSet, RunOutcome, RungRow};
use crate::backtest::{Badge, Broken, Path, Rules, Seats, score, spans, variations};
use crate::strategy::look_ahead::{self, Verdict};
use crate::strategy::{Failure as StrategyFailure, ParamSet};
use rows::Row;
use serde_json::{Value, json};

mod rows;

/// Cut points of the prefix test.
const CUTS: usize = 10;

/// What came of one strategy.
struct Tested {
    rows: Vec<Backtest>,
    runs: u64,
    failure: Option<(RunOutcome, StrategyFailure)>,
}

/// Every runnable strategy with its current parameters and variations around them, on every test path and
/// every historical market.
///
/// # Errors
/// A missing or damaged artifact, no Python, a signal. A strategy that fails is a row.
pub fn run(context: &Context) -> Result<Value, Failure> {
    let subjects = runnable(context)?;
    let paths = bars::paths(context, &[PathSet::Test, PathSet::Historical])?;
    let workers = Workers::find(context)?;
    let rules = context.rules(context.config.backtest.spans);
    let console = context.console;
    let per_strategy = (paths.len() * (context.config.backtest.variations + 1)) as u64;
    let progress = console.progress("backtests", per_strategy * subjects.len() as u64);
    let (mut rows, mut runs, mut failures) = (Vec::new(), 0, Vec::new());
    let mut stood: Vec<RungRow> = Vec::with_capacity(subjects.len());
    for subject in &subjects {
        context.stop.check()?;
        let tested = workers.soundly(context, subject, || {
            test(context, &workers, subject, &paths, &rules, &|done| progress.advance(done))
        })?;
        let standing = workers.standing(subject)?;
        stood.push(rungs::row(subject, &standing, tested.failure.is_some()));
        if let Some((outcome, failure)) = tested.failure {
            console.say(format!("  {} {}: {}", subject.strategy.name, rows::verb(outcome), failure.message));
            failures.push(json!({
                "strategy_name": subject.strategy.name,
                "outcome": outcome,
                "message": failure.message,
                "file": failure.file,
                "line": failure.line,
                "bar": failure.bar,
            }));
        }
        runs += tested.runs;
        rows.extend(tested.rows);
    }
    drop(progress);
    workers.keep_verdicts()?;
    artifact::write(&context.data, &stood, &context.provenance())?;
    artifact::write(&context.data, &rows, &context.provenance())?;
    Lake::new(&context.data).append(&iterate::stamp(context), &rows, &context.provenance())?;
    console.say(format!("{runs} backtests completed on {} markets and paths", paths.len()));
    let counted = rungs::count(&stood);
    console.say(rungs::line(&counted));
    Ok(json!({
        "strategies": subjects.len(),
        "strategies_failed": failures.len(),
        "backtests": runs,
        "rows": rows.len(),
        "failures": failures,
        "rungs": counted,
    }))
}

fn test(
    context: &Context,
    workers: &Workers,
    subject: &Subject,
    paths: &[Path],
    rules: &Rules,
    done: &(dyn Fn(u64) + Sync),
) -> Result<Tested, Failure> {
    let seats = workers.seats(subject)?;
    let stop = || context.stop.requested();
    let current = ParamSet::new();
    let Some(first) = paths.first() else {
        return Ok(Tested { rows: Vec::new(), runs: 0, failure: None });
    };
    // One run tells whether a class runs at all; a class that hangs must not hang a thousand times.
    let probe = score(&seats, std::slice::from_ref(first), &[current], rules, &|_| {}, &stop)
        .ok_or_else(Failure::interrupted)?;
    if let Some(Err(broken)) = probe.into_iter().flatten().next() {
        return Ok(unfit(context, subject, first, outcome(&broken), broken.failure().clone()));
    }
    if let Some(failure) = cheats(&seats, subject, first) {
        return Ok(unfit(context, subject, first, RunOutcome::LooksAhead, failure));
    }
    let seed = context.seed.child("variations").child(&subject.strategy.name);
    let mut sets = vec![ParamSet::new()];
    sets.extend(variations(&subject.parameters, context.config.backtest.variations, seed));
    let scored = score(&seats, paths, &sets, rules, done, &stop).ok_or_else(Failure::interrupted)?;
    let rows = rows::rows(subject, paths, &sets, &scored, rules)?;
    let failure = rows::first_failure(&scored);
    Ok(Tested { rows, runs: (paths.len() * sets.len()) as u64, failure })
}

/// A class whose past answers change when the future does.
fn cheats(seats: &Seats<'_>, subject: &Subject, path: &Path) -> Option<StrategyFailure> {
    let entry = subject.strategy.entry.as_ref()?;
    if !entry.protocol.sees_whole_frame() {
        return None;
    }
    match seats.with(|seat| look_ahead::check(seat, &path.series, &ParamSet::new(), CUTS)) {
        Ok(Verdict::Causal) => None,
        Ok(Verdict::LooksAhead { first_bar, cut }) => Some(StrategyFailure {
            kind: crate::strategy::FailureKind::Answer,
            message: format!(
                "the answer for bar {first_bar} changes when the bars from {cut} on are taken away: it uses the future"
            ),
            file: Some(subject.strategy.path.clone()),
            line: Some(subject.strategy.line),
            bar: Some(first_bar),
        }),
        // A prefix it cannot run on is no proof of cheating, and no clearance either.
        Err(mut failure) => {
            failure.message =
                format!("it cannot be cleared of looking ahead, it fails on a prefix: {}", failure.message);
            Some(failure)
        }
    }
}

fn unfit(context: &Context, subject: &Subject, path: &Path, outcome: RunOutcome, failure: StrategyFailure) -> Tested {
    let row = Row { subject, set: &ParamSet::new(), variation: 0, rules: &context.rules(1) };
    let rows = row.failed(path, outcome, &failure).into_iter().collect();
    Tested { rows, runs: 1, failure: Some((outcome, failure)) }
}

pub const fn outcome(broken: &Broken) -> RunOutcome {
    match broken {
        Broken::Infeasible(_) => RunOutcome::Infeasible,
        Broken::Raised(_) => RunOutcome::Raised,
        Broken::Timeout(_) => RunOutcome::Timeout,
        Broken::Crash(_) => RunOutcome::Crash,
    }
}

pub const fn badge(badge: Badge) -> artifact::Badge {
    match badge {
        Badge::Sim => artifact::Badge::Sim,
        Badge::Real => artifact::Badge::Real,
    }
}

/// Labels of the spans a path of `bars` is scored on.
fn span_labels(bars: usize, rules: &Rules) -> Vec<(String, usize)> {
    spans(bars, rules.spans).into_iter().map(|span| (span.label, span.bars.len())).collect()
}
