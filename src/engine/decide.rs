use crate::market::{Bar, Series};

/// The bars up to and including now. No later one can be reached from here.
#[derive(Debug, Clone, Copy)]
pub struct MarketView<'a> {
    series: &'a Series,
    now: usize,
}

impl<'a> MarketView<'a> {
    pub(super) fn new(series: &'a Series, now: usize) -> Self {
        Self { series, now }
    }

    /// Zero-based index of the present bar.
    pub fn index(&self) -> usize {
        self.now
    }

    pub fn bar(&self) -> Bar {
        self.series.bar(self.now)
    }

    /// The bar `back` bars ago; `ago(0)` is the present one.
    pub fn ago(&self, back: usize) -> Option<Bar> {
        self.now.checked_sub(back).map(|index| self.series.bar(index))
    }

    pub fn timestamp(&self) -> &'a [i64] {
        &self.series.timestamp[..=self.now]
    }

    pub fn open(&self) -> &'a [f64] {
        &self.series.open[..=self.now]
    }

    pub fn high(&self) -> &'a [f64] {
        &self.series.high[..=self.now]
    }

    pub fn low(&self) -> &'a [f64] {
        &self.series.low[..=self.now]
    }

    pub fn close(&self) -> &'a [f64] {
        &self.series.close[..=self.now]
    }

    pub fn volume(&self) -> &'a [f64] {
        &self.series.volume[..=self.now]
    }
}

/// Asked once per bar, oldest first.
pub trait Decide {
    /// Target exposure in [-1, 1], clipped; NaN means as before.
    fn decide(&mut self, view: MarketView<'_>) -> f64;
}

impl<F: FnMut(MarketView<'_>) -> f64> Decide for F {
    fn decide(&mut self, view: MarketView<'_>) -> f64 {
        self(view)
    }
}
