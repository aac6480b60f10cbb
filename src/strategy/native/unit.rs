use super::arguments::Arguments;
use super::frame::Whole;
use super::ir::Program;
use super::machine::{Columns, Executable};
use super::rung::Rung;
use super::verify::Finding;
use crate::market::Series;
use crate::seed::Seed;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Markets that are kept.
const MARKETS: usize = 4;

/// One class that may run natively, shared by all its seats.
pub struct Unit {
    pub strategy: String,
    pub rung: Rung,
    pub(super) made: Made,
    /// Names the production runs that are made again in CPython.
    pub(super) seed: Seed,
    /// The latest markets, so that all seats name the same one alike.
    markets: Mutex<Vec<Columns>>,
    overturned: OnceLock<Finding>,
    native: AtomicU64,
    replayed: AtomicU64,
    witnessed: AtomicU64,
    bails: Mutex<BTreeMap<String, u64>>,
}

/// What a class was made into.
pub(super) enum Made {
    /// A program that is asked bar by bar.
    Steps {
        /// Bails on every branch that verification did not take.
        program: Box<Program>,
        executable: Arc<dyn Executable>,
        arguments: Arguments,
    },
    /// A class on columns.
    Columns(Box<Whole>),
}

/// What became of a unit's runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Answered natively.
    pub native: u64,
    /// Made in CPython from bar 0, because the program left or does not take the set.
    pub replayed: u64,
    /// Native answers that were made again in CPython.
    pub witnessed: u64,
    /// Why runs left.
    pub bails: BTreeMap<String, u64>,
}

impl Unit {
    pub fn new(
        strategy: String,
        rung: Rung,
        (executable, program): (Arc<dyn Executable>, Program),
        arguments: Arguments,
        seed: Seed,
    ) -> Self {
        Self::of(strategy, rung, Made::Steps { program: Box::new(program), executable, arguments }, seed)
    }

    /// A class on columns.
    pub fn whole(strategy: String, whole: Whole, seed: Seed) -> Self {
        Self::of(strategy, Rung::Columnar, Made::Columns(Box::new(whole)), seed)
    }

    fn of(strategy: String, rung: Rung, made: Made, seed: Seed) -> Self {
        Self {
            strategy,
            rung,
            made,
            seed,
            markets: Mutex::default(),
            overturned: OnceLock::new(),
            native: AtomicU64::new(0),
            replayed: AtomicU64::new(0),
            witnessed: AtomicU64::new(0),
            bails: Mutex::default(),
        }
    }

    /// What a class on columns does with its own values, a kernel a line, and how many more there are.
    pub fn steps(&self, market: &Series) -> Option<(Vec<String>, usize)> {
        match &self.made {
            Made::Columns(whole) => whole.steps(market),
            Made::Steps { .. } => None,
        }
    }

    /// The difference that ended its native life. From then on its seats ask CPython alone, and what they answered
    /// before is worth nothing.
    pub fn overturned(&self) -> Option<&Finding> {
        self.overturned.get()
    }

    pub(super) fn overturn(&self, finding: Finding) {
        // The first is enough; which of several it is depends on the threads, that there is one does not.
        let _ = self.overturned.set(finding);
    }

    pub fn tally(&self) -> Tally {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Tally {
            native: read(&self.native),
            replayed: read(&self.replayed),
            witnessed: read(&self.witnessed),
            bails: self.bails.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// As [`Self::tally`]; the next begins at zero.
    pub fn take_tally(&self) -> Tally {
        let take = |count: &AtomicU64| count.swap(0, Ordering::Relaxed);
        Tally {
            native: take(&self.native),
            replayed: take(&self.replayed),
            witnessed: take(&self.witnessed),
            bails: std::mem::take(&mut *self.bails.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    pub(super) fn count(&self, native: usize, replayed: usize, witnessed: usize) {
        for (count, by) in [(&self.native, native), (&self.replayed, replayed), (&self.witnessed, witnessed)] {
            count.fetch_add(by as u64, Ordering::Relaxed);
        }
    }

    /// The market's columns, the same ones for the same bars.
    pub(super) fn columns(&self, market: &Series) -> Columns {
        let mut markets = self.markets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = markets.iter().find(|known| known.holds(market)) {
            return known.clone();
        }
        if markets.len() == MARKETS {
            markets.remove(0);
        }
        let columns = Columns::of(market);
        markets.push(columns.clone());
        columns
    }

    /// Says that so many bars are going to be run for their changes, see [`Executable::expect`].
    pub fn expect(&self, bars: u64) {
        if let Made::Steps { executable, .. } = &self.made {
            executable.expect(bars);
        }
    }

    pub(super) fn left(&self, why: String) {
        *self.bails.lock().unwrap_or_else(PoisonError::into_inner).entry(why).or_default() += 1;
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("strategy", &self.strategy).field("rung", &self.rung).finish_non_exhaustive()
    }
}
