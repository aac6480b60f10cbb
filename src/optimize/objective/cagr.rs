//! Growth per year as a fraction; -1 for a wiped-out account. Undefined where nothing was held.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.cagr
}

pub(super) const DEFINITION: Definition = Definition { name: "cagr", direction: Direction::Maximise, idle: 0.0, of };
