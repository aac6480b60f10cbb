//! Share of closed trades that gained, net of costs. Undefined without a closed trade.

use super::{Definition, Direction, MetricRow};

fn of(row: &MetricRow) -> Option<f64> {
    row.win_rate
}

pub(super) const DEFINITION: Definition =
    Definition { name: "win_rate", direction: Direction::Maximise, idle: 0.0, of };
