//! What the worker costs, printed: `cargo test --release worker::figures -- --ignored --nocapture`.

use super::seat::{Seat, class, entry, market, on_bar, pandas, targets};
use continuous_backtest::strategy::worker::Worker;
use continuous_backtest::strategy::{Argument, Executor, ParamSet, Protocol, WindowShape};
use std::process::Command;
use std::time::Instant;

const BARS: usize = 2520;

/// CPU seconds of the worker per set, least of `times` blocks.
fn cost(worker: &mut Worker, bars: usize, sets: usize, times: usize) -> f64 {
    let (market, sets) = (market(bars), vec![ParamSet::new(); sets]);
    let mut before = f64::INFINITY;
    let mut best = f64::INFINITY;
    for _ in 0..=times {
        targets(worker.run(&market, &sets).remove(0));
        let now = worker.cpu_seconds().unwrap();
        best = best.min(if before < now { now - before } else { f64::INFINITY });
        before = now;
    }
    best / sets.len() as f64
}

#[test]
#[ignore = "figures for people"]
fn what_it_costs() {
    println!("CPU time of the worker process; bare loop: the same method called in a loop by the same interpreter");
    for (label, body) in [
        ("None", "def on_bar(self, bar): return None"),
        ("a word", "def on_bar(self, bar): return 'buy' if bar.close > 10 else 'hold'"),
        ("a float", "def on_bar(self, bar): return bar.close / 5000"),
        ("a dict", "def on_bar(self, bar): return {'action': 'buy'}"),
    ] {
        let seat = Seat::new(&class(body), on_bar());
        let mut worker = seat.worker();
        let start = Instant::now();
        targets(worker.run(&market(2), &[ParamSet::new()]).remove(0));
        let (wall, cpu) = (start.elapsed().as_secs_f64(), worker.cpu_seconds().unwrap());
        let (long, short) = (cost(&mut worker, BARS, 50, 5), cost(&mut worker, 2, 200, 5));
        println!(
            "on_bar answers {label}: start {:.0} ms wall, {:.0} ms CPU; one set over 2 bars {:.0} us; {:.0} ns per bar, bare loop {:.0} ns",
            wall * 1e3,
            cpu * 1e3,
            short * 1e6,
            (long - short) / (BARS - 2) as f64 * 1e9,
            bare(&seat, body),
        );
    }
    let window = entry(Protocol::Window, "analyze", vec![Argument::Window(WindowShape::ListOfCloses)]);
    let seat = Seat::new(&class("def analyze(self, closes): return 1 if closes[-1] > 10 else 0"), window);
    println!("growing window of closes: {:.0} ns per bar", cost(&mut seat.worker(), BARS, 50, 5) / BARS as f64 * 1e9);
    if let Some(interpreter) = pandas() {
        let frame = entry(Protocol::Vectorised, "signals", vec![Argument::Window(WindowShape::Frame)]);
        let source = class("def signals(self, df): return (df['close'] > 10).astype(int)");
        let seat = Seat::new(&source, frame).with(|seat| seat.interpreter = interpreter);
        let mut worker = seat.worker();
        let start = Instant::now();
        worker.run(&market(BARS), &[ParamSet::new()]);
        let (wall, cpu) = (start.elapsed().as_secs_f64(), worker.cpu_seconds().unwrap());
        println!("pandas: start {:.0} ms wall, {:.0} ms CPU", wall * 1e3, cpu * 1e3);
        println!("pandas, one set over {BARS} bars: {:.0} us", cost(&mut worker, BARS, 50, 5) * 1e6);
    }
}

/// The same method called in a plain loop by the same interpreter, nanoseconds per bar.
fn bare(seat: &Seat, body: &str) -> f64 {
    let script = format!(
        "
import time
class B:
    __slots__ = ('close',)
{}
bars = []
for i in range({BARS}):
    b = B(); b.close = i + 1.0; bars.append(b)
best = 1e9
for _ in range(50):
    f = S().on_bar
    t = time.process_time()
    for b in bars: f(b)
    best = min(best, time.process_time() - t)
print(best / {BARS} * 1e9)
",
        class(body)
    );
    let output = Command::new(&seat.interpreter.path).args(["-c", &script]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap()
}
