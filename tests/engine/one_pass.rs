//! The quick ways to a run's metrics against the slow one, `metrics(&simulate(…))`, to 1e-12.

use super::markets::{Case, cases, series};
use continuous_backtest::engine::{Fill, Market, Metrics, Params, metrics, simulate, summarise};
use continuous_backtest::market::Series;
use continuous_backtest::strategy::Change;
use proptest::prelude::*;
use std::ops::Range;

/// Within 1e-12, relative above one.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

pub fn same(fused: &Metrics, slow: &Metrics) -> Result<(), TestCaseError> {
    for ((name, a), (_, b)) in fused.named().into_iter().zip(slow.named()) {
        let equal = match (a, b) {
            (Ok(a), Ok(b)) => near(a, b),
            (a, b) => a == b,
        };
        prop_assert!(equal, "{}: {:?} in one pass, {:?} slowly", name, a, b);
    }
    prop_assert_eq!(fused.ruin, slow.ruin);
    Ok(())
}

/// Where a list of exposures asks for another target.
fn changes(exposure: &[f64]) -> Vec<Change> {
    let (mut found, mut last) = (Vec::new(), 0.0);
    for (bar, &target) in exposure.iter().enumerate() {
        if !target.is_nan() && target != last {
            found.push(Change { bar, target });
            last = target;
        }
    }
    found
}

/// Every door, over the whole series and over a span of it.
fn every_door_agrees(case: &Case, part: Range<usize>, risk_free: f64) -> Result<(), TestCaseError> {
    let Case { series, exposure, params } = case;
    let market = Market::prepare(series, series.periods_per_year, risk_free);
    for span in [0..series.len(), part] {
        let (slice, exposure) = (series.slice(span.clone()), &exposure[span.clone()]);
        let slow = metrics(&simulate(&slice, exposure, params), params, series.periods_per_year, risk_free);
        same(&summarise(&slice, exposure, params, series.periods_per_year, risk_free), &slow)?;
        same(&market.summarise(span.clone(), exposure, params), &slow)?;
        same(&market.summarise_changes(span, &changes(exposure), params), &slow)?;
    }
    Ok(())
}

/// Numbers in [0, 1) (Steele, Lea and Flood 2014, OOPSLA 453-472).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What a wild market is made of.
#[derive(Debug, Clone)]
struct Wild {
    seed: u64,
    bars: usize,
    /// Powers of ten.
    price: f64,
    swing: f64,
    /// As a multiple of the swing.
    drift: f64,
    /// Share of bars that close where the one before did, and of those that close an ulp or so beside it.
    still: f64,
    nearly: f64,
    /// Prices are multiples of it, where it is not 0: closes repeat.
    tick: f64,
    /// Bars per change of target.
    pace: f64,
    shorts: bool,
    sizes: bool,
    periods_per_year: f64,
    params: Params,
}

impl Wild {
    fn case(&self) -> Case {
        let mut random = SplitMix(self.seed);
        let (mut price, swing) = (10_f64.powf(self.price), 10_f64.powf(self.swing));
        let (mut opens, mut closes, mut exposure) = (Vec::new(), Vec::new(), Vec::new());
        let onto_a_tick = |price: f64| {
            if self.tick == 0.0 { price } else { ((price / self.tick).round() * self.tick).max(self.tick) }
        };
        for _ in 0..self.bars {
            opens.push(onto_a_tick(price * (1.0 + 0.1 * swing * (random.next() - 0.5))));
            let kind = random.next();
            if kind < self.nearly {
                price *= 1.0 + 2e-16 * (2.0 * random.next() - 1.0).signum();
            } else if kind > self.still {
                price *= 1.0 + swing * (2.0 * random.next() - 1.0 + self.drift);
            }
            price = price.clamp(1e-3, 1e5);
            closes.push(onto_a_tick(price));
            let target = match random.next() {
                asked if asked > 1.0 / self.pace => f64::NAN,
                _ if self.sizes => 2.4 * random.next() - 1.2,
                _ if self.shorts => (3.0 * random.next()).floor() - 1.0,
                _ => (2.0 * random.next()).floor(),
            };
            exposure.push(target);
        }
        let series = Series { periods_per_year: self.periods_per_year, ..series(&opens, &closes) };
        Case { series, exposure, params: self.params }
    }
}

fn wild() -> impl Strategy<Value = Wild> {
    let bars = prop_oneof![1 => 0_usize..60, 4 => 60_usize..2_000, 1 => 2_000_usize..12_000];
    let market = (
        any::<u64>(),
        bars,
        -3.0..5.0,
        prop_oneof![3 => -3.0..-0.5, 1 => -12.0..-3.0],
        prop_oneof![2 => Just(0.0), 1 => -0.5..0.5, 1 => -4.0..40.0],
        prop_oneof![2 => Just(0.0), 1 => 0.0..1.0],
        prop_oneof![3 => Just(0.0), 1 => 0.0..0.5],
        prop_oneof![2 => Just(0.0), 1 => Just(0.01), 1 => Just(1.0)],
    );
    let run = (
        prop_oneof![1 => Just(1.0), 2 => 1.0..20.0, 2 => 20.0..500.0],
        any::<(bool, bool)>(),
        prop_oneof![2 => Just(252.0), 1 => Just(98_280.0), 1 => Just(525_600.0)],
        prop_oneof![2 => Just((0.001, 0.0005)), 1 => Just((0.0, 0.0)), 1 => (0.0..0.05, 0.0..0.03)],
        prop_oneof![2 => Just(1.0), 1 => Just(0.1), 1 => 0.01..1.0],
        any::<(bool, bool)>(),
        prop::bool::weighted(0.15),
    );
    (market, run).prop_map(|((seed, bars, price, swing, drift, still, nearly, tick), run)| {
        let (pace, (shorts, sizes), periods_per_year, costs, max_position_size, (close, allow_short), whole_units) =
            run;
        let params = Params {
            commission_rate: costs.0,
            slippage_rate: costs.1,
            max_position_size,
            fill: if close { Fill::Close } else { Fill::NextOpen },
            allow_short,
            whole_units,
            ..Params::default()
        };
        Wild { seed, bars, price, swing, drift, still, nearly, tick, pace, shorts, sizes, periods_per_year, params }
    })
}

/// A part of the bars from two numbers in [0, 1).
fn part(bars: usize, (a, b): (f64, f64)) -> Range<usize> {
    let place = |share: f64| (share * (bars + 1) as f64) as usize;
    place(a.min(b))..place(a.max(b))
}

fn risk_free() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(0.04)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn short_runs(case in cases(), cut in (0.0..1.0, 0.0..1.0), risk_free in risk_free()) {
        every_door_agrees(&case, part(case.series.len(), cut), risk_free)?;
    }

    #[test]
    fn wild_markets(wild in wild(), cut in (0.0..1.0, 0.0..1.0), risk_free in risk_free()) {
        let case = wild.case();
        every_door_agrees(&case, part(case.series.len(), cut), risk_free)?;
    }
}
