use super::{Spread, StationaryBootstrap, Undefined};
use rand::Rng;

/// Stationary bootstrap of the means of several columns at once: each resample takes the same bars of every column, so
/// what they have in common stays. Prefix sums over the columns laid twice end to end, as for the Sharpe ratio.
pub(super) struct MeanBootstrap {
    rule: StationaryBootstrap,
    bars: usize,
    /// One row for each bar, and one more; deviations from the column's mean.
    until: Vec<f64>,
    columns: usize,
}

impl MeanBootstrap {
    /// # Errors
    /// `TooFewBars` for no columns, fewer than two bars or unequal lengths, `NotFinite`.
    pub(super) fn new(columns: &[&[f64]], block_length: f64) -> Result<Self, Undefined> {
        let bars = columns.first().ok_or(Undefined::TooFewBars)?.len();
        if bars < 2 || columns.iter().any(|column| column.len() != bars) {
            return Err(Undefined::TooFewBars);
        }
        let means = means(columns)?;
        let width = columns.len();
        let mut until = vec![0.0; width];
        until.reserve(2 * bars * width);
        for bar in 0..2 * bars {
            for (place, column) in columns.iter().enumerate() {
                until.push(until[bar * width + place] + (column[bar % bars] - means[place]));
            }
        }
        Ok(Self { rule: StationaryBootstrap::new(bars, block_length), bars, until, columns: width })
    }

    /// How far each column's mean in one resample lies from its mean in the sample.
    pub(super) fn draw(&self, rng: &mut impl Rng, shifts: &mut [f64]) {
        shifts.fill(0.0);
        for block in self.rule.blocks(rng, self.bars) {
            let row = |bar: usize| &self.until[bar * self.columns..][..self.columns];
            let (before, after) = (row(block.start), row(block.start + block.length));
            for (shift, (before, after)) in shifts.iter_mut().zip(before.iter().zip(after)) {
                *shift += after - before;
            }
        }
        shifts.iter_mut().for_each(|shift| *shift /= self.bars as f64);
    }
}

pub(super) fn means(columns: &[&[f64]]) -> Result<Vec<f64>, Undefined> {
    columns.iter().map(|column| Ok(Spread::of(column)?.mean)).collect()
}

/// The share of `resamples` statistics that reach the observed one, which counts as one of them: never 0, which
/// would be a claim of certainty (Davison and Hinkley 1997, Bootstrap Methods and their Application, 4.2).
pub(super) fn p_value(reached: usize, resamples: usize) -> f64 {
    (reached + 1) as f64 / (resamples + 1) as f64
}
