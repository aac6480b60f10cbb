//! A sweep over a grid of parameters on one market: sums and speed, no rows. Nothing is kept per set but the numbers of
//! those that CPython makes again, so memory hardly grows with the grid.

use super::{failed, market};
use crate::backtest::{Rules, Seats};
use crate::discovery::Parameter;
use crate::engine::Market;
use crate::market::Series;
use crate::seed::Seed;
use crate::stage::apply::find;
use crate::stage::axis::Axis;
use crate::stage::subjects::{Subject, one};
use crate::stage::workers::Workers;
use crate::stage::{Context, Failure, FailureKind, iterate};
use crate::strategy::{Failure as StrategyFailure, Outcome, ParamSet, Value};
use rayon::prelude::*;
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

/// Combinations that travel together. Sums are added block by block in order, so it must not depend on the threads.
const BLOCK: u64 = 128;
/// Neighbours on the last axis that are run with as many of the others as fill a block, before the next neighbours are:
/// what depends on one parameter, such as a window's sums, is made or fetched for all of them at once.
const TILE: u64 = 16;
/// Sets of a block that are run before their answers are measured: those of more would not stay in the memory that a
/// thread has at hand.
const AT_ONCE: usize = 32;
/// Blocks whose sums are held until all of them are done, per thread: at the end of a wave threads wait for each other.
const WAVE: u64 = 256;

#[derive(Debug)]
pub struct Grid {
    pub strategy: String,
    pub market: String,
    pub axes: Vec<Axis>,
}

/// What a stretch of the grid came to.
#[derive(Debug, Clone, Default, PartialEq)]
struct Sums {
    /// Positions that CPython is to make again.
    chosen: Vec<u64>,
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
    /// Closed.
    trades: u64,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.chosen.extend(other.chosen);
        self.sets += other.sets;
        self.disordered += other.disordered;
        self.infeasible += other.infeasible;
        self.failed += other.failed;
        self.first_failure = self.first_failure.take().or(other.first_failure);
        self.total_return += other.total_return;
        self.sharpe += other.sharpe;
        self.sharpe_undefined += other.sharpe_undefined;
        self.max_drawdown += other.max_drawdown;
        self.trades += other.trades;
    }
}

/// # Errors
/// An unknown strategy, parameter or market, with the nearest; no Python; a signal; no set that ran.
pub fn backtest_grid(context: &Context, grid: &Grid) -> Result<Json, Failure> {
    let begun = Instant::now();
    let context = &iterate::on_last_iteration(context)?;
    let subject = one(context, &grid.strategy)?;
    let series = market(context, &grid.market)?;
    let workers = Workers::find(context)?;
    let rules = context.rules(1);
    let bars = Market::prepare(&series, series.periods_per_year, rules.risk_free_rate);
    let combinations = combinations(&subject, &grid.axes)?;
    let parameters = subject.parameters.iter().collect::<Vec<_>>();
    let place = |name: &str| parameters.iter().position(|parameter| parameter.name == name);
    let sweep = Sweep {
        order: Order { combinations, last: grid.axes.last().map_or(1, Axis::count) },
        axes: grid.axes.iter().filter_map(|axis| Some((axis, place(&axis.parameter)?))).collect(),
        below: parameters.iter().map(|parameter| parameter.below.as_deref().and_then(place)).collect(),
        parameters: &subject.parameters,
        series: &series,
        market: bars,
        rules,
        witnesses: context.seed.child("verify").child(&grid.strategy).child(&series.name).child("grid"),
        share: workers.share(),
    };
    if let Some(unit) = &workers.standing(&subject)?.unit {
        unit.expect(combinations.saturating_mul(series.len() as u64));
    }
    let prepared = begun.elapsed().as_secs_f64();
    let (sums, swept, witnessing) = workers.soundly(context, &subject, || {
        let (sums, swept) = timed(|| sweep.run(context, &workers.unwitnessed(&subject)?, combinations))?;
        let (_, witnessing) = timed(|| match workers.witnessed(&subject)? {
            Some(seats) => sweep.witness(context, &seats, &sums.chosen),
            None => Ok(()),
        })?;
        Ok((sums, swept, witnessing))
    })?;
    let standing = workers.standing(&subject)?;
    let tally = standing.unit.as_ref().map(|unit| unit.tally()).unwrap_or_default();
    workers.keep_verdicts()?;
    if let (0, Some(failure)) = (sums.sets, &sums.first_failure) {
        return Err(failed(&subject, failure));
    }
    let (bars, cpu) = (series.len(), swept.cpu);
    let per_bar = |seconds: f64| seconds * 1e9 / (sums.sets as f64 * bars as f64);
    let ns_per_bar = |part: fn(CpuSeconds) -> f64| cpu.filter(|_| sums.sets > 0).map(|cpu| per_bar(part(cpu)));
    let told = |value: f64, defined: u64| if defined > 0 { json!(value) } else { Json::Null };
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
        "seconds": swept.wall,
        "cpu_seconds": cpu.map(CpuSeconds::all),
        "cpu_seconds_cpython": cpu.map(|cpu| cpu.children),
        "ns_per_bar": ns_per_bar(CpuSeconds::all),
        "ns_per_bar_without_cpython": ns_per_bar(|cpu| cpu.own),
        "rung": standing.rung().name(),
        "replayed": tally.replayed,
        // Beside the sweep: it is the user's own code that takes this long.
        "witnessed": tally.witnessed,
        "witness_seconds": witnessing.wall,
        "witness_cpu_seconds": witnessing.cpu.map(CpuSeconds::all),
        "fill": sweep.rules.engine.fill.name(),
        "sum_total_return": told(sums.total_return, sums.sets),
        "sum_sharpe_ratio": told(sums.sharpe, sums.sets - sums.sharpe_undefined),
        "sharpe_undefined": sums.sharpe_undefined,
        "sum_max_drawdown": told(sums.max_drawdown, sums.sets),
        "sum_total_trades": sums.trades,
        "preparation_seconds": prepared,
        "peak_memory_kib": peak_memory_kib(),
    });
    tell(context, &summary);
    Ok(summary)
}

