//! What a bar of a compiled strategy costs: interpreted, compiled, and numba's port of the same class. One JSON
//! object per line; figures are nanoseconds of CPU on one thread, the least of several runs. `cargo bench --bench
//! native`.
//!
//! The class is W2: mean reversion on a z-score with a trailing stop and a cooldown, over 2,520 bars and 256
//! parameter sets: as naive code over a deque, with running sums, and what is left of it once z is a column. Both
//! executors have to answer the same bits. `CBT_BENCH_PYTHON` names an interpreter with numba, else python3.

use continuous_backtest::market::Series;
use continuous_backtest::strategy::native::ir::{Program, parse};
use continuous_backtest::strategy::native::jit::compile;
use continuous_backtest::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Said};
use continuous_backtest::strategy::native::vm::Vm;
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Instant;

const RUNS: usize = 9;
const SETS: usize = 256;
const WINDOW: usize = 20;
/// Seconds that a round takes at least.
const ROUND: f64 = 0.15;

const PROGRAMS: [(&str, &str); 3] = [
    ("naive", include_str!("programs/z_score_trail.ir")),
    ("incremental", include_str!("programs/z_score_trail_incremental.ir")),
    ("residue", include_str!("programs/z_score_trail_residue.ir")),
];

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), Box<dyn Error>> {
    let series = bars()?;
    let market = Columns::of(&series);
    let mut hoisted = market.clone();
    hoisted.push(Arc::new(z_column(&series.close)));
    for (variant, text) in PROGRAMS {
        let program = parse(text).map_err(|error| format!("{variant}, line {}: {}", error.line, error.message))?;
        let columns = if program.extras.is_empty() { &market } else { &hoisted };
        let (vm, compiled) = (Vm::new(&program)?, compile(&program)?);
        let compilation = least(|| drop(black_box(compile(&program))));
        let (interpreted, answers) = sweep(&vm, columns)?;
        let (native, same) = sweep(&compiled, columns)?;
        if answers != same {
            return Err(format!("{variant}: the executors disagree").into());
        }
        let all = series.len() as f64 * SETS as f64;
        let empty = per_run(&compiled, &program)?;
        let line = json!({
            "bench": "w2", "variant": variant, "bars": series.len(), "sets": SETS, "window": WINDOW,
            "vm_ns_per_bar": interpreted / all, "jit_ns_per_bar": native / all,
            "jit_ns_per_run_without_bars": empty, "compile_ms": compilation / 1e6, "entries": answers,
        });
        println!("{line}");
    }
    for port in ["jitclass", "function"] {
        let line = match peer(port) {
            Ok(ns_per_bar) => json!({ "bench": "w2_peer", "port": port, "ns_per_bar": ns_per_bar }),
            Err(why) => json!({ "bench": "w2_peer", "port": port, "ns_per_bar": null, "why": why.to_string() }),
        };
        println!("{line}");
    }
    Ok(())
}

/// Window, entry_z, exit_z, trail and cooldown of the peers' defaults, varied where no window changes.
fn parameters(set: usize) -> [u64; 5] {
    let part = set as f64 / SETS as f64;
    [WINDOW as u64, (1.0 + part).to_bits(), (0.5 - part).to_bits(), (0.03 + 0.02 * part).to_bits(), 5]
}

/// Nanoseconds of all sets, and how often they entered.
fn sweep(executable: &dyn Executable, columns: &Columns) -> Result<(f64, usize), Box<dyn Error>> {
    let (mut memory, mut said, mut entries) = (Memory::default(), Said::default(), 0);
    let mut failed = None;
    let time = least(|| {
        entries = 0;
        for set in 0..SETS {
            let params = parameters(set);
            let finish = executable.run(columns, &params, &mut memory, Budget::default(), &mut said, None);
            if finish != Finish::Done {
                failed = Some(finish);
            }
            entries += said.targets.iter().filter(|target| **target == 1.0).count();
        }
    });
    match failed {
        None => Ok((time, entries)),
        Some(finish) => Err(format!("a run ended with {finish:?}").into()),
    }
}

