use super::Global;
use crate::stage::{self, Failure};
use std::path::PathBuf;

/// Write a commented configuration for a repository of your own
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory that gets continuous_backtest_config.yaml; its strategies are scanned
    dir: PathBuf,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let summary = stage::init(&self.dir, global.quiet)?;
        global.finish(&summary);
        Ok(())
    }
}
