//! Annual Sortino ratio, net of costs. Undefined without a losing bar.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.sortino_ratio
}

pub(super) const DEFINITION: Definition = Definition { name: "sortino", direction: Direction::Maximise, idle: 0.0, of };
