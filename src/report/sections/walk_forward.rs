use super::backtest_types::Bounds;
use super::figure::Figure;
use super::scenarios::plain;
use crate::report::chart::{Axis, Caption, Line, Lines, Shape, Tone, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One market under one scheme of training windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WalkRow {
    pub market: String,
    /// REAL-OOS or SIM.
    pub badge: String,
    pub scheme: String,
    pub windows: u64,
    pub gap_bars: u64,
    pub look_back: String,
    /// Of the stitched pieces, annualised.
    pub sharpe: Bounds,
    /// Of the worst single piece.
    pub sharpe_worst: Option<f64>,
    /// Of the values in force on the same bars.
    pub sharpe_unchanged: Option<f64>,
    pub efficiency: Option<f64>,
    pub efficiency_reason: Option<String>,
    pub return_efficiency: Option<f64>,
    pub max_drawdown: Option<f64>,
    pub drift: Vec<DriftRow>,
    /// Oldest first.
    pub pieces: Vec<PieceRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DriftRow {
    pub parameter: String,
    /// Share of the searched range that the choices spread over.
    pub spread: f64,
}

/// One training window and the piece that was traded after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PieceRow {
    /// First and last bar of the piece, microseconds since the Unix epoch, UTC.
    pub start: i64,
    pub end: i64,
    /// Sharpe ratio in training of what was chosen there, on the piece, and of the values in force on the piece.
    pub trained: Option<f64>,
    pub tested: Option<f64>,
    pub unchanged: Option<f64>,
    pub total_return: f64,
    pub trades: u64,
    /// Searched parameters as chosen, `fast=5, slow=40`; empty where the values in force were kept.
    pub chosen: String,
}

/// The scheme whose windows are drawn: rolling where it was walked.
pub(super) fn scheme(walks: &[WalkRow]) -> Option<&str> {
    walks.iter().map(|walk| walk.scheme.as_str()).max()
}

/// In and out of sample by window, one chart for each market.
pub(super) fn figures(walks: &[WalkRow]) -> Vec<Figure> {
    let shown = scheme(walks);
    walks.iter().filter(|walk| Some(walk.scheme.as_str()) == shown).filter_map(figure).collect()
}

fn figure(walk: &WalkRow) -> Option<Figure> {
    let line = |name: &str, tone: Tone, of: &dyn Fn(&PieceRow) -> Option<f64>| {
        let held = |piece: &PieceRow| {
            let value = of(piece).unwrap_or(f64::NAN);
            [(piece.start as f64, value), (piece.end as f64, value)]
        };
        Line {
            name: name.to_owned(),
            tone,
            shape: Shape::Straight,
            points: walk.pieces.iter().flat_map(held).collect(),
        }
    };
    let market = plain(&walk.market);
    let chart = Lines {
        caption: Caption {
            title: format!("Walk-forward on {market}, {} windows", walk.scheme),
            description: format!("Sharpe ratio of {} windows in training and on the piece after it.", walk.windows),
        },
        x: Axis::new("", Unit::Date),
        y: Axis::new("Sharpe ratio", Unit::Number),
        lines: vec![
            line("in training", Tone::Muted, &|piece| piece.trained),
            line("out of sample", Tone::Main, &|piece| piece.tested),
            line("values in force", Tone::Other, &|piece| piece.unchanged),
        ],
        reference: Some(0.0),
        ..Lines::default()
    };
    Figure::new(&market, &walk.badge, format!("{} windows", walk.scheme), chart.svg())
}
