mod bootstrap;
mod intervals;
mod monte_carlo;
mod rows;
mod standard;
mod walk_forward;
mod write;

use super::console::counted;
use super::subjects::{Subject, runnable};
use super::workers::Workers;
use super::{Context, Failure, bars, rungs};
use crate::artifact::{
    self, Backtest, DistributionRow, IntervalRow, PathSet, RunOutcome, RungRow, WalkForwardRow, WalkForwardWindow,
};
use crate::backtest::{Badge, Broken, Kind, Path, Rules, Seats, score};
use crate::strategy::look_ahead::{self, Verdict};
use crate::strategy::native::Rung;
use crate::strategy::{Failure as StrategyFailure, ParamSet};
use rows::Row;
use serde_json::{Value, json};

/// Cut points of the prefix test.
const CUTS: usize = 10;

/// What came of one strategy under one or all types.
#[derive(Default)]
struct Tested {
    rows: Vec<Backtest>,
    walks: Vec<WalkForwardRow>,
    windows: Vec<WalkForwardWindow>,
    distributions: Vec<DistributionRow>,
    intervals: Vec<IntervalRow>,
    runs: u64,
    failure: Option<(RunOutcome, StrategyFailure)>,
}

impl Tested {
    fn add(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.walks.extend(other.walks);
        self.windows.extend(other.windows);
        self.distributions.extend(other.distributions);
        self.intervals.extend(other.intervals);
        self.runs += other.runs;
        // The first type that ran into it tells.
        self.failure = self.failure.take().or(other.failure);
    }
}

/// Everything that is the same for all strategies.
struct Bench<'a> {
    context: &'a Context,
    /// In the order of [`Kind::ALL`].
    kinds: Vec<Kind>,
    paths: Vec<Path>,
    rules: Rules,
}

