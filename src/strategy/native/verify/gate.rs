//! Native code is used after it agreed with the user's own interpreter, bar by bar, on markets and parameter sets
//! that are made to take it apart.

#![expect(clippy::result_large_err, reason = "a finding ends the verification of a class: it is made once")]

use super::compare::{Ended, Witnessed, compare};
use super::coverage::{Edge, Instrumented, restrict};
use super::finding::Finding;
use super::verdict::Verdict;
use super::{markets, sets};
use crate::discovery::Parameter;
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::native::ir::{Program, SiteId};
use crate::strategy::native::machine::{Budget, Columns, Executable, Memory};
use crate::strategy::native::{Arguments, Rung};
use crate::strategy::{FailureKind, Outcome, ParamSet, Value, Witness};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Makes a program runnable.
///
/// # Errors
/// Why this platform cannot, in words.
pub type Build = fn(&Program) -> Result<Arc<dyn Executable>, String>;

/// Bars of a gate market beside twice the longest window.
const BARS: usize = 260;
const MOST_BARS: usize = 1500;

/// What one class is verified with.
pub struct Gate<'a> {
    pub strategy: &'a str,
    pub program: &'a Program,
    pub parameters: &'a [Parameter],
    pub arguments: &'a Arguments,
    /// From the top; the last has to be the one that is easiest to trust: its run tells which branches were taken.
    pub builds: &'a [(Rung, Build)],
    /// Markets of the user's own.
    pub real: &'a [Series],
    /// As the verdict is to be dated.
    pub now: String,
}

/// A verdict, and what runs where it is good: `program` without the branches that were never seen.
pub struct Verified {
    pub verdict: Verdict,
    pub executable: Option<(Arc<dyn Executable>, Program)>,
}

