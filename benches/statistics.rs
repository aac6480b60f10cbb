//! Nanoseconds per resampled return of the stationary bootstrap of a Sharpe ratio, and seconds for the probability of
//! backtest overfitting, one JSON line each. Where `python3` (or `$PYTHON`) has numba, `peers/sharpe_bootstrap.py` runs
//! the same bootstrap in the same run, and the line has the ratios; where it has arch, that too.

use continuous_backtest::seed::Seed;
use continuous_backtest::stats::{backtest_overfitting, quantile, sharpe_bootstrap};
use rand::Rng;
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

const RESAMPLES: usize = 10_000;
/// Resamples at once, on either side: a few milliseconds, so that some runs have a processor to themselves even on a busy
/// machine.
const BATCH: usize = 250;
const BLOCK_LENGTHS: [f64; 3] = [10.0, 5.0, 100.0];

fn main() -> Outcome<()> {
    let closes = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/data/gbm_2520_close.csv");
    let returns = returns(&std::fs::read_to_string(&closes)?)?;
    for block_length in BLOCK_LENGTHS {
        println!("{}", bootstrap(&returns, &closes, block_length)?);
    }
    println!("{}", overfitting()?);
    Ok(())
}

fn returns(text: &str) -> Outcome<Vec<f64>> {
    let closes: Vec<f64> = text.lines().skip(1).map(str::parse).collect::<Result<_, _>>()?;
    Ok(std::iter::once(&100.0).chain(&closes).zip(&closes).map(|(before, now)| now / before - 1.0).collect())
}

/// The least of `runs` wall times, in seconds.
fn least<T>(runs: usize, mut work: impl FnMut(u64) -> T) -> f64 {
    let times = (0..runs as u64).map(|run| {
        let begin = Instant::now();
        black_box(work(run));
        begin.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn bootstrap(returns: &[f64], closes: &Path, block_length: f64) -> Outcome<Value> {
    let seed = Seed::new(7).child("bootstrap");
    let draw = |count: usize, run: u64| {
        sharpe_bootstrap(returns, block_length, count, &mut seed.child(&run.to_string()).rng())
    };
    let ratios = draw(RESAMPLES, 0).map_err(|undefined| undefined.name())?;
    let limit = |at: f64| quantile(&ratios, at).map_err(|undefined| undefined.name());
    let ns = least(10 * RESAMPLES / BATCH, |run| draw(BATCH, run)) * 1e9 / (BATCH * returns.len()) as f64;
    let mut line = json!({
        "workload": "sharpe_bootstrap",
        "resamples": RESAMPLES,
        "batch": BATCH,
        "returns": returns.len(),
        "block_length": block_length,
        "threads": 1,
        "ns_per_return": ns,
        "interval": [limit(0.025)?, limit(0.975)?],
    });
    let Some(peer) = peer(closes, block_length)? else {
        line["peer"] = json!("no numba here");
        return Ok(line);
    };
    for (name, ratio) in [("numba", "ratio"), ("numba_all_threads", "ratio_to_all_threads"), ("arch", "ratio_to_arch")]
    {
        if let Some(theirs) = peer[name]["ns_per_return"].as_f64() {
            line[ratio] = json!(theirs / ns);
        }
    }
    line["peer"] = peer;
    Ok(line)
}

/// What the peer printed, or None where there is no interpreter with numba.
fn peer(closes: &Path, block_length: f64) -> Outcome<Option<Value>> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !Command::new(&python).args(["-c", "import numba"]).output().is_ok_and(|found| found.status.success()) {
        return Ok(None);
    }
    let output = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/sharpe_bootstrap.py"))
        .arg(closes)
        .args(["--block", &block_length.to_string()])
        .args(["--resamples", &RESAMPLES.to_string(), "--batch", &BATCH.to_string()])
        .output()?;
    if !output.status.success() {
        return Err(format!("the peer failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(Some(serde_json::from_slice(&output.stdout)?))
}

fn overfitting() -> Outcome<Value> {
    let (columns, bars, half) = (19, 5_100, 8);
    let mut rng = Seed::new(7).child("grid").rng();
    // Sums of four uniform numbers: what they are does not matter to the time it takes.
    let mut draw = || (0..4).map(|_| rng.next_u32() as f64 / 2_f64.powi(32) - 0.5).sum::<f64>() / 100.0;
    let grid: Vec<Vec<f64>> = (0..columns).map(|_| (0..bars).map(|_| draw()).collect()).collect();
    let slices: Vec<&[f64]> = grid.iter().map(Vec::as_slice).collect();
    let found = backtest_overfitting(&slices, half).map_err(|undefined| undefined.name())?;
    Ok(json!({
        "workload": "backtest_overfitting",
        "columns": columns,
        "bars": bars,
        "splits": found.splits,
        "threads": 1,
        "seconds": least(40, |_| backtest_overfitting(&slices, half)),
        "probability": found.probability,
    }))
}
