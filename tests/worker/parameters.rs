//! How values reach unmodified code.

use super::seat::{NAN, Seat, assert_targets, class, market, on_bar, set, targets};
use continuous_backtest::discovery::{ArgumentSource, PlaceKind};
use continuous_backtest::strategy::{Executor, FailureKind, Outcome, ParamSet, Value};
use std::fs;

const DERIVED: &str = "
from collections import deque
from strategies.settings import FACTOR

class S:
    def __init__(self, window: int = 3):
        self.window = deque(maxlen=window)

    def on_bar(self, bar):
        self.window.append(bar.close)
        return len(self.window) * FACTOR
";

fn derived() -> Seat {
    Seat::new(DERIVED, on_bar())
        .file("strategies/settings.py", "FACTOR = 0.125  # of a whole\n")
        .value("window", "strategies/s.py", "window: int = 3", "3", PlaceKind::ConstructorDefault)
        .value("factor", "strategies/settings.py", "FACTOR = 0.125", "0.125", PlaceKind::ModuleConstant)
}

#[test]
fn a_value_in_source_changes_all_that_is_derived_from_it() {
    let seat = derived();
    let sets = [
        ParamSet::new(),
        set(&[("window", Value::Int(2))]),
        set(&[("window", Value::Int(1)), ("factor", Value::Float(0.5))]),
        ParamSet::new(),
    ];
    let before = fs::read(seat.path("strategies/s.py")).unwrap();
    let found: Vec<_> = seat.outcomes(4, &sets).into_iter().map(targets).collect();
    assert_targets(&found[0], &[0.125, 0.25, 0.375, 0.375]);
    assert_targets(&found[1], &[0.125, 0.25, 0.25, 0.25]);
    assert_targets(&found[2], &[0.5; 4]);
    assert_targets(&found[3], &found[0]);
    assert_eq!(fs::read(seat.path("strategies/s.py")).unwrap(), before);
}

#[test]
fn a_file_that_changed_since_discovery_is_refused() {
    let seat = derived();
    seat.write("strategies/settings.py", "FACTOR = 0.25  # of a whole\n");
    let failure = seat.raises(FailureKind::Import, "changed since discovery");
    assert_eq!(failure.file.as_deref(), Some("strategies/settings.py"));
}

#[test]
fn a_change_during_a_run_does_not_reach_the_worker() {
    let seat = derived();
    let mut worker = seat.worker();
    let first = targets(worker.run(&market(3), &[ParamSet::new()]).remove(0));
    seat.write("strategies/s.py", "raise SystemExit");
    assert_targets(&targets(worker.run(&market(3), &[ParamSet::new()]).remove(0)), &first);
}

#[test]
fn a_value_in_a_file_that_is_not_imported_is_no_silent_no_op() {
    let seat = Seat::new(&class("def on_bar(self, bar): return 1"), on_bar())
        .file("strategies/settings.py", "FACTOR = 0.5\n")
        .value("factor", "strategies/settings.py", "FACTOR = 0.5", "0.5", PlaceKind::ModuleConstant);
    let outcomes = seat.outcomes(2, &[set(&[("factor", Value::Float(0.25))]), ParamSet::new()]);
    let Outcome::Raised(failure) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert!(
        failure.message.contains("strategies/settings.py") && failure.message.contains("not imported"),
        "{failure:?}"
    );
    assert!(matches!(outcomes[1], Outcome::Ok(_)));
}

