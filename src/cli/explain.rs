use super::Global;
use crate::stage::{self, Failure};
use std::path::PathBuf;

/// Say how a strategy is run, and what keeps it from running faster
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The strategy, as `cbt discover` names it
    #[arg(value_name = "STRATEGY", required_unless_present = "all")]
    strategy: Option<String>,
    /// Every class: how many run natively, and what holds back the rest, most frequent first
    #[arg(long, conflicts_with = "strategy")]
    all: bool,
    /// Scan this folder in place of the configured roots
    #[arg(long, value_name = "DIR", requires = "all")]
    folder: Option<PathBuf>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let summary = match self.strategy {
            Some(strategy) => stage::explain_rung(&context, &strategy)?,
            None => stage::explain_all(&context, self.folder)?,
        };
        global.finish(&summary);
        Ok(())
    }
}
