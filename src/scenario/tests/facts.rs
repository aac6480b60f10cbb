//! The stylised facts of statistics §4.1, as they were measured on real bars.

use crate::market::Series;
use std::f64::consts::LN_2;

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn sd(values: &[f64]) -> f64 {
    let centre = mean(values);
    (values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

pub fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let (a, b) = (mean(left), mean(right));
    let product: Vec<f64> = left.iter().zip(right).map(|(x, y)| (x - a) * (y - b)).collect();
    mean(&product) / (sd(left) * sd(right))
}

/// Correlation with itself `lag` bars later.
pub fn acf(values: &[f64], lag: usize) -> f64 {
    correlation(&values[..values.len() - lag], &values[lag..])
}

/// Type-7 quantile.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * (sorted.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

pub fn excess_kurtosis(values: &[f64]) -> f64 {
    let (centre, spread) = (mean(values), sd(values));
    values.iter().map(|value| ((value - centre) / spread).powi(4)).sum::<f64>() / values.len() as f64 - 3.0
}

/// Hill's estimate of the tail index from the lowest 5%.
fn hill(returns: &[f64]) -> f64 {
    let mut losses: Vec<f64> = returns.iter().map(|value| -value).collect();
    losses.sort_by(|a, b| b.total_cmp(a));
    let count = losses.len() / 20;
    1.0 / mean(&losses[..count].iter().map(|loss| (loss / losses[count]).ln()).collect::<Vec<_>>())
}

#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub excess_kurtosis: f64,
    pub excess_kurtosis_of_21: f64,
    pub hill: f64,
    pub acf_return: f64,
    pub acf_move: [f64; 3],
    pub leverage: f64,
    pub down_over_up: f64,
    pub parkinson_over_close: f64,
    pub parkinson_over_open_close: f64,
    pub gap_share: f64,
    pub body_over_range: f64,
    pub acf_range: f64,
    pub volume_with_move: f64,
    pub acf_volume: f64,
    pub sd_volume: f64,
}

pub fn facts(path: &Series) -> Facts {
    let logs = |values: &[f64]| values.iter().map(|value| value.ln()).collect::<Vec<_>>();
    let (open, high, low, close) = (logs(&path.open), logs(&path.high), logs(&path.low), logs(&path.close));
    let returns: Vec<f64> = close.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let moves: Vec<f64> = returns.iter().map(|value| value.abs()).collect();
    let gaps: Vec<f64> = close.iter().zip(&open[1..]).map(|(before, open)| open - before).collect();
    let bodies: Vec<f64> = open[1..].iter().zip(&close[1..]).map(|(open, close)| close - open).collect();
    let ranges: Vec<f64> = high[1..].iter().zip(&low[1..]).map(|(high, low)| high - low).collect();
    let volume = logs(&path.volume[1..]);
    let squares: Vec<f64> = ranges.iter().map(|range| range * range).collect();
    let parkinson = (mean(&squares) / (4.0 * LN_2)).sqrt();
    let months: Vec<f64> = returns.chunks_exact(21).map(|month| month.iter().sum()).collect();
    let fills: Vec<f64> = bodies.iter().zip(&ranges).map(|(body, range)| body.abs() / range).collect();
    Facts {
        excess_kurtosis: excess_kurtosis(&returns),
        excess_kurtosis_of_21: excess_kurtosis(&months),
        hill: hill(&returns),
        acf_return: acf(&returns, 1),
        acf_move: [1, 5, 20].map(|lag| acf(&moves, lag)),
        leverage: correlation(&returns[..returns.len() - 1], &moves[1..]),
        down_over_up: -quantile(&returns, 0.01) / quantile(&returns, 0.99),
        parkinson_over_close: parkinson / sd(&returns),
        parkinson_over_open_close: parkinson / sd(&bodies),
        gap_share: (sd(&gaps) / sd(&returns)).powi(2),
        body_over_range: quantile(&fills, 0.5),
        acf_range: acf(&ranges, 1),
        volume_with_move: correlation(&volume, &moves),
        acf_volume: acf(&volume, 1),
        sd_volume: sd(&volume),
    }
}
