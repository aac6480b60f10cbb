use super::{extremes::Extremes, metrics::Metrics, params::Params, summarise::measure, totals::Totals};
use crate::market::Series;
use crate::stats::risk_free_per_bar;
use crate::strategy::{Change, Exposures};
use std::ops::Range;

/// A series of bars with what every run over it can share, computed once.
#[derive(Debug)]
pub struct Market<'a> {
    pub(super) series: &'a Series,
    pub(super) periods_per_year: f64,
    /// Annual.
    pub(super) risk_free: f64,
    pub(super) tables: Option<Tables>,
}

/// What a position that does not change can be read from.
#[derive(Debug)]
pub(super) struct Tables {
    pub totals: Totals,
    pub extremes: Extremes,
    pub climbs: Vec<Climb>,
}

/// From one close to the next that is not below it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Climb {
    /// Bar of the next close that is at least as high, or the number of bars.
    pub next: usize,
    /// Lowest close before `next`, this one included.
    pub lowest: f64,
}

/// Closes that fall below a record by less than this share of it are too close to be told apart in every equity.
const DISTINCT: f64 = 1.0 / (1_u64 << 40) as f64;

impl<'a> Market<'a> {
    /// For many runs. `risk_free` is an annual fraction.
    pub fn prepare(series: &'a Series, periods_per_year: f64, risk_free: f64) -> Self {
        let closes = &series.close;
        let tables = climbs(closes).map(|climbs| Tables {
            totals: Totals::of(closes, risk_free_per_bar(risk_free, periods_per_year)),
            extremes: Extremes::of(closes),
            climbs,
        });
        Self { series, periods_per_year, risk_free, tables }
    }

    /// For a few runs, which tables would not pay for.
    pub const fn bare(series: &'a Series, periods_per_year: f64, risk_free: f64) -> Self {
        Self { series, periods_per_year, risk_free, tables: None }
    }

    pub const fn bars(&self) -> usize {
        self.series.close.len()
    }

    /// The metrics of [`simulate`](super::simulate) over a span of bars as if they were a series of their own:
    /// within 1e-12, relative above one. `exposure` has one value per bar of the span; NaN means as before.
    ///
    /// # Panics
    /// If there is not exactly one exposure per bar of the span, or the span is not within the series.
    pub fn summarise(&self, span: Range<usize>, exposure: &[f64], params: &Params) -> Metrics {
        assert_eq!(span.len(), exposure.len(), "one exposure per bar");
        measure(self, span, Exposures::new(exposure), params)
    }

    /// The same, given only where the target changes, in the order of bars. Its cost is that of the changes:
    /// nothing is paid for a bar on which an all-in or an empty position stays as it is.
    ///
    /// # Panics
    /// If bars do not ascend or a target is NaN (both in debug builds), or a bar or the span is out of range.
    pub fn summarise_changes(&self, span: Range<usize>, changes: &[Change], params: &Params) -> Metrics {
        debug_assert!(changes.is_sorted_by(|a, b| a.bar < b.bar), "bars of changes ascend");
        debug_assert!(changes.iter().all(|change| !change.target.is_nan()), "a change has a target");
        assert!(changes.last().is_none_or(|change| change.bar < span.len()), "changes within the span");
        measure(self, span, changes.iter().copied(), params)
    }
}

/// None where a close is not a positive number, or where equity might not order bars as closes do.
fn climbs(closes: &[f64]) -> Option<Vec<Climb>> {
    let bars = closes.len();
    let mut found: Vec<Climb> = closes.iter().map(|&close| Climb { next: bars, lowest: close }).collect();
    for bar in (0..bars).rev() {
        let close = closes[bar];
        if !(close.is_normal() && close > 0.0) {
            return None;
        }
        let (mut next, mut lowest) = (bar + 1, close);
        while next < bars && closes[next] < close {
            if closes[next] > close * (1.0 - DISTINCT) {
                return None;
            }
            lowest = lowest.min(found[next].lowest);
            next = found[next].next;
        }
        found[bar] = Climb { next, lowest };
    }
    Some(found)
}
