use super::Global;
use crate::stage::{self, Failure, Stage};

/// Find the strategy classes and their parameters; nothing is imported or run
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let summary = stage::run_one(&context, Stage::Discover)?;
        global.finish(&summary);
        Ok(())
    }
}
