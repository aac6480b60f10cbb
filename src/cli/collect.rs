use super::Global;
use crate::stage::{self, Failure};

/// Check the shards of a plan and publish what they hold: the same bytes as `cbt backtest`
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: super::place::Place,
    /// Compute here what is missing
    #[arg(long)]
    fill: bool,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = self.place.context(global)?;
        let summary = stage::collect(&context, self.fill)?;
        global.finish(&summary);
        Ok(())
    }
}
