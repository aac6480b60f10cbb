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

/// Money and units that still have all their digits.
const NORMAL: f64 = f64::MIN_POSITIVE / f64::EPSILON;

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
    /// Where a stretch of equities is looked through.
    equities: [f64; BLOCK],
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
            equities: [0.0; BLOCK],
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
        let tables = self.tables.filter(|_| quantity >= NORMAL && cash >= 0.0);
        let tables = tables.map(|tables| (tables, tables.extremes.within(closes, stretch.clone())));
        let told = |least: f64| least >= NORMAL && least >= TELLING * cash;
        let Some((tables, reach)) = tables.filter(|(_, reach)| told(quantity * reach.low)) else {
            return self.scan(cash, quantity, stretch);
        };
        self.rise(tables, cash, quantity, stretch.clone(), reach);
        let closes = &closes[stretch.clone()];
        if self.shortcuts && cash <= DUST * quantity * reach.low {
            self.follow(cash, quantity, &closes[..1]);
            self.sums += tables.totals.within(stretch);
            self.shortened = true;
            self.last = cash + quantity * closes[closes.len() - 1];
        } else {
            self.follow(cash, quantity, closes);
        }
        self.bars += closes.len();
        closes.len()
    }

    /// `bars` bars at the same equity.
    #[inline]
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

    /// The highs and lows of any position bar by bar, up to the first equity of zero or less.
    fn scan(&mut self, cash: f64, quantity: f64, stretch: Range<usize>) -> usize {
        let closes = &self.closes[stretch];
        let mut marked = 0;
        for part in closes.chunks(BLOCK) {
            let equities = &mut self.equities[..part.len()];
            for (equity, close) in equities.iter_mut().zip(part) {
                *equity = cash + quantity * close;
            }
            let reach = Reach::of(equities);
            if reach.low > 0.0 && reach.high < self.water.peak() {
                self.water.below(reach.low, part.len());
                marked += part.len();
                continue;
            }
            let sound = equities.iter().position(|&equity| equity <= 0.0).unwrap_or(part.len());
            equities[..sound].iter().for_each(|&equity| self.water.mark(equity));
            marked += sound;
            if sound < part.len() {
                break;
            }
        }
        self.follow(cash, quantity, &closes[..marked]);
        self.bars += marked;
        marked
    }

    /// Takes in the returns of a position over these closes, the first of them from the last equity.
    #[inline]
    fn follow(&mut self, cash: f64, quantity: f64, closes: &[f64]) {
        let equity = |close: f64| cash + quantity * close;
        let (Some(&first), Some(&last)) = (closes.first(), closes.last()) else { return };
        self.push(equity(first) / self.last - 1.0);
        let mut rest = closes;
        while rest.len() > 1 {
            if self.filled == BLOCK {
                self.measure();
            }
            let count = (BLOCK - self.filled).min(rest.len() - 1);
            let changes = &mut self.block[self.filled..][..count];
            for (change, pair) in changes.iter_mut().zip(rest.windows(2)) {
                *change = equity(pair[1]) / equity(pair[0]) - 1.0;
            }
            self.filled += count;
            rest = &rest[count..];
        }
        self.last = equity(last);
    }

    #[inline]
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
