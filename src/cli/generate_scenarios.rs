use super::Global;
use crate::stage::{self, Failure, Stage};

/// Simulate the market paths, and check the real bars in the market directory
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let summary = stage::run_one(&context, Stage::GenerateScenarios)?;
        global.finish(&summary);
        Ok(())
    }
}