/// Every runnable strategy under every backtest type that is enabled or was asked for.
///
/// # Errors
/// A missing or damaged artifact, no Python, a signal. A strategy that fails is a row.
pub fn run(context: &Context) -> Result<Value, Failure> {
    let subjects = runnable(context)?;
    let bench = Bench {
        context,
        kinds: kinds(context),
        paths: bars::paths(context, &[PathSet::Test, PathSet::Historical])?,
        rules: context.rules(context.config.backtest.spans),
    };
    let workers = Workers::find(context)?;
    let console = context.console;
    let progress = console.progress("backtests", (subjects.len() * bench.kinds.len()) as u64);
    let mut all = Tested::default();
    let mut failures = Vec::new();
    let mut stood: Vec<RungRow> = Vec::with_capacity(subjects.len());
    for subject in &subjects {
        context.stop.check()?;
        let mut tested =
            workers.soundly(context, subject, || bench.test(&workers, subject, &|| progress.advance(1)))?;
        let standing = workers.standing(subject)?;
        stood.push(rungs::row(subject, &standing, tested.failure.is_some()));
        if let Some((outcome, failure)) = tested.failure.take() {
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
        all.add(tested);
    }
    drop(progress);
    workers.keep_verdicts()?;
    artifact::write(&context.data, &stood, &context.provenance())?;
    let (runs, rows) = (all.runs, all.rows.len());
    write::write(context, &bench.kinds, all)?;
    let names: Vec<_> = bench.kinds.iter().map(|kind| kind.name()).collect();
    console.say(format!("{} completed ({})", counted(runs, "backtest", "backtests"), names.join(", ")));
    let counted = rungs::count(&stood);
    console.say(rungs::line(&counted));
    Ok(json!({
        "strategies": subjects.len(),
        "strategies_failed": failures.len(),
        "types": names,
        "backtests": runs,
        "rows": rows,
        "failures": failures,
        "rungs": counted,
    }))
}

/// What the command line asked for, else what is enabled.
fn kinds(context: &Context) -> Vec<Kind> {
    let config = &context.config.backtest_types;
    let enabled = |kind: Kind| match kind {
        Kind::Standard => config.standard.enabled,
        Kind::WalkForward => config.walk_forward.enabled,
        Kind::MonteCarlo => config.monte_carlo.enabled,
        Kind::Bootstrap => config.bootstrap.enabled,
    };
    let wanted = |kind: Kind| if context.kinds.is_empty() { enabled(kind) } else { context.kinds.contains(&kind) };
    Kind::ALL.into_iter().filter(|kind| wanted(*kind)).collect()
}

impl Bench<'_> {
    fn test(&self, workers: &Workers, subject: &Subject, done: &dyn Fn()) -> Result<Tested, Failure> {
        let seats = workers.seats(subject)?;
        let Some(first) = self.paths.first() else { return Ok(Tested::default()) };
        // One run tells whether a class runs at all; a class that hangs must not hang a thousand times.
        let probe =
            score(&seats, std::slice::from_ref(first), &[ParamSet::new()], &self.rules, &|_| {}, &|| self.stopped())
                .ok_or_else(Failure::interrupted)?;
        if let Some(Err(broken)) = probe.into_iter().flatten().next() {
            return self.unfit(subject, first, outcome(&broken), broken.failure().clone());
        }
        // Kernels that take no later bar need no prefix to show it, nor does a program that is handed bar after bar.
        let standing = workers.standing(subject)?;
        let whole = subject.strategy.entry.as_ref().is_some_and(|entry| entry.sees_whole_frame());
        let causal = standing.is_causal() || !whole && standing.rung() > Rung::Cpython;
        let cheat = if causal { None } else { cheats(&seats, subject, first) };
        // A signal ends runs in flight; what they then look like is no finding.
        self.context.stop.check()?;
        if let Some(failure) = cheat {
            return self.unfit(subject, first, RunOutcome::LooksAhead, failure);
        }
        let mut tested = Tested::default();
        for kind in &self.kinds {
            tested.add(match kind {
                Kind::Standard => standard::test(self, subject, &seats)?,
                Kind::WalkForward => walk_forward::test(self, subject, &seats)?,
                Kind::MonteCarlo => monte_carlo::test(self, subject, &seats)?,
                Kind::Bootstrap => bootstrap::test(self, subject, &seats)?,
            });
            done();
        }
        Ok(tested)
    }

    fn stopped(&self) -> bool {
        self.context.stop.requested()
    }

    /// Under every type, the one row that says why there is no other.
    fn unfit(
        &self,
        subject: &Subject,
        path: &Path,
        outcome: RunOutcome,
        failure: StrategyFailure,
    ) -> Result<Tested, Failure> {
        let mut rows = Vec::with_capacity(self.kinds.len());
        for &kind in &self.kinds {
            let row = Row { subject, kind, set: &ParamSet::new(), variation: 0 };
            rows.push(row.failed(path.into(), path.series.len(), outcome, &failure)?);
        }
        Ok(Tested { rows, runs: 1, failure: Some((outcome, failure)), ..Tested::default() })
    }
}

/// A class whose past answers change when the future does.
fn cheats(seats: &Seats<'_>, subject: &Subject, path: &Path) -> Option<StrategyFailure> {
    let whole = subject.strategy.entry.as_ref()?.sees_whole_frame();
    let verdict = seats.with(|seat| {
        let verdict = look_ahead::check(seat, &path.series, &ParamSet::new(), CUTS);
        // Bar after bar, the future can only be found in the host's memory; chance is the likelier reason.
        let found = matches!(verdict, Ok(Verdict::LooksAhead { .. }));
        let by_chance = !whole && found && look_ahead::repeats(seat, &path.series, &ParamSet::new()) != Ok(true);
        if by_chance { Ok(Verdict::Causal) } else { verdict }
    });
    match verdict {
        Ok(Verdict::Causal) => None,
        // What it was handed for a bar it had before, whatever the length of the market.
        Err(_) if !whole => None,
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
        Badge::Resampled => artifact::Badge::Resampled,
        Badge::Real => artifact::Badge::Real,
        Badge::RealOos => artifact::Badge::RealOos,
    }
}
