//! What instances hold after each bar.

use super::seat::{NAN, Seat, assert_targets, class, entry, market, on_bar, targets};
use continuous_backtest::strategy::{
    Argument, BarShape, Held, Outcome, ParamSet, Protocol, Trace, WindowShape, Witness,
};

fn traced(seat: &Seat, bars: usize, attributes: &[&str]) -> (Outcome, Trace) {
    let attributes: Vec<String> = attributes.iter().map(|name| (*name).to_owned()).collect();
    seat.worker().trace(&market(bars), &[ParamSet::new()], &attributes).remove(0)
}

fn held(trace: &Trace, bars: usize, attribute: usize) -> Vec<Held> {
    (0..bars).filter_map(|bar| trace.at(bar, attribute)).collect()
}

#[test]
fn every_kind_of_value_is_told_after_each_bar() {
    let body = "\
def __init__(self):
    self.count, self.mean, self.on, self.side, self.last = 0, 0.0, False, None, []

def on_bar(self, bar):
    self.count += 1
    self.mean += (bar.close - self.mean) / self.count
    self.on = not self.on
    self.side = 'long' if self.on else None
    self.last.append(bar.close)
    if self.count == 2:
        self.late = 1 << 70
    return self.side";
    let seat = Seat::new(&class(body), on_bar());
    let (outcome, trace) = traced(&seat, 3, &["count", "mean", "on", "side", "last", "late"]);
    assert_targets(&targets(outcome), &[1.0, NAN, 1.0]);
    assert_eq!(held(&trace, 3, 0), [Held::Int(1), Held::Int(2), Held::Int(3)]);
    assert_eq!(held(&trace, 3, 1), [Held::Float(1.0), Held::Float(1.5), Held::Float(2.0)]);
    assert_eq!(held(&trace, 3, 2), [Held::Bool(true), Held::Bool(false), Held::Bool(true)]);
    assert_eq!(held(&trace, 3, 3), [Held::Str, Held::None, Held::Str]);
    assert_eq!(held(&trace, 3, 4), [Held::Other; 3]);
    assert_eq!(held(&trace, 3, 5), [Held::Absent, Held::Other, Held::Other]);
}

#[test]
fn attributes_of_held_objects_are_reached_by_their_path() {
    let source = "\
class Mean:
    def __init__(self):
        self.value = 0.0

class S:
    def __init__(self):
        self.mean = Mean()

    def on_bar(self, bar):
        self.mean.value += bar.close
        return 1 if self.mean.value > 3 else 0
";
    let (outcome, trace) = traced(&Seat::new(source, on_bar()), 3, &["mean.value", "mean.other"]);
    assert_targets(&targets(outcome), &[0.0, 0.0, 1.0]);
    assert_eq!(held(&trace, 3, 0), [Held::Float(1.0), Held::Float(3.0), Held::Float(6.0)]);
    assert_eq!(held(&trace, 3, 1), [Held::Absent; 3]);
}

#[test]
fn a_class_that_raises_shows_the_bars_before() {
    let body = "\
n = 0
def on_bar(self, bar):
    self.n += 1
    return 1 / (3 - self.n)";
    let (outcome, trace) = traced(&Seat::new(&class(body), on_bar()), 6, &["n"]);
    let Outcome::Raised(failure) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.bar, Some(2));
    assert_eq!(held(&trace, 6, 0), [Held::Int(1), Held::Int(2)]);
}

#[test]
fn answers_are_those_of_an_ordinary_run_for_every_protocol_with_one_call_per_bar() {
    let predicates = "\
n = 0
def enter(self, bar):
    self.n += 1
    return bar.close > 2
def leave(self, bar):
    self.n += 10
    return bar.close > 4";
    let mut enter_exit = entry(Protocol::EnterExit, "enter", vec![Argument::Bar(BarShape::Attributes)]);
    enter_exit.exit = Some(("leave".into(), vec![Argument::Bar(BarShape::Attributes)]));
    let window = entry(Protocol::Window, "on_window", vec![Argument::Window(WindowShape::ListOfCloses)]);
    let tracked = entry(Protocol::Bar, "on_bar", vec![Argument::Field("close".into()), Argument::Position]);
    for (body, entry) in [
        (predicates, enter_exit),
        (
            "n = 0\ndef on_window(self, closes):\n    self.n += len(closes)\n    return {'action': 'buy' if len(closes) % 2 else 'sell'}",
            window,
        ),
        (
            "n = 0\ndef on_bar(self, close, position):\n    self.n += position\n    return 'sell' if position else 'buy'",
            tracked,
        ),
    ] {
        let seat = Seat::new(&class(body), entry);
        let (outcome, trace) = traced(&seat, 6, &["n"]);
        assert_targets(&targets(outcome), &seat.targets(6));
        assert_eq!(held(&trace, 6, 0).len(), 6, "{body}");
    }
}

#[test]
fn ordinary_runs_of_the_same_worker_are_untouched() {
    let seat = Seat::new(&class("n = 0\ndef on_bar(self, bar):\n    self.n += 1\n    return self.n % 2"), on_bar());
    let mut worker = seat.worker();
    use continuous_backtest::strategy::Executor;
    let before = worker.run(&market(5), &[ParamSet::new()]);
    let (outcome, _) = worker.trace(&market(5), &[ParamSet::new()], &["n".to_owned()]).remove(0);
    assert_eq!(before, [outcome]);
    assert_eq!(worker.run(&market(5), &[ParamSet::new()]), before);
}
