//! What a bar of backtesting costs. One JSON object per line; figures are nanoseconds of CPU per bar and backtest on
//! one thread, the least and the median of several runs. `cargo bench --bench engine`.
//!
//! The SMA grid is 3,626 pairs (fast 2 to 50, slow up to 100) over 2,520 bars: enter where the fast average crosses
//! above the slow one, leave where it crosses below, filled at that close, all in, commission 0.001, slippage 0.0005.
//! A figure counts only if the sums over the grid are the known ones; otherwise the program fails.
//! `CBT_BENCH_PYTHON` names the interpreter for the peer kernel in `benches/peers`, else python3.

mod measure;

use continuous_backtest::engine::{Fill, Market, Metrics, Params, metrics, simulate, summarise};
use continuous_backtest::market::Series;
use continuous_backtest::stats::Undefined;
use continuous_backtest::strategy::Change;
use measure::{Measured, Timing, bars, load, peak_memory_kib, peer, rounds, told};
use rayon::prelude::*;
use serde_json::json;
use std::hint::black_box;
use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

const RUNS: usize = 7;
const PERIODS: f64 = 252.0;

/// What every peer that follows the same rules gets over the grid.
const CHECKSUMS: [(&str, f64); 4] = [
    ("sum_total_return", 395.471090196),
    ("sum_sharpe", 451.3736577),
    ("sum_max_drawdown", 1159.53011374),
    ("closed_trades", 127_276.0),
];

fn main() -> ExitCode {
    told(measure)
}

fn measure() -> Measured<()> {
    let series = bars()?;
    let bars = series.len() as f64;
    // One pair of the grid, and signals that change every third bar: the two ends of what a strategy does.
    let averages = Averages::of(&series.close, 100);
    let mut slow_signals = vec![0.0; series.len()];
    averages.crossing((22, 66), &mut slow_signals);
    let busy: Vec<f64> = (0..series.len()).map(|bar| f64::from((bar / 3 % 3) as i32 - 1)).collect();
    for (signals, exposure) in [("sma_22_66", &slow_signals), ("every_third_bar", &busy)] {
        let params = Params::default();
        let one_pass = timed(2_000, || {
            black_box(summarise(&series, black_box(exposure), &params, PERIODS, 0.0));
        });
        let run = timed(2_000, || {
            black_box(simulate(&series, black_box(exposure), &params));
        });
        let market = Market::prepare(&series, PERIODS, 0.0);
        let prepared = timed(2_000, || {
            black_box(market.summarise(0..series.len(), black_box(exposure), &params));
        });
        let both = timed(2_000, || {
            black_box(metrics(&simulate(&series, black_box(exposure), &params), &params, PERIODS, 0.0));
        });
        let line = json!({
            "bench": "one_run", "signals": signals, "bars": series.len(),
            "summarise_ns_per_bar": one_pass.least / bars,
            "prepared_ns_per_bar": prepared.least / bars,
            "simulate_ns_per_bar": run.least / bars,
            "simulate_and_metrics_ns_per_bar": both.least / bars,
        });
        println!("{line}");
    }

    let pairs = pairs();
    let work = bars * pairs.len() as f64;
    let mut ours = Vec::new();
    for (given, grid) in [("exposures", by_exposures as fn(&Series, &[Pair]) -> Sums), ("changes", by_changes)] {
        let mut sums = Sums::default();
        let spent = timed(4, || sums = grid(&series, &pairs));
        let mut line = json!({
            "bench": "sma_grid", "given": given, "pairs": pairs.len(), "bars": series.len(), "threads": 1,
            "ns_per_bar": spent.least / work, "median_ns_per_bar": spent.median / work,
        });
        for ((name, expected), found) in CHECKSUMS.into_iter().zip(sums.figures()) {
            agree(name, expected, found)?;
            line[name] = json!(found);
        }
        println!("{line}");
        ours.push((given, spent));
    }

    match peer("sma_grid.py", &[]) {
        Ok(mut answer) => {
            let figure = |name: &str| answer[name].as_f64().ok_or(format!("the peer printed no {name}"));
            let (least, median) = (figure("ns_per_bar")?, figure("median_ns_per_bar")?);
            for (name, expected) in CHECKSUMS {
                agree(name, expected, figure(name)?)?;
            }
            answer["bench"] = json!("sma_grid_peer");
            for (given, spent) in ours {
                answer[format!("peer_over_ours_given_{given}")] = json!({
                    "least": least * work / spent.least, "median": median * work / spent.median,
                });
            }
            println!("{answer}");
        }
        Err(why) => println!("{}", json!({ "bench": "sma_grid_peer", "peer": null, "why": why.to_string() })),
    }
    blocks(&series, &pairs)
}

