//! The stylised facts of statistics §4.1, measured on bars as they were measured on real ones.

use crate::market::Series;
use crate::stats::{Statistic, Undefined, quantile, student_degrees_of_freedom, sum};
use serde::{Deserialize, Serialize};
use std::f64::consts::LN_2;

/// What real markets have in common. All of log returns r, moves |r|, log ranges and log volumes per bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// m4/m2² − 3 of r.
    ExcessKurtosis,
    /// That of sums of 21 bars, less that of single bars: tails thin out with time.
    AggregationalKurtosis,
    /// Degrees of freedom of a Student t fitted to r.
    StudentDf,
    /// Hill's estimate of the left tail's index from the lowest 5%.
    HillLeft,
    AcfReturn1,
    AcfMove1,
    AcfMove5,
    AcfMove20,
    /// Correlation of r with the next bar's |r|.
    Leverage,
    /// −q01/q99 of r.
    DownOverUp,
    /// Parkinson's volatility over that of closes.
    ParkinsonOverClose,
    /// Parkinson's volatility over that from open to close.
    ParkinsonOverBody,
    /// Share of the variance between close and open.
    GapShare,
    /// Median of |close − open| over high − low.
    BodyOverRange,
    AcfRange1,
    /// Correlation of detrended log volume with |r|.
    VolumeWithMove,
    AcfVolume1,
    /// Standard deviation of detrended log volume.
    VolumeSd,
}

/// Log volume is taken relative to its mean over as many bars up to its own.
const TREND: usize = 63;

/// Below this there is nothing to measure memory on.
const LEAST_BARS: usize = 250;

impl Fact {
    pub const ALL: [Self; 18] = [
        Self::ExcessKurtosis,
        Self::AggregationalKurtosis,
        Self::StudentDf,
        Self::HillLeft,
        Self::AcfReturn1,
        Self::AcfMove1,
        Self::AcfMove5,
        Self::AcfMove20,
        Self::Leverage,
        Self::DownOverUp,
        Self::ParkinsonOverClose,
        Self::ParkinsonOverBody,
        Self::GapShare,
        Self::BodyOverRange,
        Self::AcfRange1,
        Self::VolumeWithMove,
        Self::AcfVolume1,
        Self::VolumeSd,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::ExcessKurtosis => "excess_kurtosis",
            Self::AggregationalKurtosis => "aggregational_kurtosis",
            Self::StudentDf => "student_df",
            Self::HillLeft => "hill_left",
            Self::AcfReturn1 => "acf_return_1",
            Self::AcfMove1 => "acf_move_1",
            Self::AcfMove5 => "acf_move_5",
            Self::AcfMove20 => "acf_move_20",
            Self::Leverage => "leverage",
            Self::DownOverUp => "down_over_up",
            Self::ParkinsonOverClose => "parkinson_over_close",
            Self::ParkinsonOverBody => "parkinson_over_body",
            Self::GapShare => "gap_share",
            Self::BodyOverRange => "body_over_range",
            Self::AcfRange1 => "acf_range_1",
            Self::VolumeWithMove => "volume_with_move",
            Self::AcfVolume1 => "acf_volume_1",
            Self::VolumeSd => "volume_sd",
        }
    }
}

/// Every fact of one market, in the order of [`Fact::ALL`]. `TooFewBars` below 250 bars; a market without volume has
/// the facts of prices.
pub fn measure(path: &Series) -> Vec<(Fact, Statistic)> {
    if path.len() < LEAST_BARS {
        return Fact::ALL.into_iter().map(|fact| (fact, Err(Undefined::TooFewBars))).collect();
    }
    let columns = Columns::of(path);
    Fact::ALL.into_iter().map(|fact| (fact, columns.measure(fact).and_then(finite))).collect()
}

/// One fact alone, as [`measure`] has it.
pub fn measure_one(path: &Series, fact: Fact) -> Statistic {
    if path.len() < LEAST_BARS {
        return Err(Undefined::TooFewBars);
    }
    Columns::of(path).measure(fact).and_then(finite)
}

fn finite(value: f64) -> Statistic {
    if value.is_finite() { Ok(value) } else { Err(Undefined::ZeroVariance) }
}

/// From the second bar on, so that all are of one length.
struct Columns {
    returns: Vec<f64>,
    moves: Vec<f64>,
    gaps: Vec<f64>,
    bodies: Vec<f64>,
    ranges: Vec<f64>,
    /// Detrended, from bar `TREND` on; None where something was not traded.
    volume: Option<Vec<f64>>,
}

