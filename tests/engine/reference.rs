//! A second engine, written to be obvious and not to share a thought with the first: an event loop over explicit
//! orders. It keeps nothing but the list of its fills; cash, position, equity and trades are derived from that
//! list from the beginning whenever they are needed.

use super::markets::{Case, cases};
use continuous_backtest::engine::{Fill, Params, Side, simulate};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Event {
    Open(usize),
    Close(usize),
}

#[derive(Debug, Clone, Copy)]
struct Order {
    due: Event,
    weight: f64,
}

#[derive(Debug, Clone, Copy)]
struct Execution {
    bar: usize,
    units: f64,
    price: f64,
    fee: f64,
}

#[derive(Debug)]
struct ClosedTrade {
    side: Side,
    first: usize,
    last: usize,
    profit: f64,
    fees: f64,
}

struct Broker {
    rules: Params,
    executions: Vec<Execution>,
    bankrupt: bool,
}

impl Broker {
    fn cash(&self) -> f64 {
        self.executions.iter().fold(self.rules.initial_capital, |cash, e| cash - e.units * e.price - e.fee)
    }

    fn units(&self) -> f64 {
        let held: f64 = self.executions.iter().map(|e| e.units).sum();
        // Buying and selling the same amount in other portions leaves dust.
        if held.abs() < 1e-9 { 0.0 } else { held }
    }

    fn worth(&self, price: f64) -> f64 {
        self.cash() + self.units() * price
    }

    fn execute(&mut self, bar: usize, units: f64, price: f64) {
        self.executions.push(Execution { bar, units, price, fee: (units * price).abs() * self.rules.commission_rate });
    }

    fn fill(&mut self, bar: usize, order: Order, market: f64) {
        let worth = self.worth(market);
        if worth > 0.0 {
            let (held, budget) = (self.units(), order.weight * self.rules.max_position_size * worth);
            let whole = |units: f64| if self.rules.whole_units { units.trunc() } else { units };
            if held * market < budget {
                let ask = market + market * self.rules.slippage_rate;
                let missing = whole(budget / ask) - held;
                let fits = whole(self.cash() / (ask + ask * self.rules.commission_rate));
                let to_cover = if held < 0.0 { -held } else { 0.0 };
                let bought = if missing > fits { missing.min(fits.max(to_cover)) } else { missing };
                if bought > 0.0 {
                    self.execute(bar, bought, ask);
                }
            } else {
                let bid = market - market * self.rules.slippage_rate;
                let surplus = held - whole(budget / bid);
                if surplus > 0.0 {
                    self.execute(bar, -surplus, bid);
                }
            }
        }
        self.watch(bar, market);
    }

    fn watch(&mut self, bar: usize, market: f64) {
        if self.worth(market) > 0.0 || self.bankrupt {
            return;
        }
        self.bankrupt = true;
        let held = self.units();
        if held != 0.0 {
            self.execute(bar, -held, market - held.signum() * market * self.rules.slippage_rate);
        }
    }

    /// Cuts the executions into trades: an execution that crosses zero belongs to two of them.
    fn trades(&self) -> Vec<ClosedTrade> {
        let (mut held, mut trades) = (0.0_f64, Vec::new());
        let mut trade: Option<ClosedTrade> = None;
        for e in &self.executions {
            let mut portions = vec![e.units];
            if held != 0.0 && held.signum() != e.units.signum() && e.units.abs() > held.abs() + 1e-9 {
                portions = vec![-held, e.units + held];
            }
            for units in portions {
                let fee = e.fee * (units / e.units);
                let side = if units > 0.0 { Side::Long } else { Side::Short };
                let now = trade.get_or_insert(ClosedTrade { side, first: e.bar, last: e.bar, profit: 0.0, fees: 0.0 });
                now.profit -= units * e.price + fee;
                now.fees += fee;
                now.last = e.bar;
                held += units;
                if held.abs() < 1e-9 {
                    held = 0.0;
                    trades.extend(trade.take());
                }
            }
        }
        trades
    }
}

fn replay(case: &Case) -> (Broker, Vec<f64>) {
    let mut broker = Broker { rules: case.params, executions: Vec::new(), bankrupt: false };
    let mut book: Vec<Order> = Vec::new();
    let mut curve = Vec::new();
    let mut wish = 0.0;
    let bars = case.series.len();
    for event in (0..bars).flat_map(|bar| [Event::Open(bar), Event::Close(bar)]) {
        let (bar, market) = match event {
            Event::Open(bar) => (bar, case.series.open[bar]),
            Event::Close(bar) => (bar, case.series.close[bar]),
        };
        if let Event::Close(_) = event
            && !broker.bankrupt
        {
            let mut next = case.exposure[bar];
            if next.is_nan() {
                next = wish;
            }
            next = if next > 1.0 { 1.0 } else { next };
            if next < 0.0 && !case.params.allow_short {
                next = 0.0;
            }
            next = if next < -1.0 { -1.0 } else { next };
            if next != wish {
                wish = next;
                let due = if case.params.fill == Fill::Close { event } else { Event::Open(bar + 1) };
                book.push(Order { due, weight: next });
            }
        }
        while let Some(place) = book.iter().position(|order| order.due == event) {
            let order = book.swap_remove(place);
            if !broker.bankrupt {
                broker.fill(bar, order, market);
            }
        }
        if let Event::Close(_) = event {
            broker.watch(bar, market);
            curve.push(broker.worth(market));
        }
    }
    (broker, curve)
}

fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-9 * scale.max(a.abs()).max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_slow_engine_gives_the_same_trades_and_equity(case in cases()) {
        let run = simulate(&case.series, &case.exposure, &case.params);
        let (broker, curve) = replay(&case);
        let capital = case.params.initial_capital;
        prop_assert_eq!(run.ruin, broker.bankrupt);
        for (bar, (fast, slow)) in run.equity.iter().zip(&curve).enumerate() {
            prop_assert!(near(*fast, *slow, capital), "equity at bar {}: {} and {}", bar, fast, slow);
        }
        let trades = broker.trades();
        prop_assert_eq!(run.trades.len(), trades.len());
        for (fast, slow) in run.trades.iter().zip(&trades) {
            prop_assert_eq!((fast.side, fast.entry_bar, fast.exit_bar), (slow.side, slow.first, slow.last));
            prop_assert!(near(fast.pnl, slow.profit, capital), "pnl {} and {}", fast.pnl, slow.profit);
            prop_assert!(near(fast.costs, slow.fees, capital), "costs {} and {}", fast.costs, slow.fees);
        }
    }
}
