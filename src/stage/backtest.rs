mod bench;
mod bootstrap;
mod courses;
mod intervals;
mod monte_carlo;
mod rows;
mod shard;
mod standard;
mod walk_forward;
mod write;

pub use bench::{Bench, Unit, badge, outcome};

use super::console::counted;
use super::subjects::runnable;
use super::workers::Workers;
use super::{Context, Failure, rungs};
use crate::artifact::{
    self, Backtest, DistributionRow, EquityCurveRow, IntervalRow, RunOutcome, RungRow, WalkForwardRow,
    WalkForwardWindow,
};
use crate::backtest::Kind;
use crate::strategy::Failure as StrategyFailure;
use serde_json::{Value, json};

/// What came of one strategy under one or all types.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tested {
    rows: Vec<Backtest>,
    walks: Vec<WalkForwardRow>,
    windows: Vec<WalkForwardWindow>,
    distributions: Vec<DistributionRow>,
    intervals: Vec<IntervalRow>,
    curves: Vec<EquityCurveRow>,
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
        self.curves.extend(other.curves);
        self.runs += other.runs;
        // The first type that ran into it tells.
        self.failure = self.failure.take().or(other.failure);
    }
}

/// Every runnable strategy under every backtest type that is enabled or was asked for.
///
/// # Errors
/// A missing or damaged artifact, no Python, a signal. A strategy that fails is a row.
pub fn run(context: &Context) -> Result<Value, Failure> {
    let subjects = runnable(context)?;
    let bench = Bench::enter(context)?;
    let workers = Workers::find(context)?;
    let console = &context.console;
    let before = context.shards.counts();
    let progress = console.progress("backtests", (subjects.len() * bench.kinds().len()) as u64);
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
    write::write(context, bench.kinds(), all)?;
    let names: Vec<_> = bench.kinds().iter().map(|kind| kind.name()).collect();
    let shards = context.shards.counts().since(before);
    console.say(format!(
        "{} completed ({}); {}",
        counted(runs, "backtest", "backtests"),
        names.join(", "),
        shards.line()
    ));
    let counted = rungs::count(&stood);
    console.say(rungs::line(&counted));
    Ok(json!({
        "strategies": subjects.len(),
        "strategies_failed": failures.len(),
        "types": names,
        "backtests": runs,
        "rows": rows,
        "shards": shards.json(),
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
