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
