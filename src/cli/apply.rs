use super::Global;
use crate::stage::{self, ApplyOptions, Assignment, Failure};

/// Write the parameters that earned it into the files where they live
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show the differences; change nothing
    #[arg(long)]
    dry_run: bool,
    /// Only this strategy; may be repeated
    #[arg(long, value_name = "NAME")]
    strategy: Vec<String>,
    /// Change this parameter by hand, whatever the evidence; may be repeated
    #[arg(long = "set", value_name = "PARAM=VALUE", requires = "strategy")]
    set: Vec<Assignment>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?.only(self.strategy);
        let summary = stage::apply(&context, &ApplyOptions { dry_run: self.dry_run, manual: self.set })?;
        global.finish(&summary);
        Ok(())
    }
}
