//! Rows of `rungs.parquet`, and how many classes stand on which rung.

use super::subjects::Subject;
use crate::artifact::RungRow;
use crate::strategy::native::{Rung, Standing};
use serde_json::{Map, Value, json};

/// `failed`: it did not run in CPython either. Runs that an earlier time made are not counted again.
pub fn row(subject: &Subject, standing: &Standing, failed: bool) -> RungRow {
    let rung = if failed { Rung::Refused } else { standing.rung() };
    // How much was native before a contradiction was found depends on the threads, and none of it counts.
    let native = standing.unit.as_ref().filter(|_| rung > Rung::Cpython);
    let tally = native.map(|unit| unit.tally()).unwrap_or_default();
    let place = standing.obstacle.as_ref().and_then(|obstacle| obstacle.place());
    let overturned = standing.unit.as_ref().and_then(|unit| unit.overturned());
    let obstacle = match overturned {
        Some(_) => Some("it answered differently than CPython".to_owned()),
        None => standing.obstacle.as_ref().map(|obstacle| obstacle.to_string()),
    };
    RungRow {
        strategy_name: subject.strategy.name.clone(),
        rung,
        native_runs: tally.native,
        replayed_runs: tally.replayed,
        witnessed_runs: tally.witnessed,
        obstacle,
        file: place.map(|(file, _)| file.to_owned()),
        line: place.map(|(_, line)| line),
    }
}

/// By the rung's name, from the top; rungs nobody stands on count zero.
pub fn count(rows: &[RungRow]) -> Value {
    let counts =
        Rung::ALL.map(|rung| (rung.name().to_owned(), json!(rows.iter().filter(|row| row.rung == rung).count())));
    Value::Object(Map::from_iter(counts))
}

/// `rungs: 3 compiled, 0 interpreted, 2 columnar, 18 cpython, 1 refused`
pub fn line(counts: &Value) -> String {
    let parts = Rung::ALL.map(|rung| format!("{} {}", counts[rung.name()], rung.name()));
    format!("rungs: {}", parts.join(", "))
}