fn tell(context: &Context, summary: &Json) {
    let console = &context.console;
    let told = |name: &str| match &summary[name] {
        Json::Null => "none".to_owned(),
        Json::Number(number) if number.is_f64() => format!("{:.6}", number.as_f64().unwrap_or_default()),
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
        "cpu_seconds_cpython",
        "ns_per_bar",
        "ns_per_bar_without_cpython",
        "witnessed",
        "witness_seconds",
        "rung",
        "sum_total_return",
        "sum_sharpe_ratio",
        "sum_max_drawdown",
        "sum_total_trades",
    ] {
        console.say(format!("  {name:<26} {:>20}", told(name)));
    }
}

/// In which order combinations are run.
#[derive(Debug, Clone, Copy)]
struct Order {
    combinations: u64,
    /// Points of the last axis.
    last: u64,
}

impl Order {
    /// The combination at `position`: band by band of the others, within a band tile by tile, within a tile row by row.
    const fn combination(self, position: u64) -> u64 {
        const ROWS: u64 = BLOCK / TILE;
        let Self { combinations, last } = self;
        let (band, within) = (position / (ROWS * last), position % (ROWS * last));
        let left = combinations / last - band * ROWS;
        let rows = if left < ROWS { left } else { ROWS };
        let (tile, within) = (within / (rows * TILE), within % (rows * TILE));
        let left = last - tile * TILE;
        let columns = if left < TILE { left } else { TILE };
        (band * ROWS + within / columns) * last + tile * TILE + within % columns
    }
}

struct Sweep<'a> {
    order: Order,
    /// Each with its parameter's place among all.
    axes: Vec<(&'a Axis, usize)>,
    parameters: &'a [Parameter],
    /// Of each parameter the place of the one it has to stay below.
    below: Vec<Option<usize>>,
    series: &'a Series,
    /// What all sets share of it.
    market: Market<'a>,
    rules: Rules,
    /// Names the sets that CPython makes again, and which share of all that is.
    witnesses: Seed,
    share: f64,
}

/// # Errors
/// A parameter nobody has or that two axes vary; more combinations than can be counted.
fn combinations(subject: &Subject, axes: &[Axis]) -> Result<u64, Failure> {
    let mut combinations = 1_u64;
    for (index, axis) in axes.iter().enumerate() {
        find(subject, &axis.parameter)?;
        if axes[..index].iter().any(|other| other.parameter == axis.parameter) {
            return Err(Failure::usage(format!("{} has two axes", axis.parameter)));
        }
        combinations = combinations
            .checked_mul(axis.count())
            .ok_or_else(|| Failure::usage("the grid has more combinations than can be counted"))?;
    }
    Ok(combinations)
}

