use super::backtest_types::Bounds;
use super::figure::Figure;
use super::scenarios::plain;
use crate::report::chart::{Axis, Caption, Forest, Stem, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One scenario or market, resampled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResampledRow {
    pub market: String,
    pub sharpe: Bounds,
    pub total_return: Bounds,
    pub max_drawdown: Bounds,
    pub profit_factor: Bounds,
    /// Mean block in bars, for the Sharpe ratio and for the drawdown.
    pub block_length: Option<f64>,
    pub block_length_drawdown: Option<f64>,
}

/// The Sharpe ratios' intervals, one above the other.
pub(super) fn figure(strategy: &str, rows: &[ResampledRow], level: f64) -> Option<Figure> {
    let stems = rows
        .iter()
        .map(|row| Stem {
            label: plain(&row.market),
            low: row.sharpe.low,
            high: row.sharpe.high,
            estimate: row.sharpe.estimate,
            reason: row.sharpe.reason.clone().unwrap_or_default().replace('_', " "),
        })
        .collect();
    let forest = Forest {
        caption: Caption {
            title: format!("Sharpe ratios of {strategy} with bootstrap intervals"),
            description: "One line for each scenario or market; the bootstrap's table has the figures.".to_owned(),
        },
        x: Axis::new("Sharpe ratio", Unit::Number),
        reference: Some(0.0),
        stems,
    };
    let note = format!("{:.0}% intervals around the figure itself", level * 100.0);
    Figure::new("How sure the Sharpe ratios are", "RESAMPLED", note, forest.svg())
}
