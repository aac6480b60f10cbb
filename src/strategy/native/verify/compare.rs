//! One native run held against what CPython answered and held.

#![expect(clippy::result_large_err, reason = "a finding ends the verification of a class: it is made once")]

use super::finding::Finding;
use crate::market::Series;
use crate::strategy::native::answers::{changes_differ, difference, read, read_moves};
use crate::strategy::native::ir::{ObservedValue, Program, SiteId, Slot, tag};
use crate::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Moves, Said};
use crate::strategy::{Changes, Failure, Held, Outcome, ParamSet, Trace};

/// One run in CPython.
#[derive(Debug, Clone)]
pub struct Witnessed<'a> {
    pub market: &'a Series,
    pub set: ParamSet,
    pub outcome: Outcome,
    pub trace: Trace,
}

/// How a native run that did not contradict CPython ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All answers are CPython's.
    Same,
    /// It left, at a bar where CPython had not raised before.
    Left { site: Option<SiteId> },
    /// CPython's own run was killed: there is nothing to compare with.
    Untold,
}

/// Runs `executable` over the market of `witnessed`, within `budget`. `state` hears the state words after each bar.
///
/// # Errors
/// The first difference.
pub fn compare(
    program: &Program,
    executable: &dyn Executable,
    (columns, words): (&Columns, &[u64]),
    (memory, budget): (&mut Memory, Budget),
    witnessed: &Witnessed<'_>,
    state: &mut dyn FnMut(&[u64]),
) -> Result<Ended, Finding> {
    let finding = |bar, what: String, cpython, native| Finding {
        market: witnessed.market.name.clone(),
        parameters: serde_json::to_string(&witnessed.set).unwrap_or_else(|error| error.to_string()),
        bar,
        what,
        cpython,
        native,
    };
    let mut parted: Option<(usize, usize, Held, String)> = None;
    let mut said = Said::default();
    let mut watch = |bar: usize, words: &[u64]| {
        state(words);
        for (index, observed) in program.observed.iter().enumerate() {
            if let Some(held) = witnessed.trace.at(bar, index)
                && parted.is_none()
                && let Some(native) = unequal(held, observed.value, words)
            {
                parted = Some((bar, index, held, native));
            }
        }
    };
    let finish = executable.run(columns, words, memory, budget, &mut said, Some(&mut watch));
    if let Some((bar, index, held, native)) = parted {
        let what = format!("self.{}", program.observed[index].attribute);
        return Err(finding(Some(bar), what, format!("{held:?}"), native));
    }
    let left = |bar: Option<usize>, site| match &witnessed.outcome {
        Outcome::Raised(failure) | Outcome::Infeasible(failure) if beyond(bar, failure) => {
            let native = format!("went on to bar {}", bar.unwrap_or_default());
            Err(finding(failure.bar, "end".to_owned(), failure.message.clone(), native))
        }
        _ => Ok(Ended::Left { site }),
    };
    match finish {
        Finish::Bail { bar, site } => left(bar, Some(site)),
        Finish::Fuel { bar } | Finish::Memory { bar } => left(bar, None),
        Finish::Done => match read(&mut said) {
            Err(bar) => left(Some(bar), None),
            Ok(native) => match &witnessed.outcome {
                Outcome::Ok(cpython) => {
                    let mut moves = Moves::default();
                    let finish = executable.moves(columns, words, memory, budget, &mut moves);
                    let parted = difference(cpython, &native).or_else(|| match (finish, read_moves(&moves)) {
                        (Finish::Done, Ok(native)) => changes_differ(&Changes::of(cpython), &native),
                        (finish, _) => Some((None, "end".to_owned(), "answered".to_owned(), format!("{finish:?}"))),
                    });
                    match parted {
                        None => Ok(Ended::Same),
                        Some((bar, what, cpython, native)) => Err(finding(bar, what, cpython, native)),
                    }
                }
                Outcome::Raised(failure) | Outcome::Infeasible(failure) => Err(finding(
                    failure.bar,
                    "end".to_owned(),
                    failure.message.clone(),
                    "answered every bar".to_owned(),
                )),
                Outcome::Timeout(_) | Outcome::Crash(_) | Outcome::Bail { .. } => Ok(Ended::Untold),
            },
        },
    }
}

/// Whether native code went past the bar at which CPython raised. Before the first bar comes the constructor.
fn beyond(bar: Option<usize>, failure: &Failure) -> bool {
    match (bar, failure.bar) {
        (Some(native), Some(cpython)) => native > cpython,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// What native code holds, where that is not what CPython holds. Types have to be equal except where nothing can
/// tell them apart: a float slot may stand for an integer of the same value, an integer slot for a boolean.
fn unequal(held: Held, observed: ObservedValue, state: &[u64]) -> Option<String> {
    let word = |slot: Slot| state[slot.0 as usize];
    let float = |bits: u64, value: f64| {
        let native = f64::from_bits(bits);
        (native.to_bits() != value.to_bits() && !(native.is_nan() && value.is_nan()))
            .then(|| format!("Float({native:?})"))
    };
    let int = |bits: u64, value: i64| (bits.cast_signed() != value).then(|| format!("Int({})", bits.cast_signed()));
    match (held, observed) {
        (Held::Absent, _) => None,
        (Held::Float(value), ObservedValue::Float(slot)) => float(word(slot), value),
        (Held::Int(value), ObservedValue::Float(slot)) if (value as f64) as i128 == i128::from(value) => {
            let native = f64::from_bits(word(slot));
            (native != value as f64).then(|| format!("Float({native:?})"))
        }
        (Held::Int(value), ObservedValue::Int(slot)) => int(word(slot), value),
        (Held::Bool(value), ObservedValue::Int(slot)) => int(word(slot), i64::from(value)),
        (_, ObservedValue::Float(slot)) => Some(format!("Float({:?})", f64::from_bits(word(slot)))),
        (_, ObservedValue::Int(slot)) => Some(format!("Int({})", word(slot).cast_signed())),
        (held, ObservedValue::Any { tag: kind, bits }) => {
            let kind = word(kind).cast_signed();
            let named = match held {
                Held::None => tag::NONE,
                Held::Bool(_) => tag::BOOL,
                Held::Int(_) => tag::INT,
                Held::Float(_) => tag::FLOAT,
                Held::Str => tag::STR,
                Held::Absent | Held::Other => -1,
            };
            if kind != named {
                return Some(format!("a value of tag {kind}"));
            }
            match held {
                Held::Bool(value) => int(word(bits), i64::from(value)),
                Held::Int(value) => int(word(bits), value),
                Held::Float(value) => float(word(bits), value),
                _ => None,
            }
        }
    }
}