#[test]
fn values_of_every_type_are_written_as_python_writes_them() {
    let source = "
import enum
class Mode(enum.Enum):
    FAST = 1
    SLOW = 2
class S:
    kind = 'ema'
    on = False
    mode = Mode.SLOW
    limit = None
    def on_bar(self, bar):
        return {1: self.kind == \"it's\\\\n\", 2: self.on, 3: self.mode is Mode.FAST, 4: self.limit == 1e-9}[bar.close]
";
    let seat = Seat::new(source, on_bar())
        .value("kind", "strategies/s.py", "kind = 'ema'", "'ema'", PlaceKind::ClassAttribute)
        .value("on", "strategies/s.py", "on = False", "False", PlaceKind::ClassAttribute)
        .value("mode", "strategies/s.py", "mode = Mode.SLOW", "Mode.SLOW", PlaceKind::ClassAttribute)
        .value("limit", "strategies/s.py", "limit = None", "None", PlaceKind::ClassAttribute);
    let all = set(&[
        ("kind", Value::Str("it's\\n".into())),
        ("on", Value::Bool(true)),
        ("mode", Value::Code { code: "Mode.FAST".into() }),
        ("limit", Value::Float(1e-9)),
    ]);
    let found = seat.outcomes(4, &[ParamSet::new(), all]);
    assert_targets(&targets(found[0].clone()), &[0.0; 4]);
    assert_targets(&targets(found[1].clone()), &[1.0; 4]);
}

#[test]
fn configured_values_are_passed_by_keyword_or_inside_the_dict() {
    let body = "
def __init__(self, weight, config=None):
    self.weight, self.config = weight, config
def on_bar(self, bar): return self.weight + self.config['exit']['level']";
    let seat = Seat::new(&class(body), on_bar())
        .argument("weight", ArgumentSource::Default)
        .argument("config", ArgumentSource::Value { value: serde_json::json!({"exit": {"level": 0.25, "other": 1}}) })
        .configured("weight", Value::Float(0.5), &["weight"])
        .configured("level", Value::Float(0.25), &["config", "exit", "level"]);
    let sets =
        [ParamSet::new(), set(&[("weight", Value::Float(0.125))]), set(&[("level", Value::Int(0))]), ParamSet::new()];
    let found: Vec<f64> = seat.outcomes(1, &sets).into_iter().map(|outcome| targets(outcome)[0]).collect();
    assert_eq!(found, [0.75, 0.375, 0.5, 0.75]);
}

#[test]
fn companion_objects_are_built_and_their_fields_overridden() {
    let source = "
from dataclasses import dataclass
@dataclass(frozen=True)
class Config:
    level: float = 0.5
    double: float = 0.0
    def __post_init__(self): object.__setattr__(self, 'double', 2 * self.level)
class S:
    def __init__(self, config: Config): self.config = config
    def on_bar(self, bar): return self.config.double
";
    let instance = ArgumentSource::Instance { module: "strategies.s".into(), qualname: "Config".into() };
    let seat = Seat::new(source, on_bar()).argument("config", instance).value(
        "level",
        "strategies/s.py",
        "level: float = 0.5",
        "0.5",
        PlaceKind::DataclassField,
    );
    let found = seat.outcomes(1, &[ParamSet::new(), set(&[("level", Value::Float(0.25))])]);
    let found: Vec<f64> = found.into_iter().map(|outcome| targets(outcome)[0]).collect();
    assert_eq!(found, [1.0, 0.5]);
}

#[test]
fn a_rejected_combination_is_a_hole_and_not_a_fault() {
    let body = "
def __init__(self, fast=3, slow=5):
    if fast >= slow: raise ValueError('fast must be below slow')
def on_bar(self, bar): return None";
    let seat = Seat::new(&class(body), on_bar())
        .value("fast", "strategies/s.py", "fast=3", "3", PlaceKind::ConstructorDefault)
        .value("slow", "strategies/s.py", "slow=5", "5", PlaceKind::ConstructorDefault);
    let outcomes =
        seat.outcomes(2, &[set(&[("fast", Value::Int(9))]), ParamSet::new(), set(&[("fast", Value::Int(4))])]);
    let Outcome::Infeasible(failure) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(failure.message, "ValueError: fast must be below slow");
    assert_targets(&targets(outcomes[1].clone()), &[NAN, NAN]);
    assert_targets(&targets(outcomes[2].clone()), &[NAN, NAN]);

    let always = "
def __init__(self, fast=3): raise ValueError('never')
def on_bar(self, bar): return None";
    let seat = Seat::new(&class(always), on_bar()).value(
        "fast",
        "strategies/s.py",
        "fast=3",
        "3",
        PlaceKind::ConstructorDefault,
    );
    assert!(matches!(seat.outcomes(2, &[set(&[("fast", Value::Int(9))])])[0], Outcome::Raised(_)));
}

#[test]
fn unknown_names_and_values_without_a_literal_are_refused() {
    let outcomes = derived().outcomes(
        2,
        &[set(&[("nothing", Value::Int(1))]), set(&[("factor", Value::Float(f64::INFINITY))]), ParamSet::new()],
    );
    assert!(matches!(&outcomes[0], Outcome::Raised(failure) if failure.message.contains("nothing")));
    assert!(matches!(&outcomes[1], Outcome::Raised(failure) if failure.message.contains("no literal")));
    assert!(matches!(outcomes[2], Outcome::Ok(_)));
}
