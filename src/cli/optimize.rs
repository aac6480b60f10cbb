use super::Global;
use crate::stage::{self, Failure, Reuse, Stage};

/// Search better parameters and put the best to the test on paths the search never saw
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this strategy; may be repeated
    #[arg(long, value_name = "NAME")]
    strategy: Vec<String>,
    /// Compute everything, also what an earlier run has computed from the same inputs
    #[arg(long)]
    recompute: bool,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?.only(self.strategy).reusing(Reuse::unless(self.recompute));
        let summary = stage::run_one(&context, Stage::Optimize)?;
        global.finish(&summary);
        Ok(())
    }
}
