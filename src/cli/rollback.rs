use super::Global;
use crate::stage::{self, Failure};

/// Take a change back: the file gets its old bytes
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What the same run changed in the same strategy was tested together and is taken back together."
)]
pub struct Args {
    /// Its change_id, or the beginning of it; `cbt explain` shows them
    change: String,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let summary = stage::rollback(&context, &self.change)?;
        global.finish(&summary);
        Ok(())
    }
}
