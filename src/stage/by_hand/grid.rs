//! A sweep over a grid of parameters on one market: sums and speed, no rows. Nothing is kept per set, so memory
//! does not grow with the grid.

use super::{failed, market};
use crate::backtest::{Rules, Seats};
use crate::engine::Market;
use crate::market::Series;
use crate::stage::apply::find;
use crate::stage::axis::Axis;
use crate::stage::subjects::{Subject, one};
use crate::stage::workers::Workers;
use crate::stage::{Context, Failure, FailureKind, iterate};
use crate::strategy::{Failure as StrategyFailure, Outcome, ParamSet};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::time::Instant;

/// Combinations that travel together. Sums are added block by block in order, so it must not depend on the threads.
const BLOCK: u64 = 128;
/// Sets that are run before they are measured: their answers are still in the cache then.
const TOGETHER: usize = 32;
/// Blocks between two looks at the stop signal, per thread.
const WAVE: u64 = 16;

#[derive(Debug)]
pub struct Grid {
    pub strategy: String,
    pub market: String,
    pub axes: Vec<Axis>,
}

/// What a stretch of the grid came to.
#[derive(Debug, Clone, Default, PartialEq)]
struct Sums {
    sets: u64,
    /// A value that has to stay below another does not: never run.
    disordered: u64,
    /// Rejected by the constructor.
    infeasible: u64,
    failed: u64,
    first_failure: Option<StrategyFailure>,
    total_return: f64,
    sharpe: f64,
    sharpe_undefined: u64,
    max_drawdown: f64,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.sets += other.sets;
        self.disordered += other.disordered;
        self.infeasible += other.infeasible;
        self.failed += other.failed;
        self.first_failure = self.first_failure.take().or(other.first_failure);
        self.total_return += other.total_return;
        self.sharpe += other.sharpe;
        self.sharpe_undefined += other.sharpe_undefined;
        self.max_drawdown += other.max_drawdown;
    }
}

/// # Errors
/// An unknown strategy, parameter or market, with the nearest; no Python; a signal; no set that ran.
pub fn backtest_grid(context: &Context, grid: &Grid) -> Result<Value, Failure> {
    let context = &iterate::on_last_iteration(context)?;
    let subject = one(context, &grid.strategy)?;
    let series = market(context, &grid.market)?;
    let workers = Workers::find(context)?;
    let rules = context.rules(1);
    let bars = Market::prepare(&series, series.periods_per_year, rules.risk_free_rate);
    let sweep = Sweep { subject: &subject, axes: &grid.axes, series: &series, market: bars, rules };
    let combinations = sweep.combinations()?;
    workers.standing(&subject)?;
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let sums = workers.soundly(context, &subject, || sweep.run(context, &workers.seats(&subject)?, combinations))?;
    let (seconds, spent) = (started.elapsed().as_secs_f64(), cpu_seconds());
    let standing = workers.standing(&subject)?;
    let tally = standing.unit.as_ref().map(|unit| unit.tally()).unwrap_or_default();
    workers.keep_verdicts()?;
    if let (0, Some(failure)) = (sums.sets, &sums.first_failure) {
        return Err(failed(&subject, failure));
    }
    let cpu = cpu.zip(spent).map(|(before, after)| after - before);
    let bars = series.len();
    let told = |value: f64, defined: u64| if defined > 0 { json!(value) } else { Value::Null };
    let summary = json!({
        "strategy_name": subject.strategy.name,
        "market": series.name,
        "combinations": combinations,
        "sets": sums.sets,
        "skipped_by_order": sums.disordered,
        "skipped_infeasible": sums.infeasible,
        "failed": sums.failed,
        "first_failure": sums.first_failure.as_ref().map(|failure| &failure.message),
        "bars": bars,
        "threads": context.threads,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "ns_per_bar": cpu.filter(|_| sums.sets > 0).map(|cpu| cpu * 1e9 / (sums.sets as f64 * bars as f64)),
        "rung": standing.rung().name(),
        "replayed": tally.replayed,
        "witnessed": tally.witnessed,
        "fill": sweep.rules.engine.fill.name(),
        "sum_total_return": told(sums.total_return, sums.sets),
        "sum_sharpe_ratio": told(sums.sharpe, sums.sets - sums.sharpe_undefined),
        "sharpe_undefined": sums.sharpe_undefined,
        "sum_max_drawdown": told(sums.max_drawdown, sums.sets),
    });
    tell(context, &summary);
    Ok(summary)
}

fn tell(context: &Context, summary: &Value) {
    let console = context.console;
    let told = |name: &str| match &summary[name] {
        Value::Null => "none".to_owned(),
        Value::Number(number) if number.is_f64() => format!("{:.6}", number.as_f64().unwrap_or_default()),
        other => other.to_string(),
    };
    console.say(format!("{} on {}", told("strategy_name"), told("market")));
    for name in [
        "sets",
        "skipped_by_order",
        "skipped_infeasible",
        "failed",
        "bars",
        "seconds",
        "cpu_seconds",
        "ns_per_bar",
        "rung",
        "sum_total_return",
        "sum_sharpe_ratio",
        "sum_max_drawdown",
    ] {
        console.say(format!("  {name:<18} {:>20}", told(name)));
    }
}

