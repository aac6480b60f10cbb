use crate::stats::Neumaier;
use std::ops::{AddAssign, Range};

/// Sums over returns: of them, of their squares, of their squared shortfalls below a floor.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub returns: f64,
    pub squares: f64,
    pub downside: f64,
}

/// Sums as they are added up over a whole run. Returns may cancel and are compensated; the others only grow.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Accumulated {
    returns: Neumaier,
    squares: f64,
    downside: f64,
}

impl AddAssign<Sums> for Accumulated {
    #[inline]
    fn add_assign(&mut self, sums: Sums) {
        self.returns.add(sums.returns);
        self.squares += sums.squares;
        self.downside += sums.downside;
    }
}

impl Accumulated {
    pub fn total(self) -> Sums {
        Sums { returns: self.returns.total(), squares: self.squares, downside: self.downside }
    }
}

/// A running sum in two parts, whose differences lose no digits to what came before them.
#[derive(Debug, Clone, Copy, Default)]
struct Split {
    high: f64,
    low: f64,
}

impl Split {
    fn plus(self, value: f64) -> Self {
        // Knuth's exact sum, its error kept in the low part.
        let high = self.high + value;
        let back = high - self.high;
        let error = (self.high - (high - back)) + (value - back);
        Self { high, low: self.low + error }
    }

    fn minus(self, before: Self) -> f64 {
        (self.high - before.high) + (self.low - before.low)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Until {
    returns: Split,
    squares: Split,
    downside: Split,
}

/// What a market returned from close to close, in running sums.
#[derive(Debug)]
pub(super) struct Totals(Vec<Until>);

impl Totals {
    pub fn of(closes: &[f64], floor: f64) -> Self {
        let mut until = Until::default();
        let mut found = Vec::with_capacity(closes.len());
        found.extend((!closes.is_empty()).then_some(until));
        found.extend(closes.windows(2).map(|pair| {
            let change = pair[1] / pair[0] - 1.0;
            let below = (change - floor).min(0.0);
            until = Until {
                returns: until.returns.plus(change),
                squares: until.squares.plus(change * change),
                downside: until.downside.plus(below * below),
            };
            until
        }));
        Self(found)
    }

    /// Over the returns from the first close of `bars` to its last.
    #[inline]
    pub fn within(&self, bars: Range<usize>) -> Sums {
        let (from, to) = (&self.0[bars.start], &self.0[bars.end - 1]);
        Sums {
            returns: to.returns.minus(from.returns),
            squares: to.squares.minus(from.squares),
            downside: to.downside.minus(from.downside),
        }
    }
}
