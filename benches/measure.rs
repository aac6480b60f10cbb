//! What the benchmarks measure with, and whom they are measured against.

#![allow(dead_code, reason = "each benchmark takes what it needs")]

use continuous_backtest::market::Series;
use serde_json::Value;
use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

pub type Measured<T> = Result<T, Box<dyn Error>>;

/// A failure is told and ends the program with 1.
pub fn told(measure: impl FnOnce() -> Measured<()>) -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What several rounds of the same work took, each.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    pub least: f64,
    pub median: f64,
}

impl Timing {
    /// # Panics
    /// Where there is no round.
    pub fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self { least: rounds[0], median: rounds[rounds.len() / 2] }
    }
}

/// Nanoseconds that `work` takes once, over `count` rounds of `times` calls. Linux counts CPU time in steps of
/// milliseconds: a round is to be long.
pub fn rounds(count: usize, times: u32, mut work: impl FnMut()) -> Timing {
    let round = |_| {
        let start = Stopwatch::start();
        (0..times).for_each(|_| work());
        start.nanoseconds() / f64::from(times)
    };
    Timing::of((0..count).map(round).collect())
}

/// Calls of `work` that take so many seconds together.
pub fn calls_in(seconds: f64, mut work: impl FnMut()) -> u32 {
    let start = Instant::now();
    work();
    (seconds / start.elapsed().as_secs_f64()).ceil().clamp(1.0, 1e6) as u32
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

/// The most memory this process has had.
pub fn peak_memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

/// The machine's load averages.
pub fn load() -> Option<String> {
    std::fs::read_to_string("/proc/loadavg").ok().map(|load| load.trim().to_owned())
}

/// A file below `benches`.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(name)
}

/// A geometric Brownian market, 2,520 daily bars; `data/make_bars.py` has how it is made.
pub fn bars() -> Measured<Series> {
    let text = include_str!("data/gbm_2520.csv");
    let mut series = Series { name: "gbm".to_owned(), periods_per_year: 252.0, ..Series::default() };
    for (day, line) in text.lines().skip(1).enumerate() {
        let mut cells = line.split(',').skip(1).map(str::parse::<f64>);
        let mut cell = || {
            cells
                .next()
                .ok_or_else(|| format!("bar {day} of the benchmark's market is cut short"))?
                .map_err(|error| error.to_string())
        };
        series.timestamp.push(day as i64 * 86_400_000_000);
        series.open.push(cell()?);
        series.high.push(cell()?);
        series.low.push(cell()?);
        series.close.push(cell()?);
        series.volume.push(cell()?);
    }
    series.check().map_err(|fault| format!("bar {}: {}", fault.bar, fault.reason))?;
    Ok(series)
}

/// The JSON line that a peer's script prints. `CBT_BENCH_PYTHON` names the interpreter, else python3.
pub fn peer(script: &str, arguments: &[&OsStr]) -> Measured<Value> {
    let python = std::env::var("CBT_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = file("peers").join(script);
    let output =
        Command::new(&python).arg(&script).args(arguments).output().map_err(|error| format!("{python}: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{python} {}: {}", script.display(), said.lines().last().unwrap_or_default()).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
