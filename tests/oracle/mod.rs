//! Statistics against values that other people's packages gave.

mod overfitting;
mod paired_t;
mod performance;
mod purged_combinations;
mod selection;

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

/// Returns of 19 moving-average crossings on the S&P 500 and of holding it: see `grid.definition` in `overfit.json`. The
/// file has the index' returns and, as a digit for each crossing, whether it was invested.
pub struct Grid {
    pub names: Vec<String>,
    pub columns: Vec<Vec<f64>>,
    pub buy_hold: Vec<f64>,
}

impl Grid {
    pub fn read() -> Self {
        let text = include_str!("returns/SPX_sma_grid.csv");
        let names = json(include_str!("overfit.json"))["grid"]["names"].clone();
        let names: Vec<String> = serde_json::from_value(names).unwrap();
        let buy_hold = column(text, 1);
        let mut columns = vec![Vec::new(); names.len()];
        for (line, &change) in text.lines().skip(1).zip(&buy_hold) {
            for (column, position) in columns.iter_mut().zip(line.chars()) {
                column.push(if position == '1' { change } else { 0.0 });
            }
        }
        Self { names, columns, buy_hold }
    }

    pub fn named(&self, name: &str) -> &[f64] {
        &self.columns[self.names.iter().position(|other| other == name).unwrap()]
    }

    pub fn slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }
}