impl Columns {
    fn of(path: &Series) -> Self {
        let logs = |values: &[f64]| values.iter().map(|value| value.ln()).collect::<Vec<_>>();
        let (open, high, low, close) = (logs(&path.open), logs(&path.high), logs(&path.low), logs(&path.close));
        let returns: Vec<f64> = close.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let traded = path.volume.iter().all(|volume| *volume > 0.0);
        Self {
            moves: returns.iter().map(|value| value.abs()).collect(),
            gaps: close.iter().zip(&open[1..]).map(|(before, open)| open - before).collect(),
            bodies: open[1..].iter().zip(&close[1..]).map(|(open, close)| close - open).collect(),
            ranges: high[1..].iter().zip(&low[1..]).map(|(high, low)| high - low).collect(),
            volume: traded.then(|| detrended(&logs(&path.volume))),
            returns,
        }
    }

    fn measure(&self, fact: Fact) -> Statistic {
        let returns = &self.returns;
        let volume = || self.volume.as_deref().ok_or(Undefined::ZeroVariance);
        Ok(match fact {
            Fact::ExcessKurtosis => excess_kurtosis(returns),
            Fact::AggregationalKurtosis => {
                let months: Vec<f64> = returns.chunks_exact(21).map(|month| month.iter().sum()).collect();
                excess_kurtosis(&months) - excess_kurtosis(returns)
            }
            Fact::StudentDf => student_degrees_of_freedom(returns)?,
            Fact::HillLeft => hill(returns),
            Fact::AcfReturn1 => acf(returns, 1),
            Fact::AcfMove1 => acf(&self.moves, 1),
            Fact::AcfMove5 => acf(&self.moves, 5),
            Fact::AcfMove20 => acf(&self.moves, 20),
            Fact::Leverage => correlation(&returns[..returns.len() - 1], &self.moves[1..]),
            Fact::DownOverUp => -quantile(returns, 0.01)? / quantile(returns, 0.99)?,
            Fact::ParkinsonOverClose => self.parkinson() / sd(returns),
            Fact::ParkinsonOverBody => self.parkinson() / sd(&self.bodies),
            Fact::GapShare => (sd(&self.gaps) / sd(returns)).powi(2),
            Fact::BodyOverRange => {
                let pairs = self.bodies.iter().zip(&self.ranges).filter(|(_, range)| **range > 0.0);
                quantile(&pairs.map(|(body, range)| body.abs() / range).collect::<Vec<_>>(), 0.5)?
            }
            Fact::AcfRange1 => acf(&self.ranges, 1),
            Fact::VolumeWithMove => correlation(volume()?, &self.moves[TREND - 2..]),
            Fact::AcfVolume1 => acf(volume()?, 1),
            Fact::VolumeSd => sd(volume()?),
        })
    }

    /// Parkinson (1980), Journal of Business 53, 61-65.
    fn parkinson(&self) -> f64 {
        let squares: Vec<f64> = self.ranges.iter().map(|range| range * range).collect();
        (mean(&squares) / (4.0 * LN_2)).sqrt()
    }
}

fn detrended(values: &[f64]) -> Vec<f64> {
    values.windows(TREND).map(|window| window[TREND - 1] - mean(window)).collect()
}

pub(super) fn mean(values: &[f64]) -> f64 {
    sum(values.iter().copied()) / values.len() as f64
}

pub(super) fn sd(values: &[f64]) -> f64 {
    let centre = mean(values);
    (sum(values.iter().map(|value| (value - centre).powi(2))) / values.len() as f64).sqrt()
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let (a, b) = (mean(left), mean(right));
    let product = sum(left.iter().zip(right).map(|(x, y)| (x - a) * (y - b))) / left.len() as f64;
    product / (sd(left) * sd(right))
}

/// Correlation with itself `lag` bars later.
fn acf(values: &[f64], lag: usize) -> f64 {
    correlation(&values[..values.len() - lag], &values[lag..])
}

fn excess_kurtosis(values: &[f64]) -> f64 {
    let (centre, spread) = (mean(values), sd(values));
    sum(values.iter().map(|value| ((value - centre) / spread).powi(4))) / values.len() as f64 - 3.0
}

/// Hill (1975), Annals of Statistics 3, 1163-1174.
fn hill(returns: &[f64]) -> f64 {
    let mut losses: Vec<f64> = returns.iter().map(|value| -value).collect();
    losses.sort_by(|a, b| b.total_cmp(a));
    let count = losses.len() / 20;
    1.0 / mean(&losses[..count].iter().map(|loss| (loss / losses[count]).ln()).collect::<Vec<_>>())
}
