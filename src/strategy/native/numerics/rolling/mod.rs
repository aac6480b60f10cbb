//! pandas' windows over a column, `pandas/_libs/window/aggregations.pyx`. NaN is no observation; what pandas makes of
//! infinite values before ([`prepared`]) is the caller's to do.

mod extremes;
mod mean;
mod order;
mod sum;
mod variance;

pub use extremes::{max, min};
pub use mean::mean;
pub use order::{median, quantile};
pub use sum::sum;
pub use variance::{standard_deviation, variance};

use std::borrow::Cow;

/// Which rows a window holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Window {
    /// `rolling(n)`: up to `n` rows that end with this one.
    Last(usize),
    /// `expanding()`: all rows up to this one.
    All,
}

impl Window {
    /// The first row of the window that ends with `row`.
    fn start(self, row: usize) -> usize {
        match self {
            Self::Last(rows) => (row + 1).saturating_sub(rows),
            Self::All => 0,
        }
    }

    /// It shares no row with the one before it, so everything begins anew.
    fn is_fresh(self, row: usize) -> bool {
        row == 0 || self.start(row) >= row
    }
}

/// Infinite values are no observations: `BaseWindow._prep_values`.
pub fn prepared(values: &[f64]) -> Cow<'_, [f64]> {
    if values.iter().any(|x| x.is_infinite()) {
        Cow::Owned(values.iter().map(|&x| if x.is_infinite() { f64::NAN } else { x }).collect())
    } else {
        Cow::Borrowed(values)
    }
}

/// Observations of each window: `rolling(n).count()`, and what decides about `min_periods`.
pub fn count(values: &[f64], window: Window, least: usize) -> Vec<f64> {
    let mut seen = 0_usize;
    (0..values.len())
        .map(|row| {
            let start = window.start(row);
            let before = if row == 0 { 0 } else { window.start(row - 1) };
            seen -= values[before..start.min(row)].iter().filter(|x| !x.is_nan()).count();
            if start <= row {
                seen += usize::from(!values[row].is_nan());
            }
            if row + 1 - start >= least { seen as f64 } else { f64::NAN }
        })
        .collect()
}

/// One number, added and taken away with the error that each addition makes (Kahan).
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    sum: f64,
    added: f64,
    removed: f64,
}

impl Total {
    fn add(&mut self, value: f64) {
        let y = value - self.added;
        let t = self.sum + y;
        self.added = t - self.sum - y;
        self.sum = t;
    }

    fn remove(&mut self, value: f64) {
        let y = -value - self.removed;
        let t = self.sum + y;
        self.removed = t - self.sum - y;
        self.sum = t;
    }
}

/// How many of the latest observations are the same number.
#[derive(Debug, Clone, Copy)]
struct Repeats {
    value: f64,
    count: usize,
}

impl Repeats {
    fn see(&mut self, value: f64) {
        self.count = if value == self.value { self.count + 1 } else { 1 };
        self.value = value;
    }
}
