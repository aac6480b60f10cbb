//! Real bars freed from their price level.

use super::past_label::TRAILING;
use crate::market::Series;

/// A bar over the close before it, and its volume over the mean of the 63 before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Relative {
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    pub volume: f64,
}

/// Every bar of a market. The first has nothing before it: it is its own close before.
pub(super) fn relative(series: &Series) -> Vec<Relative> {
    (0..series.len())
        .map(|bar| {
            let before = series.close[bar.saturating_sub(1)];
            let recent = &series.volume[bar.saturating_sub(TRAILING)..bar];
            let mean = recent.iter().sum::<f64>() / recent.len().max(1) as f64;
            Relative {
                open: series.open[bar] / before,
                high: series.high[bar] / before,
                low: series.low[bar] / before,
                close: series.close[bar] / before,
                volume: if mean > 0.0 { series.volume[bar] / mean } else { 0.0 },
            }
        })
        .collect()
}

/// The volume that a relative one is a multiple of: the median bar's.
pub(super) fn usual_volume(series: &Series) -> f64 {
    let mut volumes = series.volume.clone();
    volumes.sort_by(f64::total_cmp);
    volumes[volumes.len() / 2]
}

impl Relative {
    /// Puts the bar at the end of `path`; the answer is its close.
    pub fn follow(&self, path: &mut Series, before: f64, usual_volume: f64) -> f64 {
        path.open.push(before * self.open);
        path.high.push(before * self.high);
        path.low.push(before * self.low);
        path.close.push(before * self.close);
        path.volume.push(usual_volume * self.volume);
        before * self.close
    }
}
