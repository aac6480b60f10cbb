//! The rung of the ladder a class stands on, and what keeps it from the next one.

use crate::market::Series;
use crate::stage::Failure;
use crate::stage::subjects::Subject;
use crate::stage::workers::Workers;
use crate::strategy::native::verify::practice;
use crate::strategy::native::{Seat, Unit};
use crate::strategy::{Executor, Outcome, ParamSet};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

/// Bars that are timed.
const BARS: usize = 2520;
/// The quickest of so many runs is told.
const NATIVE_RUNS: usize = 30;
const CPYTHON_RUNS: usize = 3;

/// `timed`: run it now and measure.
pub fn describe(workers: &Workers, subject: &Subject, timed: bool) -> Result<Value, Failure> {
    let standing = workers.standing(subject)?;
    let place = standing.obstacle.as_ref().and_then(|obstacle| obstacle.place());
    let mut told = json!({
        "strategy_name": subject.strategy.name,
        "rung": standing.rung().name(),
        "obstacle": standing.obstacle.as_ref().map(|obstacle| obstacle.to_string()),
        "obstacle_kind": standing.obstacle.as_ref().map(|obstacle| obstacle.kind().to_owned()),
        "file": place.map(|(file, _)| file),
        "line": place.map(|(_, line)| line),
    });
    if let Some((_, verdict)) = &standing.verdict {
        told["verified"] = json!(verdict.verified);
        told["gate"] = json!({
            "runs": verdict.runs,
            "same": verdict.same,
            "bars": verdict.bars,
            "branches": verdict.edges,
            "branches_seen": verdict.reached.len(),
        });
        told["differences"] = json!(verdict.parted);
        told["bails"] = json!(verdict.bails);
        told["witnessed"] = json!(verdict.witnessed);
        told["causal"] = json!(standing.is_causal());
        told["looks_ahead"] = json!(verdict.looks_ahead);
    }
    if timed {
        let market = practice(BARS);
        if let Some((steps, omitted)) = standing.unit.as_ref().and_then(|unit| unit.steps(&market)) {
            told["kernels"] = json!(steps);
            told["kernels_omitted"] = json!(omitted);
        }
        let mut cpython = workers.cpython(subject)?;
        let native = standing.unit.as_ref().and_then(|unit| native_time(unit, workers, subject, &market));
        told["ns_per_bar"] = json!({ "native": native, "cpython": quickest(&mut cpython, &market, CPYTHON_RUNS) });
    }
    Ok(told)
}

/// None where the market makes it leave.
fn native_time(unit: &Arc<Unit>, workers: &Workers, subject: &Subject, market: &Series) -> Option<f64> {
    let cpython = workers.cpython(subject).ok()?;
    let before = unit.tally().replayed;
    let mut seat = Seat::new(unit.clone(), Box::new(cpython), 0.0);
    let time = quickest(&mut seat, market, NATIVE_RUNS);
    time.filter(|_| unit.tally().replayed == before)
}

/// Nanoseconds per bar with the user's own values, after a first run that does not count.
fn quickest(seat: &mut dyn Executor, market: &Series, runs: usize) -> Option<f64> {
    let own = [ParamSet::new()];
    let mut best: Option<f64> = None;
    for run in 0..=runs {
        let started = Instant::now();
        let outcome = seat.run(market, &own).pop();
        let time = started.elapsed().as_secs_f64() * 1e9 / market.len() as f64;
        if !matches!(outcome, Some(Outcome::Ok(_))) {
            return None;
        }
        if run > 0 {
            best = Some(best.map_or(time, |best| best.min(time)));
        }
    }
    best
}

/// For people, a line each.
pub fn text(told: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut text = format!("{}: {}", word(&told["strategy_name"]), word(&told["rung"]));
    // Writing to a text cannot fail.
    let mut line = |what: &str| {
        let _ = write!(text, "\n  {what}");
    };
    if !told["obstacle"].is_null() {
        line(&format!("kept from the next rung by {}", word(&told["obstacle"])));
    }
    for (seat, time) in told["ns_per_bar"].as_object().into_iter().flatten() {
        if let Some(time) = time.as_f64() {
            line(&format!("{time:.1} ns per bar in {}", if seat == "native" { "native code" } else { "CPython" }));
        }
    }
    if let Some(gate) = told["gate"].as_object() {
        line(&format!(
            "verified {}: {} of {} runs agreed to their end, {} bars; {} of {} branches seen",
            word(&told["verified"]),
            gate["same"],
            gate["runs"],
            gate["bars"],
            gate["branches_seen"],
            gate["branches"],
        ));
        line(&format!("{} native runs made again in CPython since", told["witnessed"]));
    }
    if told["causal"] == true {
        line("made of kernels that take no later bar: no prefix has to be tried");
    }
    for found in told["looks_ahead"].as_array().into_iter().flatten() {
        line(&format!("may look ahead at {}", word(found)));
    }
    for (place, count) in told["bails"].as_object().into_iter().flatten() {
        line(&format!("left native code {count} times at {place}"));
    }
    for kernel in told["kernels"].as_array().into_iter().flatten() {
        line(&word(kernel));
    }
    if let Some(more) = told["kernels_omitted"].as_u64().filter(|more| *more > 0) {
        line(&format!("and {more} more"));
    }
    text
}
