use super::{
    extremes::Reach,
    ledger::Ledger,
    market::{Market, Tables},
    totals::{Accumulated, Sums},
};
use crate::stats::{Spread, Undefined, Underwater, risk_free_per_bar};
use std::ops::Range;

/// Returns that are added up together while they are in the first-level cache.
const BLOCK: usize = 128;
const LANES: usize = 8;

/// Cash up to this share of the position is dust: beside it returns are the market's, to a relative error of as much.
const DUST: f64 = 1e-15;

/// Least position, as a share of the cash beside it, in whose equity closes that can be told apart still can.
const TELLING: f64 = 0.01;

/// Least share of the mean square that the variance must be, so that the difference of both has its digits.
const VARIED: f64 = 1e-3;

/// An equity curve that is measured as it passes and not kept.
pub(super) struct Curve<'a> {
    closes: &'a [f64],
    tables: Option<&'a Tables>,
    periods_per_year: f64,
    /// Risk-free rate per bar.
    floor: f64,
    /// Whether sums over the market's own returns may stand for those of an all-in position.
    shortcuts: bool,
    shortened: bool,
    pub last: f64,
    pub water: Underwater,
    bars: usize,
    /// Returns that have not been added up yet.
    block: [f64; BLOCK],
    filled: usize,
    sums: Accumulated,
    /// Bars on which equity did not move because nothing was held.
    still: usize,
}

impl<'a> Curve<'a> {
    pub fn new(market: &'a Market<'_>, initial: f64, shortcuts: bool) -> Self {
        Self {
            closes: &market.series.close,
            tables: market.tables.as_ref(),
            periods_per_year: market.periods_per_year,
            floor: risk_free_per_bar(market.risk_free, market.periods_per_year),
            shortcuts,
            shortened: false,
            last: initial,
            water: Underwater::new(initial),
            bars: 0,
            block: [0.0; BLOCK],
            filled: 0,
            sums: Accumulated::default(),
            still: 0,
        }
    }

    /// Marks a stretch of closes over which the position does not change, and returns how many bars of it were
    /// marked: all of them, or those before the first at which equity is zero or less.
    pub fn mark(&mut self, ledger: &Ledger, stretch: Range<usize>) -> usize {
        let (cash, quantity) = (ledger.cash(), ledger.quantity());
        if stretch.is_empty() {
            return 0;
        }
        if quantity == 0.0 {
            self.settle(cash, stretch.len());
            return stretch.len();
        }
        let closes = self.closes;
        let tables = self.tables.filter(|_| quantity > 0.0 && cash >= 0.0);
        let tables = tables.map(|tables| (tables, tables.extremes.within(closes, stretch.clone())));
        let Some((tables, reach)) = tables.filter(|(_, reach)| quantity * reach.low >= TELLING * cash) else {
            return self.scan(cash, quantity, stretch);
        };
        self.rise(tables, cash, quantity, stretch.clone(), reach);
        let bars = stretch.len();
        let first = cash + quantity * closes[stretch.start];
        self.push(first / self.last - 1.0);
        self.last = first;
        if self.shortcuts && cash <= DUST * quantity * reach.low {
            self.sums += tables.totals.within(stretch.clone());
            self.shortened = true;
            self.last = cash + quantity * closes[stretch.end - 1];
        } else {
            let mut rest = &closes[stretch.start + 1..stretch.end];
            while !rest.is_empty() {
                let (part, later) = rest.split_at(rest.len().min(BLOCK));
                let mut equities = [0.0; BLOCK];
                worth(cash, quantity, part, &mut equities);
                self.follow(&equities[..part.len()]);
                rest = later;
            }
        }
        self.bars += bars;
        bars
    }

    /// `bars` bars at the same equity.
    pub fn settle(&mut self, equity: f64, bars: usize) {
        if bars == 0 {
            return;
        }
        self.push(equity / self.last - 1.0);
        self.bars += bars;
        self.still += bars - 1;
        self.last = equity;
        self.water.mark(equity);
        if equity < self.water.peak() {
            self.water.below(equity, bars - 1);
        }
    }

    /// The highs and lows of a long position, from one record close to the next.
    fn rise(&mut self, tables: &Tables, cash: f64, quantity: f64, stretch: Range<usize>, reach: Reach) {
        let closes = self.closes;
        let equity = |close: f64| cash + quantity * close;
        let low = |bars: Range<usize>| equity(tables.extremes.within(closes, bars).low);
        let Range { start, end } = stretch;
        if equity(reach.high) < self.water.peak() {
            self.water.below(equity(reach.low), end - start);
            return;
        }
        let mut bar = start;
        while equity(closes[bar]) < self.water.peak() {
            bar = tables.climbs[bar].next;
        }
        if bar > start {
            self.water.below(low(start..bar), bar - start);
        }
        loop {
            self.water.mark(equity(closes[bar]));
            let record = bar;
            while bar + 1 < end && tables.climbs[bar].next == bar + 1 {
                bar += 1;
            }
            if bar > record {
                // Of several records in a row only the last is a peak that something falls from.
                self.water.mark(equity(closes[bar]));
            }
            let climb = tables.climbs[bar];
            if climb.next >= end {
                if bar + 1 < end {
                    self.water.below(low(bar + 1..end), end - bar - 1);
                }
                return;
            }
            self.water.below(equity(climb.lowest), climb.next - bar - 1);
            bar = climb.next;
        }
    }

