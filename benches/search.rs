//! What the sampler costs and how well it searches, one JSON line per figure.
//!
//! Overhead: milliseconds per trial with a free objective over two ints and two floats. Quality: median best
//! of 20 seeds on functions with a known minimum, beside the figures of the plain `tpe` crate.

use continuous_backtest::discovery::{Parameter, Place, PlaceKind, RangeSource, Role, SearchRange, ValueType};
use continuous_backtest::optimize::objective::Direction;
use continuous_backtest::optimize::search::{Evaluation, Settings, search};
use continuous_backtest::optimize::space::Space;
use continuous_backtest::seed::Seed;
use continuous_backtest::strategy::{ParamSet, Value};
use std::time::Instant;

#[path = "../src/optimize/search/surfaces.rs"]
mod surfaces;

const SEEDS: u64 = 20;
const MARKS: [usize; 3] = [50, 100, 200];

fn parameter(name: String, default: Value, range: SearchRange) -> Parameter {
    let place = Place {
        kind: PlaceKind::SelfAttribute,
        path: "bench.py".to_owned(),
        line: 1,
        start: 0,
        end: 1,
        key: name.clone(),
        file_hash: String::new(),
    };
    Parameter {
        strategy: "bench".to_owned(),
        name,
        value_type: ValueType::Float,
        default,
        role: Role::Signal,
        range: Some(range),
        range_source: Some(RangeSource::Configured),
        why_not_searched: None,
        below: None,
        place,
        shadowed: Vec::new(),
        passed_as: Vec::new(),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

fn surface_space(surface: &surfaces::Surface) -> Space {
    let parameters: Vec<Parameter> = surface
        .ranges
        .iter()
        .enumerate()
        .map(|(index, &(low, high))| {
            // A poor start: the incumbent is trial 0 and must not give the answer away.
            let start = Value::Float(low + 0.9 * (high - low));
            parameter(format!("x{index}"), start, SearchRange::Float { low, high, step: None, log: false })
        })
        .collect();
    Space::from_parameters(&parameters)
}

fn quality(surface: &surfaces::Surface, name: &str, settings: &Settings) {
    let space = surface_space(surface);
    let mut best: Vec<Vec<f64>> = vec![Vec::new(); MARKS.len()];
    for seed in 0..SEEDS {
        let mut values: Vec<f64> = Vec::new();
        let mut evaluate = |sets: &[ParamSet]| -> Vec<Evaluation> {
            sets.iter()
                .map(|set| {
                    let x: Vec<f64> = set.values().filter_map(Value::as_f64).collect();
                    let value = (surface.of)(&x);
                    values.push(value);
                    Evaluation::Scored { objectives: vec![Some(value)] }
                })
                .collect()
        };
        search(&space, settings, Seed::new(seed), &[], &mut evaluate).expect("the settings are sound");
        for (mark, best) in MARKS.iter().zip(&mut best) {
            best.push(values[..*mark].iter().copied().fold(f64::INFINITY, f64::min));
        }
    }
    let medians: Vec<f64> = best.into_iter().map(median).collect();
    let line = serde_json::json!({
        "workload": "search_quality", "sampler": name, "surface": surface.name, "seeds": SEEDS,
        "batch": settings.batch, "trials": MARKS, "median_best": medians, "plain_tpe_crate": surface.tpe,
        "random": surface.random, "minimum": surface.minimum,
    });
    println!("{line}");
}

fn overhead(objectives: usize, trials: usize) {
    let space = Space::from_parameters(&[
        parameter("a".to_owned(), Value::Int(10), SearchRange::Int { low: 2, high: 50, step: 1 }),
        parameter("b".to_owned(), Value::Int(30), SearchRange::Int { low: 3, high: 100, step: 1 }),
        parameter(
            "c".to_owned(),
            Value::Float(0.5),
            SearchRange::Float { low: 0.0, high: 1.0, step: None, log: false },
        ),
        parameter(
            "d".to_owned(),
            Value::Float(0.5),
            SearchRange::Float { low: -1.0, high: 1.0, step: None, log: false },
        ),
    ]);
    let settings = Settings { objectives: vec![Direction::Maximise; objectives], trials, ..Settings::default() };
    let runs: Vec<f64> = (0..5)
        .map(|run| {
            let mut word = Seed::new(run);
            let mut evaluate = |sets: &[ParamSet]| -> Vec<Evaluation> {
                sets.iter()
                    .map(|_| {
                        let mut noise = || {
                            word = word.child("noise");
                            Some(word.value() as f64 / u64::MAX as f64)
                        };
                        Evaluation::Scored { objectives: (0..objectives).map(|_| noise()).collect() }
                    })
                    .collect()
            };
            let start = Instant::now();
            search(&space, &settings, Seed::new(run), &[], &mut evaluate).expect("the settings are sound");
            start.elapsed().as_secs_f64() * 1e3 / trials as f64
        })
        .collect();
    let line = serde_json::json!({
        "workload": "search_overhead", "objectives": objectives, "trials": trials, "runs": runs.len(),
        "batch": settings.batch, "ms_per_trial": median(runs),
    });
    println!("{line}");
}

fn main() {
    for trials in [100, 1000] {
        overhead(1, trials);
        overhead(3, trials);
    }
    let settings = |batch, startup| Settings {
        objectives: vec![Direction::Minimise],
        trials: 200,
        batch,
        startup,
        ..Settings::default()
    };
    for surface in &surfaces::ALL {
        for batch in [1, 8] {
            quality(surface, "tpe", &settings(batch, 10));
        }
        quality(surface, "random", &settings(8, 200));
    }
}
