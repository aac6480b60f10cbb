//! Annual Sharpe ratio, net of costs. Undefined where the equity never moved or there are too few bars.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.sharpe_ratio
}

pub(super) const DEFINITION: Definition = Definition { name: "sharpe", direction: Direction::Maximise, idle: 0.0, of };
