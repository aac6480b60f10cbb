//! Gross profit over gross loss of closed trades, net of costs. Undefined without a closed trade or without a loss; breaking even is 1.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.profit_factor
}

pub(super) const DEFINITION: Definition =
    Definition { name: "profit_factor", direction: Direction::Maximise, idle: 1.0, of };