struct Sweep<'a> {
    subject: &'a Subject,
    axes: &'a [Axis],
    series: &'a Series,
    /// What all sets share of it.
    market: Market<'a>,
    rules: Rules,
}

impl Sweep<'_> {
    /// # Errors
    /// A parameter nobody has or that two axes vary; more combinations than can be counted.
    fn combinations(&self) -> Result<u64, Failure> {
        let mut combinations = 1_u64;
        for (index, axis) in self.axes.iter().enumerate() {
            find(self.subject, &axis.parameter)?;
            if self.axes[..index].iter().any(|other| other.parameter == axis.parameter) {
                return Err(Failure::usage(format!("{} has two axes", axis.parameter)));
            }
            combinations = combinations
                .checked_mul(axis.count())
                .ok_or_else(|| Failure::usage("the grid has more combinations than can be counted"))?;
        }
        Ok(combinations)
    }

    fn run(&self, context: &Context, seats: &Seats<'_>, combinations: u64) -> Result<Sums, Failure> {
        let blocks = combinations.div_ceil(BLOCK);
        let wave = WAVE * context.threads as u64;
        let mut sums = Sums::default();
        for first in (0..blocks).step_by(usize::try_from(wave).unwrap_or(usize::MAX)) {
            context.stop.check()?;
            let found: Result<Vec<Sums>, Failure> = (first..blocks.min(first + wave))
                .into_par_iter()
                .map(|block| self.block(seats, block * BLOCK..combinations.min((block + 1) * BLOCK)))
                .collect();
            for part in found? {
                sums.add(part);
            }
        }
        Ok(sums)
    }

    fn block(&self, seats: &Seats<'_>, combinations: std::ops::Range<u64>) -> Result<Sums, Failure> {
        let mut sums = Sums::default();
        let mut sets = Vec::with_capacity(128);
        for combination in combinations {
            match self.set(combination)? {
                Some(set) => sets.push(set),
                None => sums.disordered += 1,
            }
        }
        let bars = 0..self.series.len();
        let outcomes = sets.chunks(TOGETHER).flat_map(|sets| seats.with(|seat| seat.run(self.series, sets)));
        for outcome in outcomes {
            match outcome {
                Outcome::Ok(answers) => {
                    let metrics = self.market.summarise(bars.clone(), &answers.targets, &self.rules.engine);
                    sums.sets += 1;
                    sums.total_return += metrics.total_return;
                    sums.max_drawdown += metrics.max_drawdown;
                    match metrics.sharpe_ratio {
                        Ok(sharpe) => sums.sharpe += sharpe,
                        Err(_) => sums.sharpe_undefined += 1,
                    }
                }
                Outcome::Infeasible(_) => sums.infeasible += 1,
                Outcome::Raised(failure) | Outcome::Timeout(failure) | Outcome::Crash(failure) => {
                    sums.failed += 1;
                    sums.first_failure.get_or_insert(failure);
                }
                Outcome::Bail { why, .. } => return Err(Failure::new(FailureKind::Internal, why)),
            }
        }
        Ok(sums)
    }

    /// The last axis runs fastest. None where two values stand in the wrong order.
    fn set(&self, combination: u64) -> Result<Option<ParamSet>, Failure> {
        let (mut rest, mut set) = (combination, ParamSet::new());
        for axis in self.axes.iter().rev() {
            let parameter = find(self.subject, &axis.parameter)?;
            set.insert(axis.parameter.clone(), axis.value(rest % axis.count(), parameter));
            rest /= axis.count();
        }
        let value = |name: &str| {
            let own = self.subject.parameters.iter().find(|parameter| parameter.name == name);
            set.get(name).or(own.map(|parameter| &parameter.default)).and_then(crate::strategy::Value::as_f64)
        };
        let ordered = self.subject.parameters.iter().all(|parameter| {
            let above = parameter.below.as_deref().and_then(value);
            !matches!((value(&parameter.name), above), (Some(low), Some(high)) if low >= high)
        });
        if !ordered {
            return Ok(None);
        }
        // A value that is the user's own stays the user's own text.
        set.retain(|name, value| {
            self.subject.parameters.iter().all(|parameter| parameter.name != *name || parameter.default != *value)
        });
        Ok(Some(set))
    }
}

/// CPU time of this program's threads and of its workers that have ended, where the system tells.
fn cpu_seconds() -> Option<f64> {
    let mut nanoseconds = 0_u64;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += text.split(' ').next()?.parse::<u64>().ok()?;
    }
    // Fields 16 and 17 are the ended children's ticks, a hundredth of a second each; the name before them may hold
    // anything.
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
    Some(nanoseconds as f64 / 1e9 + ticks as f64 / 100.0)
}
