//! The count of everything ever tried, per strategy and iteration.

use super::Failure;
use crate::artifact::{self, LedgerRow};
use std::path::Path;

#[derive(Debug)]
pub struct Ledger {
    rows: Vec<LedgerRow>,
    iteration: u32,
}

/// The latest iteration the ledger knows, 0 for none.
///
/// # Errors
/// A damaged file.
pub fn last_iteration(data: &Path) -> Result<u32, Failure> {
    Ok(read(data)?.iter().map(|row| row.iteration).max().unwrap_or(0))
}

/// A missing file is an empty ledger; a damaged one is never started anew silently: it holds the error budget.
fn read(data: &Path) -> Result<Vec<LedgerRow>, Failure> {
    match artifact::read::<LedgerRow>(data) {
        Ok(rows) => Ok(rows),
        Err(error) if error.is_missing() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

impl Ledger {
    /// The ledger as of `iteration`. What an earlier attempt at this very iteration recorded is replaced, so that
    /// running a stage again does not count twice.
    ///
    /// # Errors
    /// A damaged file.
    pub fn open(data: &Path, iteration: u32) -> Result<Self, Failure> {
        Ok(Self { rows: read(data)?, iteration })
    }

    /// Tests of a strategy's challengers before this iteration.
    pub fn tests_before(&self, strategy: &str) -> u32 {
        self.before(strategy).map(|row| row.tests).sum()
    }

    /// Configurations of this very source that were evaluated before this iteration, whatever the strategy is called.
    pub fn trials_of(&self, source_hash: &str) -> u64 {
        self.of(source_hash).filter(|row| row.iteration < self.iteration).map(|row| u64::from(row.trials)).sum()
    }

    /// All that was ever tried and tested of this source: (trials, tests).
    pub fn lifetime(&self, source_hash: &str) -> (u64, u64) {
        self.of(source_hash)
            .fold((0, 0), |(trials, tests), row| (trials + u64::from(row.trials), tests + u64::from(row.tests)))
    }

    fn of(&self, source_hash: &str) -> impl Iterator<Item = &LedgerRow> {
        self.rows.iter().filter(move |row| row.source_hash == source_hash)
    }

    pub fn trials_ever(&self) -> u64 {
        self.rows.iter().map(|row| u64::from(row.trials)).sum()
    }

    fn before(&self, strategy: &str) -> impl Iterator<Item = &LedgerRow> {
        self.rows.iter().filter(move |row| row.strategy_name == strategy && row.iteration < self.iteration)
    }

    pub fn record(&mut self, strategy: &str, source_hash: &str, trials: u32, tests: u32) {
        self.rows.retain(|row| !(row.strategy_name == strategy && row.iteration == self.iteration));
        self.rows.push(LedgerRow {
            strategy_name: strategy.to_owned(),
            iteration: self.iteration,
            source_hash: source_hash.to_owned(),
            trials,
            tests,
        });
    }

    /// # Errors
    /// The operating system.
    pub fn save(mut self, data: &Path) -> Result<(), Failure> {
        self.rows.sort_by(|a, b| (&a.strategy_name, a.iteration).cmp(&(&b.strategy_name, b.iteration)));
        artifact::write(data, &self.rows, &serde_json::json!({}))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_by_source_over_iterations_and_a_repeated_one_counts_once() {
        let dir = tempfile::tempdir().unwrap();
        let record = |iteration, hash: &str, trials, tests| {
            let mut ledger = Ledger::open(dir.path(), iteration).unwrap();
            ledger.record("s", hash, trials, tests);
            ledger.save(dir.path()).unwrap();
        };
        record(1, "a", 60, 1);
        record(2, "a", 50, 1);
        record(2, "a", 40, 0);
        record(3, "b", 7, 1);
        let ledger = Ledger::open(dir.path(), 4).unwrap();
        assert_eq!(ledger.trials_of("a"), 100);
        assert_eq!((ledger.lifetime("a"), ledger.lifetime("b"), ledger.lifetime("c")), ((100, 1), (7, 1), (0, 0)));
        // The error budget belongs to the strategy, whatever its source was.
        assert_eq!(ledger.tests_before("s"), 2);
        // As of the second iteration only the first lies before.
        assert_eq!(Ledger::open(dir.path(), 2).unwrap().trials_of("a"), 60);
    }
}
