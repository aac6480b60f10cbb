//! What a bar of a compiled strategy costs: interpreted, compiled, and numba's port of the same class. One JSON
//! object per line; figures are nanoseconds of CPU on one thread, the least of several runs. `cargo bench --bench
//! native`.
//!
//! The class is W2: mean reversion on a z-score with a trailing stop and a cooldown, over 2,520 bars and 256
//! parameter sets: as naive code over a deque, with running sums, and what is left of it once z is a column. Both
//! executors have to answer the same bits. `CBT_BENCH_PYTHON` names an interpreter with numba, else python3.

mod measure;

use continuous_backtest::strategy::native::ir::{Program, parse};
use continuous_backtest::strategy::native::jit::compile;
use continuous_backtest::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Said, SharedColumn};
use continuous_backtest::strategy::native::vm::Vm;
use measure::{Measured, bars, calls_in, file, peer, rounds, told};
use serde_json::json;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

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
    told(measure)
}

fn measure() -> Measured<()> {
    let series = bars()?;
    let market = Columns::of(&series);
    let mut hoisted = market.clone();
    hoisted.push(Arc::new(SharedColumn::new(z_column(&series.close))));
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
        let line = match ported(port) {
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
fn sweep(executable: &dyn Executable, columns: &Columns) -> Measured<(f64, usize)> {
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
fn per_run(executable: &dyn Executable, program: &Program) -> Measured<f64> {
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

/// Least nanoseconds that `work` took once.
fn least(mut work: impl FnMut()) -> f64 {
    let times = calls_in(ROUND, &mut work);
    rounds(RUNS, times, work).least
}

/// Nanoseconds per bar of numba's port.
fn ported(port: &str) -> Measured<f64> {
    let line = peer("z_score_trail_numba.py", &[file("data/gbm_2520_close.csv").as_os_str(), port.as_ref()])?;
    line["ns_per_bar"].as_f64().ok_or_else(|| "the peer printed no ns_per_bar".into())
}