impl Sweep<'_> {
    fn run(&self, context: &Context, seats: &Seats<'_>, combinations: u64) -> Result<Sums, Failure> {
        let blocks = combinations.div_ceil(BLOCK);
        let wave = WAVE * context.threads as u64;
        let mut sums = Sums::default();
        for first in (0..blocks).step_by(usize::try_from(wave).unwrap_or(usize::MAX)) {
            let found: Result<Vec<Sums>, Failure> = (first..blocks.min(first + wave))
                .into_par_iter()
                .map(|block| {
                    context.stop.check()?;
                    self.block(seats, block * BLOCK..combinations.min((block + 1) * BLOCK))
                })
                .collect();
            for part in found? {
                sums.add(part);
            }
        }
        Ok(sums)
    }

    /// Has the sets at these positions made again in CPython; a difference overturns the unit.
    fn witness(&self, context: &Context, seats: &Seats<'_>, chosen: &[u64]) -> Result<(), Failure> {
        chosen.par_chunks(AT_ONCE).try_for_each(|positions| {
            context.stop.check()?;
            let sets = positions.iter().filter_map(|&position| self.set(self.order.combination(position)));
            let sets: Vec<ParamSet> = sets.collect();
            // What they answer was added up before; that CPython says the same is told by the unit.
            seats.with(|seat| seat.changes(self.series, &sets));
            Ok(())
        })
    }

    /// Chosen by its number alone, so that the same ones are made again on any number of threads.
    fn is_chosen(&self, position: u64) -> bool {
        self.share > 0.0 && self.witnesses.child(&position.to_string()).is_among(self.share)
    }

    fn block(&self, seats: &Seats<'_>, combinations: std::ops::Range<u64>) -> Result<Sums, Failure> {
        let mut sums = Sums::default();
        let mut sets = Vec::with_capacity(BLOCK as usize);
        for position in combinations {
            match self.set(self.order.combination(position)) {
                Some(set) => {
                    sets.push(set);
                    sums.chosen.extend(self.is_chosen(position).then_some(position));
                }
                None => sums.disordered += 1,
            }
        }
        let bars = 0..self.series.len();
        let outcomes = sets.chunks(AT_ONCE).flat_map(|sets| seats.with(|seat| seat.changes(self.series, sets)));
        for outcome in outcomes {
            match outcome {
                Outcome::Ok(answers) => {
                    let metrics = self.market.summarise_changes(bars.clone(), &answers.changes, &self.rules.engine);
                    sums.sets += 1;
                    sums.total_return += metrics.total_return;
                    sums.max_drawdown += metrics.max_drawdown;
                    sums.trades += metrics.total_trades as u64;
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
    fn set(&self, combination: u64) -> Option<ParamSet> {
        let mut rest = combination;
        let mut varied = Vec::with_capacity(self.axes.len());
        for (axis, place) in self.axes.iter().rev() {
            varied.push((*place, axis.value(rest % axis.count(), &self.parameters[*place])));
            rest /= axis.count();
        }
        let value = |place: usize| {
            let found = varied.iter().find(|(other, _)| *other == place).map(|(_, value)| value);
            found.unwrap_or(&self.parameters[place].default).as_f64()
        };
        let ordered = self.below.iter().enumerate().all(|(place, above)| {
            let above = above.and_then(value);
            !matches!((above.and_then(|_| value(place)), above), (Some(low), Some(high)) if low >= high)
        });
        // A value that is the user's own stays the user's own text.
        let other = |(place, value): (usize, Value)| {
            let Parameter { name, default, .. } = &self.parameters[place];
            (*default != value).then(|| (name.clone(), value))
        };
        ordered.then(|| varied.into_iter().filter_map(other).collect())
    }
}

/// The most memory this program has had, where the system tells.
fn peak_memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

struct Spent {
    /// Seconds.
    wall: f64,
    /// Where the system tells.
    cpu: Option<CpuSeconds>,
}

/// What `work` gives, and what it takes.
///
/// # Errors
/// Those of `work`.
fn timed<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, Spent), Failure> {
    let (before, started) = (CpuSeconds::now(), Instant::now());
    let done = work()?;
    let wall = started.elapsed().as_secs_f64();
    let cpu = before.zip(CpuSeconds::now()).map(|(before, now)| now.since(before));
    Ok((done, Spent { wall, cpu }))
}

/// CPU time of this program's threads, and of its workers that have ended.
#[derive(Debug, Clone, Copy)]
struct CpuSeconds {
    own: f64,
    children: f64,
}

impl CpuSeconds {
    /// Where the system tells.
    fn now() -> Option<Self> {
        // A thread's time is added up when it leaves its processor; what it took before must not be found later.
        std::thread::sleep(Duration::from_nanos(1));
        let mut nanoseconds = 0_u64;
        for task in std::fs::read_dir("/proc/self/task").ok()? {
            let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            nanoseconds += text.split(' ').next()?.parse::<u64>().ok()?;
        }
        // Fields 16 and 17 are the ended children's ticks, a hundredth of a second each; the name before them may
        // hold anything.
        let text = std::fs::read_to_string("/proc/self/stat").ok()?;
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
        Some(Self { own: nanoseconds as f64 / 1e9, children: ticks as f64 / 100.0 })
    }

    fn since(self, before: Self) -> Self {
        Self { own: self.own - before.own, children: self.children - before.children }
    }

    fn all(self) -> f64 {
        self.own + self.children
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_has_its_turn() {
        for (others, last) in [(1, 1), (1, 100), (49, 98), (16, 16), (7, 15), (9, 17), (8, 48)] {
            let combinations = others * last;
            let order = Order { combinations, last };
            let mut seen: Vec<u64> = (0..combinations).map(|position| order.combination(position)).collect();
            if last <= TILE {
                assert!(seen.is_sorted(), "{others} by {last}");
            }
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..combinations), "{others} by {last}");
        }
    }
}