fn agree(name: &str, expected: f64, found: f64) -> Result<(), String> {
    let agrees = (found - expected).abs() <= 1e-9 * expected;
    agrees.then_some(()).ok_or_else(|| format!("{name} is {found}, the same work gives {expected}"))
}

/// From a hundred sets to a million: what one costs, the most memory the process had until then, and what a second
/// thread brings. Averages and tables are made once for all of them and stand in a line of their own.
fn blocks(series: &Series, pairs: &[Pair]) -> Measured<()> {
    let bars = series.len() as f64;
    let prepared = timed(100, || {
        black_box(Market::prepare(series, PERIODS, 0.0));
    });
    let averaged = timed(100, || {
        black_box(Averages::of(&series.close, 100));
    });
    println!(
        "{}",
        json!({
            "bench": "shared_by_all_sets", "bars": series.len(), "tables_ns_per_bar": prepared.median / bars,
            "hundred_averages_ns_per_bar": averaged.median / bars,
        })
    );
    let (market, averages) = (Market::prepare(series, PERIODS, 0.0), Averages::of(&series.close, 100));
    // In an order in which any part of the grid is like the whole: short windows trade often.
    let block = |sets: Range<usize>| sets.map(|set| pairs[set * 1009 % pairs.len()]);
    for sets in [100, 1_000, 10_000, 100_000, 1_000_000] {
        let spent = rounds((300_000 / sets).clamp(1, RUNS), 1 + 10_000 / sets as u32, || {
            black_box(over(&market, &averages, block(0..sets)));
        });
        println!(
            "{}",
            json!({
                "bench": "block", "sets": sets, "bars": series.len(),
                "ns_per_bar": spent.least / (bars * sets as f64),
                "median_ns_per_bar": spent.median / (bars * sets as f64), "peak_memory_kib": peak_memory_kib(),
            })
        );
    }
    let (sets, part) = (102_400, 256);
    let mut walls = Vec::new();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let work = || {
            let parts = (0..sets / part).into_par_iter().map(|index| index * part..(index + 1) * part);
            parts.map(|sets| over(&market, &averages, block(sets)).pairs).sum::<usize>()
        };
        let round = |_| {
            let start = Instant::now();
            black_box(pool.install(work));
            start.elapsed().as_secs_f64()
        };
        walls.push(Timing::of((0..3).map(round).collect()).least);
    }
    println!(
        "{}",
        json!({
            "bench": "threads", "sets": sets, "least_wall_seconds_one": walls[0],
            "least_wall_seconds_two": walls[1], "speedup": walls[0] / walls[1],
            "load": load(),
        })
    );
    Ok(())
}

fn timed(times: u32, work: impl FnMut()) -> Timing {
    rounds(RUNS, times, work)
}

/// Simple moving averages of every window length up to the longest.
struct Averages(Vec<Vec<f64>>);

impl Averages {
    fn of(close: &[f64], longest: usize) -> Self {
        let average = |window: usize| {
            let mut averages = vec![f64::NAN; close.len()];
            let mut sum: f64 = close[..window].iter().sum();
            averages[window - 1] = sum;
            for (average, (new, old)) in averages[window..].iter_mut().zip(close[window..].iter().zip(close)) {
                sum += new - old;
                *average = sum;
            }
            averages[window - 1..].iter_mut().for_each(|sum| *sum /= window as f64);
            averages
        };
        Self((0..=longest).map(|window| if window == 0 { Vec::new() } else { average(window) }).collect())
    }

    /// 1 from a crossing above to the next below. A fast average that is above from the start has not crossed.
    fn crossing(&self, (fast, slow): Pair, exposure: &mut [f64]) {
        let (fast, slow, valid) = (&self.0[fast], &self.0[slow], slow - 1);
        let crossed = (valid..exposure.len()).find(|&bar| fast[bar] <= slow[bar]).unwrap_or(exposure.len());
        exposure[..crossed].fill(0.0);
        let averages = fast[crossed..].iter().zip(&slow[crossed..]);
        for (target, (fast, slow)) in exposure[crossed..].iter_mut().zip(averages) {
            *target = if fast > slow { 1.0 } else { 0.0 };
        }
    }

