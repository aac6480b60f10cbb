//! Shapes that need numpy and pandas. Skipped, visibly, where CBT_TEST_PYTHON_PANDAS names no interpreter.

use super::seat::{NAN, Seat, assert_targets, class, entry, market, pandas, targets};
use continuous_backtest::discovery::ArgumentSource;
use continuous_backtest::strategy::look_ahead::{Verdict, check};
use continuous_backtest::strategy::{
    Argument, BarShape, Entry, Executor, FailureKind, Outcome, ParamSet, Protocol, WindowShape,
};

fn frame() -> Entry {
    entry(Protocol::Vectorised, "generate_signals", vec![Argument::Window(WindowShape::Frame)])
}

fn seat(body: &str, called: Entry) -> Option<Seat> {
    let interpreter = pandas()?;
    let source = format!("import numpy as np\nimport pandas as pd\n{}", class(body));
    Some(Seat::new(&source, called).with(|seat| seat.interpreter = interpreter))
}

#[test]
fn vectorised_answers_of_every_kind() {
    for (answer, expected) in [
        ("(df['close'] > 2).astype(int)", [0.0, 0.0, 1.0, 1.0]),
        ("df['close'] > 2", [0.0, 0.0, 1.0, 1.0]),
        ("df.assign(signal=np.where(df['close'] > 2, 1, -1))", [-1.0, -1.0, 1.0, 1.0]),
        ("df.assign(Position=df.close.diff())", [NAN, 1.0, 1.0, 1.0]),
        ("df.assign(buy=df.close == 2, sell=df.close == 4)", [NAN, 1.0, NAN, 0.0]),
        ("pd.Series(['buy', None, 'hold', 'sell'], index=df.index)", [1.0, NAN, NAN, 0.0]),
        ("np.array([0.5, np.nan, 3, 0])", [0.5, NAN, 1.0, 0.0]),
        ("np.array([[1], [0], [1], [0]])", [1.0, 0.0, 1.0, 0.0]),
        ("pd.Series([1, None, 0, 1], dtype='Int64')", [1.0, NAN, 0.0, 1.0]),
        ("(df, df['close'] > 3)[1].tolist()", [0.0, 0.0, 0.0, 1.0]),
        ("df.__setitem__('signal', 1)", [1.0; 4]),
    ] {
        println!("{answer}");
        let Some(seat) = seat(&format!("def generate_signals(self, df): return {answer}"), frame()) else { return };
        assert_targets(&seat.targets(4), &expected);
    }
}

#[test]
fn answers_that_do_not_fit() {
    let Some(short) = seat("def generate_signals(self, df): return df['close'].rolling(2).mean().dropna()", frame())
    else {
        return;
    };
    // The index tells which bars they are: the others are as before.
    assert_targets(&short.targets(4), &[NAN, 1.0, 1.0, 1.0]);
    let short = seat("def generate_signals(self, df): return df['close'].iloc[1:].to_numpy()", frame()).unwrap();
    short.raises(FailureKind::WrongLength, "3 values for 4 bars");
    let elsewhere = "def generate_signals(self, df): return df['close'].iloc[1:].shift(3, freq='h')";
    seat(elsewhere, frame()).unwrap().raises(FailureKind::WrongLength, "3 values for 4 bars");
    let infinite = seat("def generate_signals(self, df): return df['close'] / (df['close'] - 3)", frame()).unwrap();
    assert_eq!(infinite.raises(FailureKind::Answer, "inf").bar, Some(2));
    seat("def generate_signals(self, df): return df", frame()).unwrap().raises(FailureKind::Answer, "'volume'");
    seat("def generate_signals(self, df): return df['vwap']", frame())
        .unwrap()
        .raises(FailureKind::Call, "KeyError: 'vwap'");
}

#[test]
fn frames_follow_the_spelling_of_the_source() {
    for answer in [
        "df['Close'] / 10 if list(df.columns) == ['Open', 'High', 'Low', 'Close', 'Volume'] else None",
        "df['close'] / 10 if list(df.columns) == ['open', 'high', 'low', 'close', 'volume'] else None",
        "(df['close'] + df['Close']) / 20 if len(df.columns) == 10 else None",
        "df.close / 10 if df['date'].dt.day.tolist() == [1, 2, 3, 4] and df.index.day.tolist() == [1, 2, 3, 4] else None",
        "df.close / 10 if df.index.name == 'timestamp' and df.close.dtype == 'float64' else None",
    ] {
        let Some(seat) = seat(&format!("def generate_signals(self, df): return {answer}"), frame()) else { return };
        assert_targets(&seat.targets(4), &[0.1, 0.2, 0.3, 0.4]);
    }
}

