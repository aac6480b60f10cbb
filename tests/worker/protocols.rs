//! How classes are called. Nothing here needs more than the standard library.

use super::seat::{NAN, Seat, assert_targets, class, entry, on_bar};
use continuous_backtest::discovery::ArgumentSource;
use continuous_backtest::strategy::{Argument, BarShape, Entry, FailureKind, Protocol, WindowShape};

fn field(name: &str) -> Argument {
    Argument::Field(name.into())
}

#[test]
fn bars_come_in_every_shape() {
    for (shape, close, day) in [
        (BarShape::Attributes, "bar.close + bar.Close - bar.close", "bar.date.day + bar.ts.day - bar.timestamp.day"),
        (BarShape::Dict, "bar['close']", "bar['timestamp'].day"),
        (BarShape::Tuple, "bar[4]", "bar[0] // 86400000 - 18261"),
    ] {
        let body = format!("def on_bar(self, bar): return ({close}) / 10 if ({day}) == ({close}) else 'no'");
        let called = entry(Protocol::Bar, "on_bar", vec![Argument::Bar(shape)]);
        assert_targets(&Seat::new(&class(&body), called).targets(3), &[0.1, 0.2, 0.3]);
    }
}

#[test]
fn fields_indexes_and_symbols() {
    let arguments = ["open", "high", "low", "close", "volume", "timestamp"]
        .map(field)
        .into_iter()
        .chain([Argument::Index, Argument::Symbol]);
    let body = "
def on_bar(self, o, h, l, c, v, t, i, s):
    assert (o, h, l, v, t.year, s) == (c - 0.25, c + 0.5, c - 0.5, c * 1000, 2020, 'TEST'), (o, h, l, c, v, t, s)
    return (c - i) / 2";
    let seat = Seat::new(&class(body), entry(Protocol::Bar, "on_bar", arguments.collect()));
    assert_targets(&seat.targets(3), &[0.5; 3]);
}

#[test]
fn state_lives_in_self() {
    let body = "
def __init__(self): self.seen = 0
def on_bar(self, bar):
    self.seen += 1
    return 'buy' if self.seen == 2 else None";
    assert_targets(&Seat::new(&class(body), on_bar()).targets(3), &[NAN, 1.0, NAN]);
}

const WINDOWS: [(WindowShape, &str); 4] = [
    (WindowShape::ListOfCloses, "w[-1]"),
    (WindowShape::ListOfAttributes, "w[-1].close"),
    (WindowShape::ListOfDicts, "w[-1]['close']"),
    (WindowShape::DictOfLists, "w['close'][-1]"),
];

#[test]
fn windows_end_at_the_present_bar() {
    for (shape, last) in WINDOWS {
        let size = if shape == WindowShape::DictOfLists { "len(w['high'])" } else { "len(w)" };
        let body = format!("def analyze(self, w): return {last} / 10 if {last} == {size} else 'no'");
        let called = entry(Protocol::Window, "analyze", vec![Argument::Window(shape)]);
        assert_targets(&Seat::new(&class(&body), called).targets(5), &[0.1, 0.2, 0.3, 0.4, 0.5]);
    }
}

#[test]
fn a_window_that_is_kept_or_changed_is_the_classs_own() {
    for (shape, _) in &WINDOWS[..3] {
        let body = "
def __init__(self): self.kept = []
def analyze(self, w):
    self.kept.append(w)
    return 1 if [len(kept) for kept in self.kept] == list(range(1, len(self.kept) + 1)) else 'aliased'";
        let called = entry(Protocol::Window, "analyze", vec![Argument::Window(*shape)]);
        assert_targets(&Seat::new(&class(body), called.clone()).targets(4), &[1.0; 4]);
        let body = "
def analyze(self, w):
    size = len(w)
    w.clear()
    w.extend([1, 2])
    return size / 10";
        assert_targets(&Seat::new(&class(body), called).targets(4), &[0.1, 0.2, 0.3, 0.4]);
    }
}

#[test]
fn column_windows_grow_together() {
    let body =
        "def on_bar(self, closes, highs): return (highs[-1] - closes[-1]) if len(closes) == len(highs) else 'no'";
    let arguments = vec![Argument::ColumnWindow("close".into()), Argument::ColumnWindow("high".into())];
    let seat = Seat::new(&class(body), entry(Protocol::Window, "on_bar", arguments));
    assert_targets(&seat.targets(3), &[0.5; 3]);
}

