use super::{BarFault, FaultReason};
use std::ops::Range;

/// One bar. Prices in the instrument's currency, `timestamp` in microseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    pub timestamp: i64,
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    pub volume: f64,
}

/// Bars of one market, oldest first, as a struct of arrays of equal length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// `historical:IBM`, or `bull/train/3` for a simulated path.
    pub name: String,
    pub timestamp: Vec<i64>,
    pub open: Vec<f64>,
    pub high: Vec<f64>,
    pub low: Vec<f64>,
    pub close: Vec<f64>,
    pub volume: Vec<f64>,
    /// Bars per year, used only to annualise: 252 for exchange days, 365 for crypto days.
    pub periods_per_year: f64,
}

impl Series {
    pub fn len(&self) -> usize {
        self.timestamp.len()
    }

    pub fn is_empty(&self) -> bool {
        self.timestamp.is_empty()
    }

    pub fn bar(&self, index: usize) -> Bar {
        Bar {
            timestamp: self.timestamp[index],
            open: self.open[index],
            high: self.high[index],
            low: self.low[index],
            close: self.close[index],
            volume: self.volume[index],
        }
    }

    /// The bars of `range` as a series of their own, under the same name.
    pub fn slice(&self, range: Range<usize>) -> Self {
        Self {
            name: self.name.clone(),
            timestamp: self.timestamp[range.clone()].to_vec(),
            open: self.open[range.clone()].to_vec(),
            high: self.high[range.clone()].to_vec(),
            low: self.low[range.clone()].to_vec(),
            close: self.close[range.clone()].to_vec(),
            volume: self.volume[range].to_vec(),
            periods_per_year: self.periods_per_year,
        }
    }

    /// The five value columns in file order, with their names.
    pub fn columns(&self) -> [(&'static str, &[f64]); 5] {
        [
            ("open", &self.open),
            ("high", &self.high),
            ("low", &self.low),
            ("close", &self.close),
            ("volume", &self.volume),
        ]
    }

    /// Refuses a series no simulation may see.
    ///
    /// # Errors
    /// The first bar that is not finite, not positive, out of order, repeated, or whose high and low do
    /// not enclose its open and close.
    pub fn check(&self) -> Result<(), BarFault> {
        let expected = self.len();
        let fault = |bar, reason| Err(BarFault { bar, reason });
        if expected == 0 {
            return fault(0, FaultReason::Empty);
        }
        for (column, values) in self.columns() {
            if values.len() != expected {
                let found = values.len();
                return fault(found.min(expected), FaultReason::UnequalLengths { column, expected, found });
            }
        }
        for bar in 0..expected {
            if bar > 0 && self.timestamp[bar] == self.timestamp[bar - 1] {
                return fault(bar, FaultReason::DuplicateTimestamp);
            }
            if bar > 0 && self.timestamp[bar] < self.timestamp[bar - 1] {
                return fault(bar, FaultReason::DescendingTimestamp);
            }
            for (column, values) in self.columns() {
                let value = values[bar];
                if !value.is_finite() {
                    return fault(bar, FaultReason::NotFinite { column, value });
                }
                if column == "volume" && value < 0.0 {
                    return fault(bar, FaultReason::NegativeVolume { value });
                }
                if column != "volume" && value <= 0.0 {
                    return fault(bar, FaultReason::NotPositive { column, value });
                }
            }
            let Bar { open, high, low, close, .. } = self.bar(bar);
            if high < low {
                return fault(bar, FaultReason::HighBelowLow { high, low });
            }
            if high < open.max(close) {
                return fault(bar, FaultReason::HighBelowBody { high, body: open.max(close) });
            }
            if low > open.min(close) {
                return fault(bar, FaultReason::LowAboveBody { low, body: open.min(close) });
            }
        }
        Ok(())
    }
}
