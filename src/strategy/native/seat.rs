use super::answers::{changes_differ, difference, read, read_moves};
use super::frame::{self, Whole};
use super::ir::Program;
use super::machine::{Budget, Columns, Executable, Finish, Memory, Moves, Said};
use super::unit::{Made, Unit};
use super::verify::{Finding, told};
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::{Answers, Changes, Executor, Outcome, ParamSet};
use std::fmt::Write;
use std::sync::Arc;

/// Runs a class natively, and in CPython wherever native code leaves; answers in both cases what CPython would.
pub struct Seat {
    unit: Arc<Unit>,
    cpython: Box<dyn Executor + Send>,
    /// Of the runs that are made again in CPython, in [0, 1].
    share: f64,
    memory: Memory,
    said: Said,
    moves: Moves,
    words: Vec<u64>,
}

/// One market as the unit takes it.
enum Bars {
    Steps(Columns),
    Columns(Arc<frame::Market>),
}

/// What one set is run on.
enum Asked<'a> {
    Steps(&'a dyn Executable, &'a Program, &'a Columns),
    Columns(&'a Whole, &'a frame::Market),
}

impl Seat {
    pub fn new(unit: Arc<Unit>, cpython: Box<dyn Executor + Send>, share: f64) -> Self {
        let (memory, said, moves) = (Memory::default(), Said::default(), Moves::default());
        Self { unit, cpython, share, memory, said, moves, words: Vec::new() }
    }

    fn bars(&self, market: &Series) -> Bars {
        match &self.unit.made {
            Made::Steps { .. } => Bars::Steps(self.unit.columns(market)),
            Made::Columns(whole) => Bars::Columns(whole.market(market)),
        }
    }

    /// None where CPython has to decide.
    fn native(&mut self, bars: &Bars, set: &ParamSet) -> Option<Answers> {
        let unit = Arc::clone(&self.unit);
        let (executable, program, columns) = match self.asked(&unit, bars, set)? {
            Asked::Columns(whole, market) => return self.whole(whole, market, set),
            Asked::Steps(executable, program, columns) => (executable, program, columns),
        };
        let Self { memory, said, words, .. } = self;
        let finish = executable.run(columns, words, memory, Budget::default(), said, None);
        self.ended(program, finish)?;
        let answers = read(&mut self.said);
        self.finite(answers)
    }

    /// The same, told where the target changes.
    fn moved(&mut self, bars: &Bars, set: &ParamSet) -> Option<Changes> {
        let unit = Arc::clone(&self.unit);
        let (executable, program, columns) = match self.asked(&unit, bars, set)? {
            Asked::Columns(whole, market) => return self.whole(whole, market, set).as_ref().map(Changes::of),
            Asked::Steps(executable, program, columns) => (executable, program, columns),
        };
        let Self { memory, moves, words, .. } = self;
        let finish = executable.moves(columns, words, memory, Budget::default(), moves);
        self.ended(program, finish)?;
        self.finite(read_moves(&self.moves))
    }

    /// What is to be run, with the set's words laid out. None where the program does not take the set.
    fn asked<'a>(&mut self, unit: &'a Unit, bars: &'a Bars, set: &ParamSet) -> Option<Asked<'a>> {
        match (&unit.made, bars) {
            (Made::Steps { program, executable, arguments }, Bars::Steps(columns)) => {
                arguments.words(set, &mut self.words).map_err(|why| unit.left(why)).ok()?;
                Some(Asked::Steps(&**executable, program, columns))
            }
            (Made::Columns(whole), Bars::Columns(market)) => {
                self.words.clear();
                let hash = blake3::hash(frame::named(set).as_bytes());
                self.words.extend(hash.as_bytes().as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)));
                Some(Asked::Columns(whole, market))
            }
            _ => None,
        }
    }

    fn whole(&self, whole: &Whole, market: &frame::Market, set: &ParamSet) -> Option<Answers> {
        whole.run(market, set).map_err(|exit| self.unit.left(exit.told())).ok()
    }

    fn ended(&self, program: &Program, finish: Finish) -> Option<()> {
        let site = match finish {
            Finish::Done => return Some(()),
            Finish::Bail { site, .. } => Some(site),
            Finish::Fuel { .. } | Finish::Memory { .. } => None,
        };
        self.unit.left(told(program, site));
        None
    }

    fn finite<A>(&self, answers: Result<A, usize>) -> Option<A> {
        answers.map_err(|_| self.unit.left("it answered an infinite target".to_owned())).ok()
    }

    /// Chosen by what is run, so that the same runs are made again on any number of threads.
    fn is_chosen(&self, market: Seed, name: &mut String) -> bool {
        if self.share <= 0.0 || self.share >= 1.0 {
            return self.share >= 1.0;
        }
        name.clear();
        for word in &self.words {
            // Writing to a text cannot fail.
            let _ = write!(name, "{word:x} ");
        }
        market.child(name).is_among(self.share)
    }
}