    /// Marks bar by bar.
    fn scan(&mut self, cash: f64, quantity: f64, stretch: Range<usize>) -> usize {
        let closes = &self.closes[stretch];
        let mut marked = 0;
        while marked < closes.len() {
            let part = &closes[marked..closes.len().min(marked + BLOCK)];
            let mut equities = [0.0; BLOCK];
            worth(cash, quantity, part, &mut equities);
            let equities = &equities[..part.len()];
            let reach = Reach::of(equities);
            let sound = if reach.low > 0.0 {
                part.len()
            } else {
                equities.iter().position(|&e| e <= 0.0).unwrap_or(part.len())
            };
            let equities = &equities[..sound];
            if sound == part.len() && reach.high < self.water.peak() {
                self.water.below(reach.low, sound);
            } else {
                equities.iter().for_each(|&equity| self.water.mark(equity));
            }
            self.follow(equities);
            marked += sound;
            if sound < part.len() {
                break;
            }
        }
        self.bars += marked;
        marked
    }

    /// Takes in the returns from the last equity over these, at most a block of them.
    fn follow(&mut self, equities: &[f64]) {
        let (Some(&first), Some(&last)) = (equities.first(), equities.last()) else { return };
        if self.filled + equities.len() > BLOCK {
            self.measure();
        }
        let changes = &mut self.block[self.filled..][..equities.len()];
        changes[0] = first / self.last - 1.0;
        for (change, pair) in changes[1..].iter_mut().zip(equities.windows(2)) {
            *change = pair[1] / pair[0] - 1.0;
        }
        self.filled += equities.len();
        self.last = last;
    }

    fn push(&mut self, change: f64) {
        if self.filled == BLOCK {
            self.measure();
        }
        self.block[self.filled] = change;
        self.filled += 1;
    }

    fn measure(&mut self) {
        self.sums += add_up(&self.block[..self.filled], self.floor);
        self.filled = 0;
    }

    /// The spread of all returns and the sum of squared returns below the floor, where they have all the digits
    /// that a slower way would give them.
    pub fn returns(&mut self) -> Option<(Result<Spread, Undefined>, f64)> {
        self.measure();
        let Sums { returns, squares, downside } = self.sums.total();
        let downside = downside + (0.0 - self.floor).min(0.0).powi(2) * self.still as f64;
        let count = self.bars;
        if count == 0 {
            return Some((Err(Undefined::TooFewBars), 0.0));
        }
        if squares == 0.0 {
            return Some((Ok(Spread::of_constant(0.0, count)), downside));
        }
        let mean = returns / count as f64;
        let deviations = squares - returns * mean;
        let varied = deviations > VARIED * squares && squares.is_finite();
        // A market's return and that of the equity which follows it are rounded differently, by an ulp of one or
        // so each. Where a Sharpe or Sortino ratio must not feel that, the returns must not be tiny.
        let enough = |squares: f64| squares >= 1e-6 * self.periods_per_year;
        let sound = !self.shortened || (enough(squares) && enough(downside));
        (varied && sound).then(|| {
            // No return is farther from the mean than this (Samuelson 1968, JASA 63, 1522-1525); that the bounds
            // differ is all that is read from them.
            let reach = deviations.sqrt();
            (Ok(Spread { count, mean, squares: deviations, min: mean - reach, max: mean + reach }), downside)
        })
    }

    /// Whether anything was taken from sums over the market's returns.
    pub const fn shortened(&self) -> bool {
        self.shortened
    }
}

fn worth(cash: f64, quantity: f64, closes: &[f64], equities: &mut [f64; BLOCK]) {
    for (equity, close) in equities.iter_mut().zip(closes) {
        *equity = cash + quantity * close;
    }
}

/// In fixed lanes: the same on every machine, and short chains of additions.
fn add_up(changes: &[f64], floor: f64) -> Sums {
    let (mut returns, mut squares, mut downside) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let (whole, rest) = changes.as_chunks::<LANES>();
    for chunk in whole {
        for lane in 0..LANES {
            let change = chunk[lane];
            let below = if change < floor { change - floor } else { 0.0 };
            returns[lane] += change;
            squares[lane] += change * change;
            downside[lane] += below * below;
        }
    }
    for (lane, &change) in rest.iter().enumerate() {
        let below = if change < floor { change - floor } else { 0.0 };
        returns[lane] += change;
        squares[lane] += change * change;
        downside[lane] += below * below;
    }
    let fold = |lanes: [f64; LANES]| {
        ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    };
    Sums { returns: fold(returns), squares: fold(squares), downside: fold(downside) }
}
