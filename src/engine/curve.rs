use super::ledger::Ledger;
use crate::stats::{Spread, Undefined, Underwater};

/// Equities that are measured together while they are in the first-level cache.
const BLOCK: usize = 128;
const LANES: usize = 4;

/// An equity curve that is measured as it passes and not kept.
pub(super) struct Curve {
    pub last: f64,
    pub water: Underwater,
    floor: f64,
    /// Equities since the last block, behind the one they start from.
    block: [f64; BLOCK + 1],
    filled: usize,
    moving: Spread,
    downside: f64,
    /// Bars on which equity did not move because nothing was held.
    still: usize,
    finite: bool,
}

impl Curve {
    /// `floor` is the risk-free rate per bar.
    pub fn new(initial: f64, floor: f64) -> Self {
        Self {
            last: initial,
            water: Underwater::new(initial),
            floor,
            block: [initial; BLOCK + 1],
            filled: 0,
            moving: Spread::EMPTY,
            downside: 0.0,
            still: 0,
            finite: true,
        }
    }

    /// Marks a stretch of closes over which the position does not change, and returns how many bars of it were
    /// marked: all of them, or those before the first at which equity is zero or less.
    pub fn mark(&mut self, ledger: &Ledger, closes: &[f64]) -> usize {
        let (cash, quantity) = (ledger.cash(), ledger.quantity());
        if quantity == 0.0 {
            self.settle(cash, closes.len());
            return closes.len();
        }
        let mut marked = 0;
        while marked < closes.len() {
            let room = (BLOCK - self.filled).min(closes.len() - marked);
            let part = &closes[marked..marked + room];
            let equities = &mut self.block[self.filled + 1..][..room];
            for (equity, close) in equities.iter_mut().zip(part) {
                *equity = cash + quantity * close;
            }
            let (low, high) = range(equities);
            let sound = if low > 0.0 { room } else { equities.iter().position(|&e| e <= 0.0).unwrap_or(room) };
            let equities = &equities[..sound];
            if sound == room && high < self.water.peak() {
                self.water.below(low, room);
            } else {
                equities.iter().for_each(|&equity| self.water.mark(equity));
            }
            self.filled += sound;
            marked += sound;
            self.last = self.block[self.filled];
            if self.filled == BLOCK {
                self.measure();
            }
            if sound < room {
                break;
            }
        }
        marked
    }

    /// `bars` bars at the same equity.
    pub fn settle(&mut self, equity: f64, bars: usize) {
        if bars == 0 {
            return;
        }
        self.block[self.filled + 1] = equity;
        self.filled += 1;
        self.still += bars - 1;
        self.last = equity;
        self.water.mark(equity);
        if equity < self.water.peak() {
            self.water.below(equity, bars - 1);
        }
        if self.filled == BLOCK {
            self.measure();
        }
    }

    /// The spread of all returns.
    pub fn returns(&mut self) -> Result<Spread, Undefined> {
        self.measure();
        let spread = self.moving.merge(Spread::of_constant(0.0, self.still));
        match spread.count {
            _ if !self.finite => Err(Undefined::NotFinite),
            0 => Err(Undefined::TooFewBars),
            _ => Ok(spread),
        }
    }

    /// Sum of squared returns below the floor.
    pub fn downside(&mut self) -> f64 {
        self.measure();
        self.downside + (0.0 - self.floor).min(0.0).powi(2) * self.still as f64
    }

    fn measure(&mut self) {
        let count = self.filled;
        if count == 0 {
            return;
        }
        let mut changes = [0.0; BLOCK];
        for (change, pair) in changes.iter_mut().zip(self.block[..=count].windows(2)) {
            *change = pair[1] / pair[0] - 1.0;
        }
        let changes = &changes[..count];
        let floor = self.floor;
        let mean = lanes(changes, |change| change) / count as f64;
        let squares = lanes(changes, |change| (change - mean) * (change - mean));
        self.downside += lanes(changes, |change| {
            let below = if change < floor { change - floor } else { 0.0 };
            below * below
        });
        let (min, max) = range(changes);
        self.finite &= mean.is_finite();
        self.moving = self.moving.merge(Spread { count, mean, squares, min, max });
        self.block[0] = self.block[count];
        self.filled = 0;
    }
}

/// A sum in fixed lanes: the same on every machine, and short chains of additions.
fn lanes(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let (whole, rest) = values.as_chunks::<LANES>();
    for chunk in whole {
        for (sum, &value) in sums.iter_mut().zip(chunk) {
            *sum += term(value);
        }
    }
    for (sum, &value) in sums.iter_mut().zip(rest) {
        *sum += term(value);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// The least and the greatest value, in lanes: a chain of comparisons would take longer than the rest of the work.
fn range(values: &[f64]) -> (f64, f64) {
    let (mut low, mut high) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    let (whole, rest) = values.as_chunks::<LANES>();
    let mut widen = |lane: usize, value: f64| {
        low[lane] = if value < low[lane] { value } else { low[lane] };
        high[lane] = if value > high[lane] { value } else { high[lane] };
    };
    for chunk in whole {
        (0..LANES).for_each(|lane| widen(lane, chunk[lane]));
    }
    rest.iter().for_each(|&value| widen(0, value));
    (low.into_iter().fold(f64::INFINITY, f64::min), high.into_iter().fold(f64::NEG_INFINITY, f64::max))
}
