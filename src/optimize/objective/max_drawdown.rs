//! Largest drawdown as a negative fraction in [-1, 0], so larger is better. Undefined where nothing was held.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.max_drawdown
}

pub(super) const DEFINITION: Definition =
    Definition { name: "max_drawdown", direction: Direction::Maximise, idle: 0.0, of };