#[test]
fn windows_rows_and_arrays() {
    for (protocol, shape, value) in [
        (
            Protocol::Window,
            Argument::Window(WindowShape::Frame),
            "x['close'].iloc[-1] if len(x) == x.close.max() else 'no'",
        ),
        (Protocol::Window, Argument::Window(WindowShape::SeriesOfCloses), "x.iloc[-1] if len(x) == x.max() else 'no'"),
        (
            Protocol::Window,
            Argument::Window(WindowShape::ArrayOfCloses),
            "x[-1] if x.base is None and len(x) == x.max() else 'no'",
        ),
        (Protocol::Bar, Argument::Bar(BarShape::PandasRow), "x['close'] if x.close == x.name.day else 'no'"),
    ] {
        let body = format!("def ask(self, x):\n    v = {value}\n    x[:] = 0\n    return v / 10");
        let Some(seat) = seat(&body, entry(protocol, "ask", vec![shape])) else { return };
        for outcome in seat.outcomes(4, &[ParamSet::new(), ParamSet::new()]) {
            assert_targets(&targets(outcome), &[0.1, 0.2, 0.3, 0.4]);
        }
    }
    let called = entry(Protocol::Window, "ask", vec![Argument::Window(WindowShape::Frame)]);
    for answer in
        ["df.assign(signal=df.close / 10)", "df.close / 10", "(df.close / 10).values", "(df.close / 10).iloc[-1]"]
    {
        let seat = seat(&format!("def ask(self, df): return {answer}"), called.clone()).unwrap();
        assert_targets(&seat.targets(3), &[0.1, 0.2, 0.3]);
    }
    let last = seat("def ask(self, df): return df.assign(buy=df.close == 2, sell=df.close == 3)", called).unwrap();
    assert_targets(&last.targets(3), &[NAN, 1.0, 0.0]);
    let called = entry(Protocol::FrameIndex, "decide", vec![Argument::Window(WindowShape::Frame), Argument::Index]);
    let body =
        "def decide(self, df, i): return {'action': 'buy' if i == len(df) - 1 and df.iloc[i]['close'] > 2 else 'hold'}";
    assert_targets(&seat(body, called).unwrap().targets(4), &[NAN, NAN, 1.0, 1.0]);
}

