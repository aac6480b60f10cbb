//! Statistics against values that other people's packages gave.

mod overfitting;
mod paired_t;
mod performance;

use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A column of a CSV file by its place.
fn column(text: &str, place: usize) -> Vec<f64> {
    text.lines().skip(1).map(|line| line.split(',').nth(place).unwrap().parse().unwrap()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[track_caller]
fn agrees(what: &str, found: f64, expected: f64) {
    let scale = expected.abs().max(1e-6);
    assert!((found - expected).abs() <= 1e-9 * scale, "{what}: {found:?}, the oracle has {expected:?}");
}

const RETURNS: [(&str, &str); 4] = [
    ("AAPL_1d_2004_2018", include_str!("returns/AAPL_1d_2004_2018.csv")),
    ("BTCUSDT_1d_2017_2021", include_str!("returns/BTCUSDT_1d_2017_2021.csv")),
    ("IBM_1d_2000_2013", include_str!("returns/IBM_1d_2000_2013.csv")),
    ("SPX_1d_2000_2020", include_str!("returns/SPX_1d_2000_2020.csv")),
];
