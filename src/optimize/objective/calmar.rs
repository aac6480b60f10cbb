//! CAGR over the largest drawdown. Undefined without a drawdown.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.calmar_ratio
}

pub(super) const DEFINITION: Definition = Definition { name: "calmar", direction: Direction::Maximise, idle: 0.0, of };
