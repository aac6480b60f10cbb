use super::answers::{difference, read};
use super::frame;
use super::machine::{Budget, Columns, Finish, Memory, Said};
use super::unit::{Made, Unit};
use super::verify::{Finding, told};
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::{Answers, Executor, Outcome, ParamSet};
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
    words: Vec<u64>,
}

/// One market as the unit takes it.
enum Bars {
    Steps(Columns),
    Columns(Arc<frame::Market>),
}

impl Seat {
    pub fn new(unit: Arc<Unit>, cpython: Box<dyn Executor + Send>, share: f64) -> Self {
        Self { unit, cpython, share, memory: Memory::default(), said: Said::default(), words: Vec::new() }
    }

    fn bars(&self, market: &Series) -> Bars {
        match &self.unit.made {
            Made::Steps { .. } => Bars::Steps(self.unit.columns(market)),
            Made::Columns(whole) => Bars::Columns(whole.market(market)),
        }
    }

    /// None where CPython has to decide.
    fn native(&mut self, bars: &Bars, set: &ParamSet) -> Option<Answers> {
        let Self { unit, memory, said, words, .. } = self;
        let (program, executable, arguments, columns) = match (&unit.made, bars) {
            (Made::Steps { program, executable, arguments }, Bars::Steps(columns)) => {
                (program, executable, arguments, columns)
            }
            (Made::Columns(whole), Bars::Columns(market)) => {
                words.clear();
                let hash = blake3::hash(frame::named(set).as_bytes());
                words.extend(hash.as_bytes().as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)));
                return whole.run(market, set).map_err(|exit| unit.left(exit.told())).ok();
            }
            _ => return None,
        };
        if let Err(why) = arguments.words(set, words) {
            unit.left(why);
            return None;
        }
        let site = match executable.run(columns, words, memory, Budget::default(), said, None) {
            Finish::Done => match read(said) {
                Ok(answers) => return Some(answers),
                Err(_) => {
                    unit.left("it answered an infinite target".to_owned());
                    return None;
                }
            },
            Finish::Bail { site, .. } => Some(site),
            Finish::Fuel { .. } | Finish::Memory { .. } => None,
        };
        unit.left(told(program, site));
        None
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
        (market.child(name).value() as f64) < self.share * 2_f64.powi(64)
    }
}

impl Executor for Seat {
    fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome> {
        if self.unit.overturned().is_some() {
            return self.cpython.run(market, sets);
        }
        let bars = self.bars(market);
        let seed = self.unit.seed.child(&market.name);
        let mut name = String::new();
        let mut native: Vec<Option<Answers>> = Vec::with_capacity(sets.len());
        let mut asked = Vec::new();
        for (index, set) in sets.iter().enumerate() {
            let answers = self.native(&bars, set);
            if answers.is_none() || self.is_chosen(seed, &mut name) {
                asked.push(index);
            }
            native.push(answers);
        }
        let again: Vec<ParamSet> = asked.iter().map(|&index| sets[index].clone()).collect();
        let told = if again.is_empty() { Vec::new() } else { self.cpython.run(market, &again) };
        let mut cpython: Vec<Option<Outcome>> = vec![None; sets.len()];
        for (&index, outcome) in asked.iter().zip(told) {
            cpython[index] = Some(outcome);
        }
        let replayed = native.iter().filter(|answers| answers.is_none()).count();
        self.unit.count(sets.len() - replayed, replayed, asked.len() - replayed);
        for (index, answers) in native.iter().enumerate() {
            if let (Some(answers), Some(outcome)) = (answers, &cpython[index])
                && let Some(finding) = contradiction(market, &sets[index], outcome, answers)
            {
                self.unit.overturn(finding);
                return self.cpython.run(market, sets);
            }
        }
        native.into_iter().zip(cpython).map(|(native, cpython)| settle(native, cpython)).collect()
    }
}

/// A native answer that was not asked about, or that agrees, stands; otherwise it is CPython's to say.
fn settle(native: Option<Answers>, cpython: Option<Outcome>) -> Outcome {
    match (native, cpython) {
        // A clock or a limit that ended CPython's run says nothing against the answer.
        (Some(native), None | Some(Outcome::Timeout(_) | Outcome::Crash(_))) => Outcome::Ok(native),
        (_, Some(outcome)) => outcome,
        (None, None) => Outcome::Bail { bar: 0, why: "CPython was asked and answered nothing".to_owned() },
    }
}

fn contradiction(market: &Series, set: &ParamSet, outcome: &Outcome, native: &Answers) -> Option<Finding> {
    let (bar, what, cpython, native) = match outcome {
        Outcome::Ok(cpython) => difference(cpython, native)?,
        Outcome::Raised(failure) | Outcome::Infeasible(failure) => {
            (failure.bar, "end".to_owned(), failure.message.clone(), "answered every bar".to_owned())
        }
        Outcome::Timeout(_) | Outcome::Crash(_) | Outcome::Bail { .. } => return None,
    };
    let parameters = serde_json::to_string(set).unwrap_or_else(|error| error.to_string());
    Some(Finding { market: market.name.clone(), parameters, bar, what, cpython, native })
}
