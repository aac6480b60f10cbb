use super::{Answers, Changes, ParamSet};
use crate::market::Series;
use serde::{Deserialize, Serialize};

/// What became of one parameter set on one market.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<A = Answers> {
    Ok(A),
    /// The constructor rejected this combination of values (ValueError or AssertionError) while the
    /// user's own values construct: a hole in the space, not a fault.
    Infeasible(Failure),
    /// The user's code raised, answered something that is no signal, or lacks a module.
    Raised(Failure),
    /// The wall clock or the CPU limit ended it.
    Timeout(Failure),
    /// The process died: a signal, an exit, memory.
    Crash(Failure),
    /// A native seat gave up; the set is to be replayed in CPython from bar 0.
    Bail {
        bar: usize,
        why: String,
    },
}

impl<A> Outcome<A> {
    /// The same with other answers.
    pub fn map<B>(self, f: impl FnOnce(A) -> B) -> Outcome<B> {
        match self {
            Self::Ok(answers) => Outcome::Ok(f(answers)),
            Self::Infeasible(failure) => Outcome::Infeasible(failure),
            Self::Raised(failure) => Outcome::Raised(failure),
            Self::Timeout(failure) => Outcome::Timeout(failure),
            Self::Crash(failure) => Outcome::Crash(failure),
            Self::Bail { bar, why } => Outcome::Bail { bar, why },
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// An import failed; `message` names the module.
    MissingModule,
    Import,
    Constructor,
    Call,
    /// The answer cannot be read as a target exposure.
    Answer,
    WrongLength,
    Timeout,
    Memory,
    Exit,
    Signal,
    /// The protocol between host and worker was disturbed.
    Channel,
}

/// The last line of the traceback and where it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    /// The traceback's last line: `ZeroDivisionError: float division by zero`.
    pub message: String,
    /// Innermost frame in the user's own code, path relative to the root.
    pub file: Option<String>,
    pub line: Option<u32>,
    /// Zero-based bar at which it happened, where that is known.
    pub bar: Option<usize>,
}

/// A seat that runs one strategy class.
pub trait Executor {
    /// Runs every set over `market` from a fresh state; one outcome per set, in order. No set can be
    /// seen by another, and a set that fails costs only itself.
    fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome>;

    /// The same for who wants to know where targets change, which some seats can say without a target per bar.
    fn changes(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome<Changes>> {
        self.run(market, sets).into_iter().map(|outcome| outcome.map(|answers| Changes::of(&answers))).collect()
    }
}
