//! A class that is long while the close rose over `window` bars, once as CPython would run it and once by hand,
//! right and wrong.

mod coverage;
mod gate;
mod seat;

use crate::discovery::{Parameter, Place, PlaceKind, Role, SearchRange, ValueType};
use crate::market::Series;
use crate::strategy::native::ir::{Kind, Observed, ObservedValue, Param, Program, Site, SiteId, Slot, State, Word};
use crate::strategy::native::lower::Lowered;
use crate::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Said};
use crate::strategy::native::verify::Build;
use crate::strategy::{Answers, Executor, Failure, FailureKind, Held, Outcome, ParamSet, Trace, Value, Witness};
use std::sync::Arc;

/// What the class does wrong, or what it does at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    None,
    /// One answer in a hundred.
    Signal,
    /// An attribute in its last bit; no answer changes by it.
    Attribute,
    /// Goes on where CPython raises.
    Unraised,
    /// Leaves at every fifth bar after the hundredth.
    Shy,
    /// Wrong on markets of a name that verification does not use.
    Elsewhere,
}

pub fn parameter() -> Parameter {
    Parameter {
        strategy: "s".into(),
        name: "window".into(),
        value_type: ValueType::Int,
        default: Value::Int(5),
        role: Role::Signal,
        range: Some(SearchRange::Int { low: 2, high: 40, step: 1 }),
        range_source: None,
        why_not_searched: None,
        below: None,
        place: Place {
            kind: PlaceKind::ConstructorDefault,
            path: "s.py".into(),
            line: 1,
            start: 0,
            end: 1,
            key: "window".into(),
            file_hash: String::new(),
        },
        shadowed: vec![],
        passed_as: vec![],
    }
}

pub fn program() -> Program {
    let site = Site { file: "s.py".into(), line: 7, why: "by hand".into() };
    Program {
        name: "s".into(),
        params: vec![Param { name: "window".into(), kind: Kind::I }],
        state: vec![State { name: "count".into(), word: Word::I }, State { name: "change".into(), word: Word::F }],
        sites: vec![site],
        observed: vec![
            Observed { attribute: "count".into(), value: ObservedValue::Int(Slot(0)) },
            Observed { attribute: "change".into(), value: ObservedValue::Float(Slot(1)) },
        ],
        ..Program::default()
    }
}

pub fn lowered(program: &Program) -> Lowered {
    Lowered { program: program.clone(), strings: vec![] }
}

/// Close over the close `window` bars ago; None before that.
fn change(close: &[f64], bar: usize, window: usize) -> Option<f64> {
    Some(close[bar] / close[bar.checked_sub(window)?] - 1.0)
}

fn target(change: Option<f64>) -> f64 {
    change.map_or(f64::NAN, |change| if change > 0.0 { 1.0 } else { 0.0 })
}

/// CPython's side. Where `raises` says so it raises at that bar of markets that long.
pub struct Cpython {
    pub raises: Option<usize>,
    pub runs: usize,
}

impl Cpython {
    pub fn new() -> Self {
        Self { raises: None, runs: 0 }
    }
}

impl Executor for Cpython {
    fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome> {
        self.trace(market, sets, &[]).into_iter().map(|(outcome, _)| outcome).collect()
    }
}

impl Witness for Cpython {
    fn trace(&mut self, market: &Series, sets: &[ParamSet], attributes: &[String]) -> Vec<(Outcome, Trace)> {
        self.runs += sets.len();
        let run = |set: &ParamSet| {
            let Some(Value::Int(window)) = set.get("window").or(Some(&Value::Int(5))) else { unreachable!() };
            let (mut held, mut targets) = (Vec::new(), Vec::new());
            for bar in 0..market.len() {
                if Some(bar) == self.raises {
                    let message = "ZeroDivisionError: float division by zero".to_owned();
                    let failure =
                        Failure { kind: FailureKind::Call, message, file: None, line: Some(7), bar: Some(bar) };
                    return (Outcome::Raised(failure), Trace::new(attributes.len(), held));
                }
                let change = change(&market.close, bar, usize::try_from(*window).unwrap());
                targets.push(target(change));
                for name in attributes {
                    held.push(match name.as_str() {
                        "count" => Held::Int(bar as i64 + 1),
                        _ => Held::Float(change.unwrap_or(0.0)),
                    });
                }
            }
            let answers = Answers { targets, clipped: 0, confidence: None };
            (Outcome::Ok(answers), Trace::new(attributes.len(), held))
        };
        sets.iter().map(run).collect()
    }
}

#[derive(Debug)]
struct Hand {
    fault: Fault,
    words: usize,
    /// Where the class raises.
    raises: Option<usize>,
}

impl Executable for Hand {
    fn run(
        &self,
        columns: &Columns,
        params: &[u64],
        _: &mut Memory,
        _: Budget,
        said: &mut Said,
        mut observe: Option<&mut dyn FnMut(usize, &[u64])>,
    ) -> Finish {
        *said = Said::default();
        let bars = columns.bars();
        let close: Vec<f64> = columns.words()[4 * bars..5 * bars].iter().map(|word| f64::from_bits(*word)).collect();
        for bar in 0..bars {
            let leaves = self.fault == Fault::Shy && bar > 100 && bar % 5 == 0;
            if leaves || Some(bar) == self.raises && self.fault != Fault::Unraised {
                return Finish::Bail { bar: Some(bar), site: SiteId(0) };
            }
            let change = change(&close, bar, usize::try_from(params[0]).unwrap());
            let answer = target(change);
            let elsewhere = self.fault == Fault::Elsewhere && close[0] == 1234.5;
            let wrong = self.fault == Fault::Signal && bar % 100 == 99 || elsewhere;
            said.targets.push(if wrong { -1.0 } else { answer });
            let mut state = vec![0; self.words];
            state[0] = bar as u64 + 1;
            state[1] = change.unwrap_or(0.0).to_bits() ^ u64::from(self.fault == Fault::Attribute && bar == 150);
            if let Some(observe) = &mut observe {
                observe(bar, &state);
            }
        }
        Finish::Done
    }
}

/// Builders are plain functions, as the real ones are.
pub fn build(fault: Fault, raises: bool) -> Build {
    fn hand(program: &Program, fault: Fault, raises: bool) -> Arc<dyn Executable> {
        Arc::new(Hand { fault, words: program.state.len(), raises: raises.then_some(30) })
    }
    match (fault, raises) {
        (Fault::None, false) => |program| Ok(hand(program, Fault::None, false)),
        (Fault::None, true) => |program| Ok(hand(program, Fault::None, true)),
        (Fault::Signal, _) => |program| Ok(hand(program, Fault::Signal, false)),
        (Fault::Attribute, _) => |program| Ok(hand(program, Fault::Attribute, false)),
        (Fault::Unraised, _) => |program| Ok(hand(program, Fault::Unraised, true)),
        (Fault::Shy, _) => |program| Ok(hand(program, Fault::Shy, false)),
        (Fault::Elsewhere, _) => |program| Ok(hand(program, Fault::Elsewhere, false)),
    }
}
