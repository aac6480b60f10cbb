use super::Global;
use crate::stage::{self, Failure, Stage};

/// Write the report of what the artifacts hold
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let summary = stage::run_one(&context, Stage::Report)?;
        global.finish(&summary);
        Ok(())
    }
}