#[test]
fn enter_and_exit_are_asked_by_turns() {
    let body = "
def should_enter(self, bar):
    self.asked = 'enter'
    return bar.close in (2, 6), 'because'
def should_exit(self, bar, position, entry_price):
    assert position == 1 and entry_price in (2, 6)
    return bar.close - entry_price >= 2";
    let mut called = entry(Protocol::EnterExit, "should_enter", vec![Argument::Bar(BarShape::Attributes)]);
    called.exit = Some((
        "should_exit".into(),
        vec![Argument::Bar(BarShape::Attributes), Argument::Position, Argument::EntryPrice],
    ));
    let seat = Seat::new(&class(body), called.clone());
    assert_targets(&seat.targets(8), &[NAN, 1.0, NAN, 0.0, NAN, 1.0, NAN, 0.0]);

    called.exit = None;
    let seat = Seat::new(&class("def should_enter(self, bar): return bar.close > 2"), called);
    assert_targets(&seat.targets(4), &[0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn an_exit_beside_a_signal_leaves() {
    let body = "
def on_bar(self, bar): return 'buy' if bar.close in (1, 5) else 'hold'
def should_exit(self, close, entry_price): return 'exit' if close - entry_price >= 2 else None";
    let mut called = on_bar();
    called.exit = Some(("should_exit".into(), vec![field("close"), Argument::EntryPrice]));
    assert_targets(&Seat::new(&class(body), called).targets(6), &[1.0, NAN, 0.0, NAN, 1.0, NAN]);
}

#[test]
fn position_and_entry_price_follow_the_answers() {
    let body = "
def on_bar(self, close, position, entry):
    expected = {1: (0, None), 2: (1, 1.0), 3: (-1, 2.0), 4: (0, None)}[close]
    assert (position, entry) == expected, (close, position, entry)
    return {1: 0.5, 2: 'short', 3: 'cover', 4: None}[close]";
    let arguments = vec![field("close"), Argument::Position, Argument::EntryPrice];
    let seat = Seat::new(&class(body), entry(Protocol::Bar, "on_bar", arguments));
    assert_targets(&seat.targets(4), &[0.5, -1.0, 0.0, NAN]);
}

#[test]
fn features_are_prepared_once_and_asked_row_by_row() {
    let body = "
def prepare(self, bars): return [{'x': c / 10} for c in bars]
def signal(self, row, previous, frame):
    assert previous is None or previous['x'] < row['x']
    return row['x'] if [one['x'] for one in frame][-1] == row['x'] else 'no'";
    let mut called = entry(
        Protocol::Features,
        "signal",
        vec![Argument::FeatureRow, Argument::PreviousFeatureRow, Argument::FeatureFrame],
    );
    called.prepare = Some(("prepare".into(), vec![Argument::Window(WindowShape::ListOfCloses)]));
    assert_targets(&Seat::new(&class(body), called.clone()).targets(3), &[0.1, 0.2, 0.3]);

    let short = "
def prepare(self, bars): return bars[1:]
def signal(self, row, previous, frame): return 1";
    Seat::new(&class(short), called).raises(FailureKind::WrongLength, "3 rows for 4 bars");
}

fn vectorised(shape: WindowShape) -> Entry {
    entry(Protocol::Vectorised, "generate_signals", vec![Argument::Window(shape)])
}

#[test]
fn one_call_answers_for_every_bar() {
    for (answer, expected) in [
        ("['buy', None, 'sell', 0.5]", [1.0, NAN, 0.0, 0.5]),
        ("(c > 2 for c in closes)", [0.0, 0.0, 1.0, 1.0]),
        ("{'signal': [1, 0, -1, 9]}", [1.0, 0.0, -1.0, 1.0]),
        ("{'Buy': [1, 0, 0, 0], 'Sell': [0, 0, 1, 0]}", [1.0, NAN, 0.0, NAN]),
        ("([0, 1, 0, 0], [0, 0, 0, 1])", [NAN, 1.0, NAN, 0.0]),
        (
            "{'enter_long': [1, 0, 0, 0], 'exit_long': [0, 1, 0, 0], 'enter_short': [0, 1, 0, 0], 'exit_short': [0, 0, 1, 0]}",
            [1.0, -1.0, 0.0, NAN],
        ),
    ] {
        let seat = Seat::new(
            &class(&format!("def generate_signals(self, closes): return {answer}")),
            vectorised(WindowShape::ListOfCloses),
        );
        assert_targets(&seat.targets(4), &expected);
    }
}

#[test]
fn an_answer_of_another_length_names_both() {
    let seat = Seat::new(
        &class("def generate_signals(self, closes): return closes[1:]"),
        vectorised(WindowShape::ListOfCloses),
    );
    seat.raises(FailureKind::WrongLength, "3 values for 4 bars");
    let seat =
        Seat::new(&class("def generate_signals(self, closes): return 'buy'"), vectorised(WindowShape::ListOfCloses));
    seat.raises(FailureKind::Answer, "'buy' (str)");
    let seat = Seat::new(
        &class("def generate_signals(self, closes): return [0, 0, float('inf'), 0]"),
        vectorised(WindowShape::ListOfCloses),
    );
    assert_eq!(seat.raises(FailureKind::Answer, "inf").bar, Some(2));
}

#[test]
fn data_may_come_through_the_constructor() {
    let body = "
def __init__(self, data): self.data = data
def generate_signals(self): return [c > 2 for c in self.data['close']]";
    let seat = Seat::new(&class(body), entry(Protocol::DataInConstructor, "generate_signals", vec![]))
        .argument("data", ArgumentSource::Data { shape: WindowShape::DictOfLists });
    assert_targets(&seat.targets(4), &[0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn an_error_tells_its_last_line_its_place_and_its_bar() {
    let body = "
def on_bar(self, bar):
    return self.divide(bar)
def divide(self, bar):
    return 1 / (bar.close - 3)";
    let failure = Seat::new(&class(body), on_bar()).failure(4);
    assert_eq!(failure.message, "ZeroDivisionError: float division by zero");
    assert_eq!((failure.kind, failure.bar), (FailureKind::Call, Some(2)));
    assert_eq!((failure.file.as_deref(), failure.line), (Some("strategies/s.py"), Some(6)));
}

#[test]
fn imports_and_constructors_fail_by_name() {
    let seat = Seat::new("import surely_not_installed_here\nclass S: pass", on_bar());
    let failure = seat.raises(FailureKind::MissingModule, "surely_not_installed_here");
    assert_eq!((failure.file.as_deref(), failure.line), (Some("strategies/s.py"), Some(1)));
    Seat::new("class S:\n  def f(:\n", on_bar()).raises(FailureKind::Import, "SyntaxError");
    Seat::new("from math import nothing_of_it\nclass S: pass", on_bar()).raises(FailureKind::Import, "nothing_of_it");
    let raising = class("def __init__(self): raise KeyError('account')");
    Seat::new(&raising, on_bar()).raises(FailureKind::Constructor, "KeyError: 'account'");
    Seat::new("class S: pass", on_bar()).raises(FailureKind::Call, "on_bar");
}