    /// The same as a list of changes.
    fn crossings(&self, (fast, slow): Pair, changes: &mut Vec<Change>) {
        let valid = slow - 1;
        let (fast, slow) = (&self.0[fast][valid..], &self.0[slow][valid..]);
        changes.clear();
        // Above from the start is as good as below: it has not crossed.
        let mut below = fast[0] <= slow[0];
        let mut before = u64::from(!below);
        let mut crossed = |start: usize, above: u64, bits: usize| {
            let mut flips = (above ^ (above << 1 | before)) & (u64::MAX >> (64 - bits));
            before = above >> (bits - 1) & 1;
            while flips != 0 {
                let bit = flips.trailing_zeros();
                flips &= flips - 1;
                let now = above >> bit & 1;
                if below {
                    changes
                        .push(Change { bar: valid + start + bit as usize, target: if now == 1 { 1.0 } else { 0.0 } });
                }
                below = true;
            }
        };
        let ((fasts, fast_tail), (slows, slow_tail)) = (fast.as_chunks::<64>(), slow.as_chunks::<64>());
        for (index, (fast, slow)) in fasts.iter().zip(slows).enumerate() {
            crossed(index * 64, above(fast, slow), 64);
        }
        if !fast_tail.is_empty() {
            let (mut last_fast, mut last_slow) = ([0.0; 64], [0.0; 64]);
            last_fast[..fast_tail.len()].copy_from_slice(fast_tail);
            last_slow[..slow_tail.len()].copy_from_slice(slow_tail);
            crossed(fast.len() - fast_tail.len(), above(&last_fast, &last_slow), fast_tail.len());
        }
    }
}

/// A bit per bar on which the fast average is above the slow one.
fn above(fast: &[f64; 64], slow: &[f64; 64]) -> u64 {
    // Lane l holds bars l, 8 + l, 16 + l, … a byte apart.
    let mut lanes = [0; 8];
    for (fast, slow) in fast.as_chunks::<8>().0.iter().zip(slow.as_chunks::<8>().0).rev() {
        for lane in 0..8 {
            lanes[lane] = (lanes[lane] << 8) + u64::from(fast[lane] > slow[lane]);
        }
    }
    lanes.into_iter().enumerate().fold(0, |all, (lane, bits)| all | bits << lane)
}

/// Window lengths of the fast and of the slow average.
type Pair = (usize, usize);

/// In tiles whose averages stay in the second-level cache.
fn pairs() -> Vec<Pair> {
    const TILE: usize = 10;
    let mut pairs: Vec<Pair> = (2..=50).flat_map(|fast| (fast + 1..=100).map(move |slow| (fast, slow))).collect();
    pairs.sort_by_key(|&(fast, slow)| (fast / TILE, slow / TILE, fast, slow));
    pairs
}

#[derive(Default)]
struct Sums {
    pairs: usize,
    total_return: f64,
    sharpe: f64,
    max_drawdown: f64,
    trades: usize,
}

impl Sums {
    fn add(&mut self, figures: &Metrics) {
        self.pairs += 1;
        self.total_return += figures.total_return;
        // The peers count a pair that never trades as 0.
        self.sharpe += match figures.sharpe_ratio {
            Err(Undefined::ZeroVariance) => 0.0,
            sharpe => sharpe.unwrap_or(f64::NAN),
        };
        self.max_drawdown -= figures.max_drawdown;
        self.trades += figures.total_trades;
    }

    fn figures(&self) -> [f64; 4] {
        [self.total_return, self.sharpe, self.max_drawdown, self.trades as f64]
    }
}

const ALL_IN: Params = Params {
    initial_capital: 100_000.0,
    commission_rate: 0.001,
    slippage_rate: 0.0005,
    max_position_size: 1.0,
    fill: Fill::Close,
    allow_short: false,
    whole_units: false,
};

/// Averages, signals, fills, equity and metrics of the pairs, from one exposure per bar.
fn by_exposures(series: &Series, pairs: &[Pair]) -> Sums {
    let market = Market::prepare(series, PERIODS, 0.0);
    let averages = Averages::of(&series.close, 100);
    let mut exposure = vec![0.0; series.len()];
    let mut sums = Sums::default();
    for &pair in pairs {
        averages.crossing(pair, &mut exposure);
        sums.add(&market.summarise(0..series.len(), &exposure, &ALL_IN));
    }
    sums
}

/// The same work from lists of changes.
fn by_changes(series: &Series, pairs: &[Pair]) -> Sums {
    over(&Market::prepare(series, PERIODS, 0.0), &Averages::of(&series.close, 100), pairs.iter().copied())
}

fn over(market: &Market<'_>, averages: &Averages, pairs: impl Iterator<Item = Pair>) -> Sums {
    let bars = averages.0[1].len();
    let (mut changes, mut sums) = (Vec::new(), Sums::default());
    for pair in pairs {
        averages.crossings(pair, &mut changes);
        sums.add(&market.summarise_changes(0..bars, &changes, &ALL_IN));
    }
    sums
}
