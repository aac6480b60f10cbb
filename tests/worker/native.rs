//! Real classes on their way up the ladder, held against this machine's own CPython.

use super::seat::{Seat, market, on_bar, set};
use continuous_backtest::discovery::{PlaceKind, SearchRange};
use continuous_backtest::market::Series;
use continuous_backtest::seed::Seed;
use continuous_backtest::strategy::native::verify::{Cache, practice};
use continuous_backtest::strategy::native::{Class, Rung, Seat as Native, Standing, climb};
use continuous_backtest::strategy::{Executor, Outcome, ParamSet, Value, Witness};

const REVERSION: &str = "\
from collections import deque


class S:
    def __init__(self, window=5, threshold=1.0):
        self.window = window
        self.threshold = threshold
        self.closes = deque(maxlen=window)
        self.mean = 0.0
        self.holding = False

    def on_bar(self, bar):
        self.closes.append(bar.close)
        if len(self.closes) < self.window:
            return 0
        self.mean = sum(self.closes) / len(self.closes)
        spread = sum((close - self.mean) ** 2 for close in self.closes) / len(self.closes)
        if spread == 0:
            return 0
        score = (bar.close - self.mean) / spread ** 0.5
        if self.holding and score > 0:
            self.holding = False
        elif score < -self.threshold:
            self.holding = True
        return 1 if self.holding else 0
";

fn reversion(source: &str) -> Seat {
    Seat::new(source, on_bar())
        .value("window", "strategies/s.py", "window=5", "5", PlaceKind::ConstructorDefault)
        .value("threshold", "strategies/s.py", "threshold=1.0", "1.0", PlaceKind::ConstructorDefault)
        .searched("window", Value::Int(5), SearchRange::Int { low: 3, high: 30, step: 1 })
        .searched("threshold", Value::Float(1.0), SearchRange::Float { low: 0.5, high: 2.0, step: None, log: false })
}

fn standing(seat: &Seat, cache: &Cache, cpython: &mut dyn FnMut() -> Box<dyn Witness>) -> Standing {
    let (strategy, parameters) = seat.class();
    let class = Class {
        strategy: &strategy,
        parameters: &parameters,
        meaning: seat.meaning,
        interpreter: &seat.interpreter,
        cache,
        now: "2026-01-02T03:04:05Z",
        seed: Seed::new(1),
    };
    climb(&class, &Vec::new, cpython).unwrap()
}

fn climbed(seat: &Seat) -> Standing {
    let folder = tempfile::tempdir().unwrap();
    standing(seat, &Cache::new(folder.path().to_owned()), &mut || Box::new(seat.worker()))
}

fn sets() -> Vec<ParamSet> {
    (3..20)
        .map(|window| {
            let threshold = Value::Float(0.5 + window as f64 / 20.0);
            set(&[("window", Value::Int(window)), ("threshold", threshold)])
        })
        .collect()
}

/// Runs both ways and insists on the same outcomes.
#[track_caller]
fn same(seat: &Seat, standing: &Standing, market: &Series, sets: &[ParamSet]) {
    let unit = standing.unit.clone().unwrap_or_else(|| panic!("not native: {:?}", standing.obstacle));
    let native = Native::new(unit, Box::new(seat.worker()), 0.0).run(market, sets);
    let cpython = seat.worker().run(market, sets);
    assert_eq!(format!("{native:?}"), format!("{cpython:?}"));
}

#[test]
fn a_plain_class_is_native_after_it_agreed_and_answers_as_cpython_does() {
    let seat = reversion(REVERSION);
    let standing = climbed(&seat);
    assert!(standing.rung() > Rung::Cpython, "{:?}", standing.obstacle);
    let (_, verdict) = standing.verdict.as_ref().unwrap();
    assert_eq!((verdict.runs, verdict.same), (128, 128), "{verdict:?}");
    let market = practice(700);
    same(&seat, &standing, &market, &sets());
    let tally = standing.unit.as_ref().unwrap().tally();
    assert_eq!((tally.native, tally.replayed), (17, 0), "{tally:?}");
}