impl Seat {
    /// Runs every set by `native`, and in CPython what that leaves and what is chosen. `parted` tells how a native
    /// answer contradicts CPython's; `told` makes of CPython's answers what `native` makes of its own.
    fn block<A>(
        &mut self,
        market: &Series,
        sets: &[ParamSet],
        native: fn(&mut Self, &Bars, &ParamSet) -> Option<A>,
        parted: fn(&mut Self, &Bars, &ParamSet, &Answers, &A) -> Option<Difference>,
        told: fn(Answers) -> A,
    ) -> Vec<Outcome<A>> {
        let in_cpython = |outcome: Outcome| outcome.map(told);
        if self.unit.overturned().is_some() {
            return self.cpython.run(market, sets).into_iter().map(in_cpython).collect();
        }
        let bars = self.bars(market);
        let seed = self.unit.seed.child(&market.name);
        let mut name = String::new();
        let mut answered: Vec<Option<A>> = Vec::with_capacity(sets.len());
        let mut asked = Vec::new();
        for (index, set) in sets.iter().enumerate() {
            let answers = native(self, &bars, set);
            if answers.is_none() || self.is_chosen(seed, &mut name) {
                asked.push(index);
            }
            answered.push(answers);
        }
        let replayed = answered.iter().filter(|answers| answers.is_none()).count();
        self.unit.count(sets.len() - replayed, replayed, asked.len() - replayed);
        if asked.is_empty() {
            return answered.into_iter().map(|native| settle(native, None)).collect();
        }
        let again: Vec<ParamSet> = asked.iter().map(|&index| sets[index].clone()).collect();
        let mut cpython: Vec<Option<Outcome>> = vec![None; sets.len()];
        for (&index, outcome) in asked.iter().zip(self.cpython.run(market, &again)) {
            cpython[index] = Some(outcome);
        }
        for (index, answers) in answered.iter().enumerate() {
            let (Some(answers), Some(outcome)) = (answers, &cpython[index]) else { continue };
            let difference = match outcome {
                Outcome::Ok(cpython) => parted(self, &bars, &sets[index], cpython, answers),
                Outcome::Raised(failure) | Outcome::Infeasible(failure) => {
                    Some((failure.bar, "end".to_owned(), failure.message.clone(), "answered every bar".to_owned()))
                }
                Outcome::Timeout(_) | Outcome::Crash(_) | Outcome::Bail { .. } => None,
            };
            if let Some((bar, what, cpython, native)) = difference {
                let parameters = serde_json::to_string(&sets[index]).unwrap_or_else(|error| error.to_string());
                self.unit.overturn(Finding { market: market.name.clone(), parameters, bar, what, cpython, native });
                return self.cpython.run(market, sets).into_iter().map(in_cpython).collect();
            }
        }
        answered.into_iter().zip(cpython).map(|(native, outcome)| settle(native, outcome.map(in_cpython))).collect()
    }

    /// Where the changes stood, the answers bar by bar have to stand too.
    fn moves_parted(&mut self, bars: &Bars, set: &ParamSet, cpython: &Answers, native: &Changes) -> Option<Difference> {
        changes_differ(&Changes::of(cpython), native).or_else(|| match self.native(bars, set) {
            Some(native) => difference(cpython, &native),
            None => Some((None, "end".to_owned(), "answered every bar".to_owned(), "left".to_owned())),
        })
    }
}

/// Bar, what, in CPython, natively.
type Difference = (Option<usize>, String, String, String);

impl Executor for Seat {
    fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome> {
        let parted =
            |_: &mut Self, _: &Bars, _: &ParamSet, cpython: &Answers, native: &Answers| difference(cpython, native);
        self.block(market, sets, Self::native, parted, |answers| answers)
    }

    fn changes(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome<Changes>> {
        self.block(market, sets, Self::moved, Self::moves_parted, |answers| Changes::of(&answers))
    }
}

/// A native answer that was not asked about, or that agrees, stands; otherwise it is CPython's to say.
fn settle<A>(native: Option<A>, cpython: Option<Outcome<A>>) -> Outcome<A> {
    match (native, cpython) {
        // A clock or a limit that ended CPython's run says nothing against the answer.
        (Some(native), None | Some(Outcome::Timeout(_) | Outcome::Crash(_))) => Outcome::Ok(native),
        (_, Some(outcome)) => outcome,
        (None, None) => Outcome::Bail { bar: 0, why: "CPython was asked and answered nothing".to_owned() },
    }
}