impl Gate<'_> {
    /// Runs everything. The gate's markets and sets depend on nothing but the class.
    pub fn verify(&self, cpython: &mut dyn Witness) -> Verified {
        let seed = Seed::new(0).child("verification").child(self.strategy);
        let mut words = Vec::new();
        let mut fit = |set: &ParamSet| self.arguments.words(set, &mut words).is_ok();
        let takes = |name: &str| self.arguments.takes(name);
        let sets = sets::sets(self.parameters, &takes, &mut fit, seed.child("sets"));
        let markets = markets::markets(self.real, bars(self.parameters, &sets), seed.child("markets"));
        let attributes: Vec<String> = self.program.observed.iter().map(|seen| seen.attribute.clone()).collect();
        let mut witnessed = Vec::with_capacity(markets.len() * sets.len());
        for market in &markets {
            // A module that cannot be imported fails with the first set as with all others.
            if witnessed.is_empty()
                && let Some((outcome, _)) = cpython.trace(market, &sets[..1.min(sets.len())], &[]).pop()
                && let Outcome::Raised(failure) = outcome
                && matches!(failure.kind, FailureKind::Import | FailureKind::MissingModule)
                && failure.bar.is_none()
            {
                let mut verdict = self.verdict(0);
                verdict.import = Some(failure.message);
                return Verified { verdict, executable: None };
            }
            let told = cpython.trace(market, &sets, &attributes);
            for (set, (outcome, trace)) in sets.iter().zip(told) {
                witnessed.push(Witnessed { market, set: set.clone(), outcome, trace });
            }
        }
        self.judge(&witnessed)
    }

    /// Against runs that were made already.
    pub fn judge(&self, witnessed: &[Witnessed<'_>]) -> Verified {
        let mut verdict = self.verdict(witnessed.len());
        let none = |verdict| Verified { verdict, executable: None };
        if let Some((rung, build)) = self.builds.last() {
            match self.coverage(*build, witnessed, &mut verdict) {
                Ok(reached) => verdict.reached = reached.into_iter().collect(),
                Err(Stopped::Parted(finding)) => {
                    verdict.parted.insert(rung.name().to_owned(), finding);
                    return none(verdict);
                }
                Err(Stopped::Unbuilt(reason)) => {
                    verdict.reason = Some(reason);
                    return none(verdict);
                }
            }
        }
        if verdict.same == 0 {
            let why = verdict.bails.keys().next().map_or_else(
                || witnessed.iter().find_map(|run| failure(&run.outcome)).unwrap_or("nothing was run").to_owned(),
                |bail| format!("every run left native code: {bail}"),
            );
            verdict.reason = Some(format!("no run was seen to agree: {why}"));
            return none(verdict);
        }
        let program = restrict(self.program, &verdict.reached.iter().copied().collect());
        for (rung, build) in self.builds {
            match build(&program).map_err(Stopped::Unbuilt).and_then(|executable| {
                self.agrees(&program, executable.as_ref(), witnessed, &mut |_, _| {})?;
                Ok(executable)
            }) {
                Ok(executable) => {
                    verdict.rung = *rung;
                    return Verified { verdict, executable: Some((executable, program)) };
                }
                Err(Stopped::Parted(finding)) => {
                    verdict.parted.insert(rung.name().to_owned(), finding);
                }
                Err(Stopped::Unbuilt(reason)) => verdict.reason = Some(format!("{}: {reason}", rung.name())),
            }
        }
        none(verdict)
    }

    /// Before anything is known.
    fn verdict(&self, runs: usize) -> Verdict {
        Verdict {
            strategy: self.strategy.to_owned(),
            rung: Rung::Cpython,
            verified: self.now.clone(),
            runs,
            same: 0,
            bars: 0,
            reached: Vec::new(),
            edges: Edge::all(self.program).len(),
            parted: BTreeMap::new(),
            reason: None,
            import: None,
            bails: BTreeMap::new(),
            causal: false,
            looks_ahead: Vec::new(),
            witnessed: 0,
        }
    }

    /// Branches taken on the way to CPython's answers.
    fn coverage(
        &self,
        build: Build,
        witnessed: &[Witnessed<'_>],
        verdict: &mut Verdict,
    ) -> Result<BTreeSet<Edge>, Stopped> {
        let instrumented = Instrumented::new(self.program);
        let executable = build(&instrumented.program).map_err(Stopped::Unbuilt)?;
        let mut reached = BTreeSet::new();
        let mut last = vec![Vec::new(); witnessed.len()];
        let mut hear = |run: usize, state: &[u64]| instrumented.keep(state, &mut last[run]);
        let ends = self.agrees(&instrumented.program, executable.as_ref(), witnessed, &mut hear)?;
        for ((ended, run), taken) in ends.iter().zip(witnessed).zip(&last) {
            match ended {
                Ended::Same => {
                    // Only what led to CPython's answers to the end counts as seen.
                    instrumented.read(taken, &mut reached);
                    verdict.same += 1;
                    verdict.bars += run.market.len();
                }
                // Where CPython raises, leaving is what is asked for.
                Ended::Left { site } if matches!(run.outcome, Outcome::Ok(_)) => {
                    *verdict.bails.entry(told(self.program, *site)).or_default() += 1;
                }
                Ended::Left { .. } | Ended::Untold => {}
            }
        }
        Ok(reached)
    }

    /// How every run ended, or the first that contradicts CPython.
    fn agrees(
        &self,
        program: &Program,
        executable: &dyn Executable,
        witnessed: &[Witnessed<'_>],
        state: &mut dyn FnMut(usize, &[u64]),
    ) -> Result<Vec<Ended>, Stopped> {
        let (mut memory, mut words) = (Memory::default(), Vec::new());
        let mut columns: Option<(&Series, Columns)> = None;
        let mut ends = Vec::with_capacity(witnessed.len());
        for (index, run) in witnessed.iter().enumerate() {
            if !columns.as_ref().is_some_and(|(market, _)| std::ptr::eq(*market, run.market)) {
                columns = Some((run.market, Columns::of(run.market)));
            }
            let Some((_, columns)) = &columns else { continue };
            if self.arguments.words(&run.set, &mut words).is_err() {
                ends.push(Ended::Untold);
                continue;
            }
            let mut hear = |words: &[u64]| state(index, words);
            let ended =
                compare(program, executable, (columns, &words), (&mut memory, Budget::default()), run, &mut hear);
            ends.push(ended.map_err(Stopped::Parted)?);
        }
        Ok(ends)
    }
}

/// Bars of a gate market for these windows.
pub fn bars(parameters: &[Parameter], sets: &[ParamSet]) -> usize {
    let own = parameters.iter().map(|parameter| &parameter.default);
    let values = own.chain(sets.iter().flat_map(ParamSet::values));
    let whole =
        values.filter_map(|value| if let Value::Int(value) = value { usize::try_from(*value).ok() } else { None });
    // A number beyond any window is capital or a price.
    let longest = whole.filter(|&value| value <= MOST_BARS / 2).max().unwrap_or(0);
    (BARS + 2 * longest).min(MOST_BARS)
}

enum Stopped {
    Parted(Finding),
    Unbuilt(String),
}

pub fn failure(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Raised(failure)
        | Outcome::Infeasible(failure)
        | Outcome::Timeout(failure)
        | Outcome::Crash(failure) => Some(&failure.message),
        Outcome::Ok(_) | Outcome::Bail { .. } => None,
    }
}

/// `strategies/s.py:12: float division by zero`
pub fn told(program: &Program, site: Option<SiteId>) -> String {
    match site.and_then(|site| program.sites.get(site.0 as usize)) {
        Some(site) => format!("{}:{}: {}", site.file, site.line, site.why),
        None => "it used more rounds or memory than a run may".to_owned(),
    }
}