#[test]
fn a_verdict_is_found_out_once_for_the_same_source_and_again_for_another() {
    let (seat, folder) = (reversion(REVERSION), tempfile::tempdir().unwrap());
    let cache = Cache::new(folder.path().to_owned());
    let first = standing(&seat, &cache, &mut || Box::new(seat.worker()));
    let again = standing(&seat, &cache, &mut || panic!("the verdict is known"));
    assert_eq!(first.verdict, again.verdict);
    assert_eq!(first.rung(), again.rung());
    let other = reversion(&REVERSION.replace("score > 0", "score > 0.25"));
    let mut asked = 0;
    standing(&other, &cache, &mut || {
        asked += 1;
        Box::new(other.worker())
    });
    assert_eq!(asked, 1);
}

#[test]
fn where_the_class_raises_native_code_leaves_and_cpython_tells() {
    let seat = reversion(&REVERSION.replace("        if spread == 0:\n            return 0\n", ""));
    let standing = climbed(&seat);
    let mut flat = practice(200);
    // A power of two: every mean of it is exact, so no window has any spread.
    flat.close[100..150].fill(128.0);
    same(&seat, &standing, &flat, &sets());
    let tally = standing.unit.as_ref().unwrap().tally();
    assert_eq!(tally.replayed, 17, "{tally:?}");
    let outcome = seat.worker().run(&flat, &[ParamSet::new()]).remove(0);
    assert!(matches!(&outcome, Outcome::Raised(failure) if failure.message.contains("ZeroDivision")), "{outcome:?}");
}

#[test]
fn a_branch_no_gate_market_takes_is_left_and_replayed() {
    let rare = "        self.closes.append(bar.close)\n        if bar.volume == 12345.0:\n            return -1\n";
    let seat = reversion(&REVERSION.replace("        self.closes.append(bar.close)\n", rare));
    let standing = climbed(&seat);
    let mut market = practice(200);
    same(&seat, &standing, &market, &sets());
    market.volume[150] = 12345.0;
    same(&seat, &standing, &market, &sets());
    let tally = standing.unit.as_ref().unwrap().tally();
    assert_eq!((tally.native, tally.replayed), (17, 17), "{tally:?}");
    assert!(tally.bails.keys().all(|why| why.contains("never seen in verification")), "{tally:?}");
}

#[test]
fn a_set_the_constructor_rejects_is_rejected() {
    let check = "        if window < 6:\n            raise ValueError('too short')\n        self.window = window\n";
    let source = REVERSION.replace("        self.window = window\n", check).replace("window=5", "window=8");
    let seat = Seat::new(&source, on_bar())
        .value("window", "strategies/s.py", "window=8", "8", PlaceKind::ConstructorDefault)
        .searched("window", Value::Int(8), SearchRange::Int { low: 3, high: 30, step: 1 });
    let standing = climbed(&seat);
    let sets: Vec<ParamSet> = (3..12).map(|window| set(&[("window", Value::Int(window))])).collect();
    same(&seat, &standing, &market(50), &sets);
}

#[test]
fn what_cannot_be_lowered_says_where() {
    let seat = Seat::new(
        "import random\n\n\nclass S:\n    def on_bar(self, bar):\n        return random.random()\n",
        on_bar(),
    );
    let standing = climbed(&seat);
    assert_eq!(standing.rung(), Rung::Cpython);
    assert_eq!(standing.obstacle.as_ref().and_then(|held| held.place()), Some(("strategies/s.py", 6)), "{standing:?}");
}

#[test]
fn source_that_changed_since_discovery_is_not_compiled() {
    let seat = reversion(REVERSION);
    let (strategy, parameters) = seat.class();
    seat.write("strategies/s.py", REVERSION.replace("return 1 if", "return -1 if"));
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path().to_owned());
    let class = Class {
        strategy: &strategy,
        parameters: &parameters,
        meaning: seat.meaning,
        interpreter: &seat.interpreter,
        cache: &cache,
        now: "",
        seed: Seed::new(1),
    };
    let standing = climb(&class, &Vec::new, &mut || panic!("nothing to ask")).unwrap();
    assert!(standing.obstacle.unwrap().to_string().contains("cbt discover"));
}
