//! Nanoseconds per path-bar of OHLCV paths with GJR-GARCH, skewed t, jumps and volume, one JSON line for each
//! workload. Where `python3` (or `$PYTHON`) has numpy, `peers/scenario_numpy.py` runs the same model in the same
//! run, and the line has the ratio.

use continuous_backtest::market::Series;
use continuous_backtest::scenario::{Dynamics, Generator, Realised, Regime, Scenario, standard};
use continuous_backtest::seed::Seed;
use rand::Rng;
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Regime, bars of a path, and whether numpy's single-mood model covers it.
const WORKLOADS: [(Regime, usize, bool); 5] = [
    (Regime::Bull, 252, true),
    (Regime::Bull, 5040, false),
    (Regime::Sideways, 252, true),
    (Regime::Crash, 252, false),
    (Regime::Mixed, 5040, false),
];

fn main() -> Outcome<()> {
    println!("{}", json!({ "workload": "generator_words", "ns_per_word": words() }));
    for (regime, bars, in_numpy) in WORKLOADS {
        let scenario = Scenario { bars, ..standard(regime) };
        let (ns, paths) = ours(&scenario)?;
        let mut line = json!({ "workload": "paths", "regime": regime.name(), "bars": bars, "ns_per_path_bar": ns });
        line["checks"] = checks(&paths);
        if in_numpy {
            match numpy(&scenario)? {
                Some(peer) => {
                    line["ratio"] = json!(peer["ns_per_path_bar"].as_f64().ok_or("the peer told no time")? / ns);
                    line["peer"] = peer;
                }
                None => line["peer"] = json!("no numpy here"),
            }
        }
        println!("{line}");
    }
    Ok(())
}

/// The least of `runs` wall times per unit. Runs last about a millisecond, so that some of them have a processor to
/// themselves even on a busy machine; numpy's larger batches are told by their processor time instead.
fn least(runs: u64, units: f64, mut work: impl FnMut(u64)) -> f64 {
    let times = (0..runs).map(|run| {
        let begin = Instant::now();
        work(run);
        begin.elapsed().as_nanos() as f64 / units
    });
    times.fold(f64::INFINITY, f64::min)
}

fn ours(scenario: &Scenario) -> Outcome<(f64, Vec<Series>)> {
    let generator = Generator::new(scenario)?;
    let paths = 20_160_usize.div_ceil(scenario.bars) as u64;
    let draw = |run: u64| (0..paths).map(move |path| Seed::new(run * paths + path));
    let ns = least(400, (paths as usize * scenario.bars) as f64, |run| {
        for seed in draw(run) {
            black_box(generator.path(seed));
        }
    });
    let sample = (0..20).flat_map(draw).map(|seed| generator.path(seed)).collect();
    Ok((ns, sample))
}

/// What one 64-bit word of the seeded generator costs: a bar takes a little more than five.
fn words() -> f64 {
    let mut rng = Seed::new(1).rng();
    least(400, 1e6, |_| {
        for _ in 0..1_000_000 {
            black_box(rng.next_u64());
        }
    })
}

/// The figures that the peer prints too, so that both can be seen to draw the same market.
fn checks(paths: &[Series]) -> Value {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let all = |of: fn(&Series) -> Vec<f64>| paths.iter().flat_map(of).collect::<Vec<f64>>();
    let ranges = all(|path| path.high.iter().zip(&path.low).map(|(high, low)| (high / low).ln()).collect());
    let volumes = all(|path| path.volume.iter().map(|volume| volume.ln()).collect());
    let centre = mean(&volumes);
    let squares: Vec<f64> = volumes.iter().map(|volume| (volume - centre).powi(2)).collect();
    json!({
        "mean_volatility": mean(&all(|path| Realised::of(path).annual_volatility.into_iter().collect())),
        "mean_log_range": mean(&ranges),
        "sd_log_volume": mean(&squares).sqrt(),
    })
}

/// What the peer printed, or None where there is no interpreter with numpy.
fn numpy(scenario: &Scenario) -> Outcome<Option<Value>> {
    let Dynamics::Single(model) = &scenario.dynamics else {
        return Err("the peer knows single moods only".into());
    };
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !Command::new(&python).args(["-c", "import numpy"]).output().is_ok_and(|found| found.status.success()) {
        return Ok(None);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/scenario_numpy.py");
    let output = Command::new(python)
        .arg(script)
        .args(["--model", &serde_json::to_string(model)?])
        .args(["--instrument", &serde_json::to_string(&scenario.instrument)?])
        .args(["--bars", &scenario.bars.to_string()])
        .output()?;
    if !output.status.success() {
        return Err(format!("the numpy peer failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(Some(serde_json::from_slice(&output.stdout)?))
}