#[test]
fn features_with_a_warm_up_and_data_in_the_constructor() {
    let mut called = entry(Protocol::Features, "signal", vec![Argument::FeatureRow, Argument::PreviousFeatureRow]);
    called.prepare = Some(("features".into(), vec![Argument::Window(WindowShape::Frame)]));
    let body = "
def features(self, df):
    df['mean'] = df['close'].rolling(2).mean()
    return df.dropna()
def signal(self, row, previous): return row['mean'] / 10";
    let Some(warm) = seat(body, called) else { return };
    assert_targets(&warm.targets(3), &[NAN, 0.15, 0.25]);

    let body = "
def __init__(self, data): self.data = data
def generate_signals(self): self.data['signal'] = (self.data['close'] > 2).astype(int)";
    let built = seat(body, entry(Protocol::DataInConstructor, "generate_signals", vec![]))
        .unwrap()
        .argument("data", ArgumentSource::Data { shape: WindowShape::Frame });
    assert_targets(&built.targets(4), &[0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn a_frame_that_one_set_changes_is_whole_for_the_next() {
    let body = "
def generate_signals(self, df):
    seen = df['close'].copy() / 10
    df.loc[:, 'close'] = 0.0
    df['extra'] = 1
    df.values[:] = 7 if df.values.flags.writeable else df.values
    np.random.random()
    return seen";
    let Some(seat) = seat(body, frame()) else { return };
    for outcome in seat.outcomes(3, &[ParamSet::new(), ParamSet::new()]) {
        assert_targets(&targets(outcome), &[0.1, 0.2, 0.3]);
    }
}

#[test]
fn look_ahead_is_seen_and_its_absence_too() {
    for (answer, expected) in [
        ("(df['close'] > df['close'].rolling(3).mean()).astype(int)", None),
        ("df['close'].ewm(span=5).mean() > df['close'].shift(1)", None),
        ("(df['close'].shift(-1) > df['close']).astype(int)", Some(0)),
        ("(df['close'] > df['close'].mean()).astype(int)", Some(0)),
        ("(df['close'] > df['close'].rolling(3, center=True).mean()).astype(int)", None),
    ] {
        println!("{answer}");
        let Some(seat) = seat(&format!("def generate_signals(self, df): return {answer}"), frame()) else { return };
        let mut market = market(60);
        for (bar, close) in market.close.iter_mut().enumerate() {
            *close = 50.0 + ((bar * 7919) % 23) as f64;
        }
        let verdict = check(&mut seat.worker(), &market, &ParamSet::new(), 8).unwrap();
        match (expected, verdict) {
            (None, Verdict::Causal) => {}
            (Some(first), Verdict::LooksAhead { first_bar, .. }) => assert!(first_bar <= first + 3, "{verdict:?}"),
            (None, Verdict::LooksAhead { .. }) if answer.contains("center") => {}
            (_, other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn pandas_that_is_not_there_is_named() {
    let seat = Seat::new(&class("def generate_signals(self, df): return 1"), frame());
    if seat.interpreter.pandas.is_some() {
        eprintln!("SKIPPED: this python3 has pandas");
        return;
    }
    let mut worker = seat.worker();
    let Outcome::Raised(failure) = worker.run(&market(3), &[ParamSet::new()]).remove(0) else { panic!() };
    assert_eq!(failure.kind, FailureKind::MissingModule);
    assert!(failure.message.contains("'pandas'"), "{failure:?}");
}

/// `prepare` over the whole frame, then one call.
fn prepared(prepare: &str, body: &str, protocol: Protocol, arguments: Vec<Argument>) -> Option<Seat> {
    let mut called = entry(protocol, "generate_signals", arguments);
    called.prepare = Some(("prepare".into(), vec![Argument::Window(WindowShape::Frame)]));
    seat(&format!("def prepare(self, df): {prepare}\ndef generate_signals(self, df): {body}"), called)
}

#[test]
fn a_feature_step_then_the_whole_frame() {
    let whole = || vec![Argument::FeatureFrame];
    let cases = [
        // Changed in place, given back, without its first rows.
        ("df['x'] = df['close'] / 10", "return df['x']", [0.1, 0.2, 0.3, 0.4]),
        ("return df.assign(x=df['close'] / 10)", "return df['x'].tolist()", [0.1, 0.2, 0.3, 0.4]),
        ("return df.assign(x=df['close'].diff() / 2).dropna()", "return df['x']", [NAN, 0.5, 0.5, 0.5]),
        ("return df.assign(x=df['close'].diff() / 2).dropna()", "return df['x'].to_numpy()", [NAN, 0.5, 0.5, 0.5]),
        ("return df.assign(x=df['close'] / 10)", "df['signal'] = df['x']", [0.1, 0.2, 0.3, 0.4]),
    ];
    for (prepare, body, expected) in cases {
        let Some(seat) = prepared(prepare, body, Protocol::Vectorised, whole()) else { return };
        println!("{prepare}; {body}");
        assert_targets(&seat.targets(4), &expected);
    }
    let beside = prepared("return {'x': df['close'] / 10}", "return df['x']", Protocol::Vectorised, whole());
    assert_targets(&beside.unwrap().targets(4), &[0.1, 0.2, 0.3, 0.4]);
}

#[test]
fn a_feature_step_then_its_rows_so_far() {
    let body = "return df['x'].iloc[-1] if len(df) == df['close'].iloc[-1] else 'no'";
    let Some(seat) = prepared("df['x'] = df['close'] / 10", body, Protocol::Features, vec![Argument::FeatureFrame])
    else {
        return;
    };
    assert_targets(&seat.targets(4), &[0.1, 0.2, 0.3, 0.4]);
    // Bars whose rows were dropped are not asked.
    let dropped = "return df.assign(x=df['close'].diff() / 2).dropna()";
    let seat = prepared(dropped, "return df['x'].iloc[-1]", Protocol::Features, vec![Argument::FeatureFrame]).unwrap();
    assert_targets(&seat.targets(4), &[NAN, 0.5, 0.5, 0.5]);
}

#[test]
fn a_feature_step_that_looks_ahead_is_found_out() {
    let cheat = "df['x'] = (df['close'].shift(-1) > df['close']).astype(float)";
    let honest = "df['x'] = (df['close'].shift(1) < df['close']).astype(float)";
    for (prepare, causal) in [(cheat, false), (honest, true)] {
        let Some(seat) = prepared(prepare, "return df['x']", Protocol::Vectorised, vec![Argument::FeatureFrame]) else {
            return;
        };
        let verdict = check(&mut seat.worker(), &market(40), &ParamSet::new(), 5).unwrap();
        assert_eq!(verdict == Verdict::Causal, causal, "{prepare}: {verdict:?}");
    }
}

#[test]
fn a_feature_step_without_arguments_before_held_data() {
    let mut called = entry(Protocol::DataInConstructor, "generate_signals", vec![]);
    called.prepare = Some(("calculate_indicators".into(), vec![]));
    let body = "
def __init__(self, data): self.data = data.copy()
def calculate_indicators(self): self.data['x'] = self.data['close'] / 10
def generate_signals(self): return self.data['x']";
    let Some(seat) = seat(body, called) else { return };
    let seat = seat.argument("data", ArgumentSource::Data { shape: WindowShape::Frame });
    assert_targets(&seat.targets(4), &[0.1, 0.2, 0.3, 0.4]);
}
