//! What a backtest costs through the program itself: `cbt backtest --grid` on plain Python classes, engine and metrics
//! included, beside the peers' kernels in the same run. One JSON object per line; figures are CPU nanoseconds per bar
//! and backtest. `cargo bench --bench grid`; `-- quick` leaves out what takes minutes.
//!
//! W1 is the SMA crossover of `benches/engine.rs`, 3,626 pairs over 2,520 bars; W2 the z-score class with a trailing
//! stop, 256 sets, in three spellings. A figure counts only where the sums are the known ones, otherwise the program
//! fails. `ns_per_bar` is the sweep's, all of it; what CPython takes to make a thousandth of the runs again afterwards
//! stands beside it as `witness_cpu_seconds`: it is the user's own code, whose speed is not ours. `CBT_BENCH_PYTHON` names the interpreter for the peers, else python3; a
//! virtual environment of it, with nothing installed, is the classes' own.

mod measure;

use measure::{Measured, Timing, file, load, peer, told};
use serde_json::{Value, json};
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Instant;
use tempfile::TempDir;

const RUNS: usize = 7;

const CONFIG: &str = "\
strategies:
  roots: [strategies]
backtest_settings:
  fill: close
  max_position_size: 1.0
  allow_short: false
  periods_per_year: 252
";

/// What every peer that follows the same rules gets over the grid of W1.
const W1: [(&str, f64); 4] = [
    ("sum_total_return", 395.471090196),
    ("sum_sharpe_ratio", 451.3736577),
    ("sum_max_drawdown", -1159.53011374),
    ("sum_total_trades", 127_276.0),
];
const W1_GRID: [&str; 2] = ["fast_period=2..50", "slow_period=3..100"];
/// Window and cooldown are the class's own; what is varied is what depends on the state.
const W2_GRID: [&str; 2] = ["entry_z=1.0..1.9375:0.0625", "trail=0.02..0.05:0.002"];
const W2: [&str; 3] = ["z_score_trail_strategy", "z_score_running_strategy", "z_score_statistics_strategy"];

fn main() -> ExitCode {
    told(measure)
}

fn measure() -> Measured<()> {
    let quick = std::env::args().any(|argument| argument == "quick");
    let project = Project::new()?;
    println!("{}", json!({ "bench": "machine", "load": load() }));
    let mut lines = vec![("w1", "sma_cross_strategy", project.swept("sma_cross_strategy", &W1_GRID, &W1)?)];
    for strategy in W2 {
        project.agrees_alone(strategy)?;
        lines.push(("w2", strategy, project.swept(strategy, &W2_GRID, &[])?));
    }
    let sums = |line: &Value| W1.map(|(name, _)| line[name].clone());
    if lines[2..].iter().any(|(.., line)| line["sets"] != lines[1].2["sets"]) {
        return Err("the spellings of W2 did not run the same sets".into());
    }
    if sums(&lines[1].2) != sums(&lines[3].2) {
        eprintln!("the exact standard deviation decides otherwise somewhere: {:?}", sums(&lines[3].2));
    }
    let peers = peers();
    for (bench, strategy, line) in &mut lines {
        line["bench"] = json!(bench);
        line["strategy"] = json!(strategy);
        for (name, ns) in peers.iter().filter(|(name, _)| name.starts_with(*bench)) {
            line[format!("{name}_ns_per_bar")] = json!(ns);
            let ours = line["ns_per_bar"]["median"].as_f64();
            line[format!("{name}_over_ours")] = json!(ours.map(|ours| ns / ours));
        }
        println!("{line}");
    }
    println!("{}", project.cold()?);
    project.scaling(quick)?;
    println!("{}", project.threads(quick)?);
    println!("{}", json!({ "bench": "machine", "load": load() }));
    Ok(())
}

