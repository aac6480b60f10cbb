//! Final equity over initial capital, less one. Undefined where nothing was held, so that staying out does not beat a small loss.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.total_return
}

pub(super) const DEFINITION: Definition =
    Definition { name: "total_return", direction: Direction::Maximise, idle: 0.0, of };
