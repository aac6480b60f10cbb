//! Annual volatility as a fraction; smaller is better. Undefined where nothing was held.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.volatility
}

pub(super) const DEFINITION: Definition =
    Definition { name: "volatility", direction: Direction::Minimise, idle: 0.0, of };