/// Nanoseconds per bar of those that are installed.
fn peers() -> Vec<(&'static str, f64)> {
    let closes = file("data/gbm_2520_close.csv");
    let z_score = |port: &str| peer("z_score_trail_numba.py", &[closes.as_os_str(), port.as_ref()]);
    let asked = [
        ("w1_numba", peer("sma_grid.py", &[]).map(|line| line["median_ns_per_bar"].clone())),
        ("w2_numba_function", z_score("function").map(|line| line["ns_per_bar"].clone())),
        ("w2_numba_jitclass", z_score("jitclass").map(|line| line["ns_per_bar"].clone())),
    ];
    let mut found = Vec::new();
    for (name, answer) in asked {
        match answer.map(|ns| ns.as_f64()) {
            Ok(Some(ns)) => found.push((name, ns)),
            Ok(None) => eprintln!("{name} printed no figure"),
            Err(why) => eprintln!("{name}: {why}"),
        }
    }
    found
}

fn both(rounds: Vec<f64>) -> Value {
    let Timing { least, median } = Timing::of(rounds);
    json!({ "least": least, "median": median })
}

/// The classes of `benches/strategies`, discovered and verified.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Measured<Self> {
        let project = Self { folder: tempfile::tempdir()? };
        let at = |name: &str| project.folder.path().join(name);
        fs::create_dir(at("strategies"))?;
        for name in ["sma_cross.py", "z_score_trail.py"] {
            fs::copy(file("strategies").join(name), at("strategies").join(name))?;
        }
        fs::copy(file("data/gbm_2520.csv"), at("gbm.csv"))?;
        fs::write(at("continuous_backtest_config.yaml"), CONFIG)?;
        // An environment of its own: what a shared interpreter is made to load at every start is not ours to measure.
        let python = std::env::var_os("CBT_BENCH_PYTHON").unwrap_or_else(|| "python3".into());
        let made = Command::new(python).args(["-m", "venv", "--without-pip"]).arg(at(".venv")).status()?;
        if !made.success() {
            return Err("the interpreter makes no virtual environment".into());
        }
        project.cbt(&["discover"])?;
        // The first run of a class verifies it.
        for strategy in ["sma_cross_strategy"].into_iter().chain(W2) {
            project.hand(strategy, &[])?;
        }
        Ok(project)
    }

    fn cbt(&self, arguments: &[&str]) -> Measured<String> {
        let output = Command::new(env!("CARGO_BIN_EXE_cbt"))
            .current_dir(self.folder.path())
            .args(arguments)
            .args(["--json", "--quiet"])
            .env_remove("VIRTUAL_ENV")
            .output()?;
        if output.status.success() {
            Ok(String::from_utf8(output.stdout)?)
        } else {
            Err(format!("cbt {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)).into())
        }
    }

    fn hand(&self, strategy: &str, rest: &[&str]) -> Measured<Value> {
        let run = ["backtest", "--strategy", strategy, "--market", "gbm.csv"];
        Ok(serde_json::from_str(&self.cbt(&[&run[..], rest].concat())?)?)
    }

    fn grid(&self, strategy: &str, axes: &[&str], threads: &str) -> Measured<Value> {
        let axes = axes.iter().flat_map(|axis| ["--grid", axis]);
        let rest: Vec<&str> = axes.chain(["--threads", threads]).collect();
        let line = self.hand(strategy, &rest)?;
        if line["rung"] != "compiled" || line["failed"] != 0 {
            return Err(format!("{strategy} did not run compiled: {line}").into());
        }
        Ok(line)
    }

    /// Several runs of a grid on one thread.
    fn swept(&self, strategy: &str, axes: &[&str], sums: &[(&str, f64)]) -> Measured<Value> {
        let lines = (0..RUNS).map(|_| self.grid(strategy, axes, "1")).collect::<Measured<Vec<Value>>>()?;
        for line in &lines {
            for (name, expected) in sums {
                let found = line[name].as_f64().unwrap_or(f64::NAN);
                if (found - expected).abs() > 1e-9 * expected.abs() {
                    return Err(format!("{name} is {found}, the same work gives {expected}").into());
                }
            }
        }
        let timing = |name: &str| {
            let rounds: Vec<f64> = lines.iter().filter_map(|line| line[name].as_f64()).collect();
            if rounds.is_empty() {
                return Value::Null;
            }
            let Timing { least, median } = Timing::of(rounds);
            json!({ "least": least, "median": median })
        };
        let mut told = lines[0].clone();
        for name in [
            "ns_per_bar",
            "seconds",
            "cpu_seconds",
            "cpu_seconds_cpython",
            "witness_seconds",
            "witness_cpu_seconds",
            "preparation_seconds",
        ] {
            told[name] = timing(name);
        }
        Ok(told)
    }

    /// The class with its own values trades as it does everywhere.
    fn agrees_alone(&self, strategy: &str) -> Measured<()> {
        let line = self.hand(strategy, &[])?;
        let (trades, equity) = (line["total_trades"].as_u64(), line["final_equity"].as_f64().unwrap_or(f64::NAN));
        let expected = 67.530_594_354_1;
        if trades == Some(85) && (equity / 1_000.0 - expected).abs() <= 1e-9 * expected {
            Ok(())
        } else {
            Err(format!("{strategy}: {trades:?} trades, {equity}; the same class ends with 85 and {expected} of 100")
                .into())
        }
    }

    /// One set of a class that was verified earlier, nothing in memory: from the files to the metrics, and the whole
    /// program.
    fn cold(&self) -> Measured<Value> {
        let (mut inside, mut whole) = (Vec::new(), Vec::new());
        for _ in 0..3 * RUNS {
            let start = Instant::now();
            let line = self.hand("z_score_trail_strategy", &["--set", "entry_z=1.25"])?;
            whole.push(start.elapsed().as_secs_f64() * 1e3);
            inside.push(line["seconds"].as_f64().ok_or("no seconds were told")? * 1e3);
        }
        Ok(json!({
            "bench": "cold_class", "files_to_metrics_ms": both(inside), "whole_program_ms": both(whole),
            "load": load(),
        }))
    }

    /// From a hundred sets to a million. What is over in a few milliseconds is run more than once: the machine's pace
    /// changes for longer than that.
    fn scaling(&self, quick: bool) -> Measured<()> {
        for (sets, entries, trails) in [
            (100, "entry_z=1.0..1.9:0.1", "trail=0.02..0.05:0.0033"),
            (1_000, "entry_z=1.0..1.99:0.01", "trail=0.02..0.05:0.0033"),
            (10_000, "entry_z=1.0..1.99:0.01", "trail=0.02..0.0497:0.0003"),
            (100_000, "entry_z=1.0..1.999:0.001", "trail=0.02..0.0497:0.0003"),
            (1_000_000, "entry_z=1.0..1.999:0.001", "trail=0.02..0.04997:0.00003"),
        ] {
            if quick && sets > 10_000 {
                break;
            }
            let runs = if sets > 10_000 { 1 } else { RUNS };
            let mut ns_per_bar = Vec::new();
            let mut line = Value::Null;
            for _ in 0..runs {
                line = self.grid("z_score_running_strategy", &[entries, trails], "1")?;
                ns_per_bar.push(line["ns_per_bar"].as_f64().ok_or("no nanoseconds were told")?);
            }
            println!(
                "{}",
                json!({
                    "bench": "scaling", "sets": line["sets"], "wanted": sets,
                    "ns_per_bar": both(ns_per_bar), "witness_cpu_seconds": line["witness_cpu_seconds"],
                    "peak_memory_kib": line["peak_memory_kib"], "witnessed": line["witnessed"],
                })
            );
        }
        Ok(())
    }

    fn threads(&self, quick: bool) -> Measured<Value> {
        let axes = if quick {
            ["entry_z=1.0..1.99:0.01", "trail=0.02..0.0497:0.0003"]
        } else {
            ["entry_z=1.0..1.999:0.001", "trail=0.02..0.0497:0.0003"]
        };
        let mut least = [f64::INFINITY; 2];
        // By turns, so that both meet the same neighbours.
        for _ in 0..3 {
            for (least, threads) in least.iter_mut().zip(["1", "2"]) {
                let line = self.grid("z_score_running_strategy", &axes, threads)?;
                *least = least.min(line["seconds"].as_f64().ok_or("no seconds were told")?);
            }
        }
        Ok(json!({
            "bench": "threads", "least_seconds_one": least[0], "least_seconds_two": least[1],
            "speedup": least[0] / least[1], "load": load(),
        }))
    }
}