/// Nanoseconds of a run over no bars.
fn per_run(executable: &dyn Executable, program: &Program) -> Result<f64, Box<dyn Error>> {
    let mut columns = Columns::default();
    program.extras.iter().for_each(|_| columns.push(Arc::default()));
    let (mut memory, mut said) = (Memory::default(), Said::default());
    let time = least(|| {
        for set in 0..SETS {
            let _ = executable.run(&columns, &parameters(set), &mut memory, Budget::default(), &mut said, None);
        }
    });
    Ok(time / SETS as f64)
}

/// NaN until the window is full.
fn z_column(close: &[f64]) -> Vec<u64> {
    let z = |bar: usize| {
        let Some(window) = (bar + 1).checked_sub(WINDOW).map(|first| &close[first..=bar]) else { return f64::NAN };
        let mean = window.iter().sum::<f64>() / WINDOW as f64;
        let squares: f64 = window.iter().map(|x| (x - mean) * (x - mean)).sum();
        let deviation = (squares / (WINDOW - 1) as f64).sqrt();
        if deviation > 0.0 { (close[bar] - mean) / deviation } else { 0.0 }
    };
    (0..close.len()).map(|bar| z(bar).to_bits()).collect()
}

/// Least nanoseconds that `work` took once, over several rounds of as many calls as the clock needs: Linux counts a
/// thread's time in steps of some milliseconds.
fn least(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    work();
    let times = (ROUND / start.elapsed().as_secs_f64()).ceil().clamp(1.0, 1e6) as u32;
    (0..RUNS)
        .map(|_| {
            let start = Stopwatch::start();
            (0..times).for_each(|_| work());
            start.nanoseconds() / f64::from(times)
        })
        .fold(f64::INFINITY, f64::min)
}

/// CPU time of this thread where Linux tells it, so that other work on the machine counts less; else wall time.
struct Stopwatch {
    cpu: Option<f64>,
    wall: Instant,
}

impl Stopwatch {
    fn start() -> Self {
        Self { cpu: Self::cpu(), wall: Instant::now() }
    }

    fn nanoseconds(&self) -> f64 {
        match (self.cpu, Self::cpu()) {
            (Some(start), Some(now)) => now - start,
            _ => self.wall.elapsed().as_nanos() as f64,
        }
    }

    fn cpu() -> Option<f64> {
        std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
    }
}

/// The market of the engine's benchmark; highs and lows lie 0.4% off the close.
fn bars() -> Result<Series, Box<dyn Error>> {
    let text = include_str!("data/gbm_2520_close.csv");
    let close: Vec<f64> = text.lines().skip(1).map(str::parse).collect::<Result<_, _>>()?;
    Ok(Series {
        name: "gbm".to_owned(),
        timestamp: (0..close.len() as i64).map(|day| day * 86_400_000_000).collect(),
        open: close.clone(),
        high: close.iter().map(|close| close * 1.004).collect(),
        low: close.iter().map(|close| close * 0.996).collect(),
        volume: vec![1_000.0; close.len()],
        close,
        periods_per_year: 252.0,
    })
}

/// Nanoseconds per bar of numba's port.
fn peer(port: &str) -> Result<f64, Box<dyn Error>> {
    let python = std::env::var("CBT_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let answer = Command::new(python)
        .arg(root.join("peers/z_score_trail_numba.py"))
        .args([root.join("data/gbm_2520_close.csv").as_os_str(), port.as_ref()])
        .output()?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Err(said.lines().last().unwrap_or("the peer said nothing").into());
    }
    let line: Value = serde_json::from_slice(&answer.stdout)?;
    line["ns_per_bar"].as_f64().ok_or_else(|| "the peer printed no ns_per_bar".into())
}
