use super::Global;
use crate::stage::{self, Failure, Reuse};
use std::path::PathBuf;

/// Run the whole pipeline once: discover to report
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pipeline to run [default: pipelines/iterate.yaml beside the configuration]
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    /// Compute everything, also what an earlier run has computed from the same inputs
    #[arg(long)]
    recompute: bool,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let pipeline = stage::Pipeline::load(self.pipeline.as_deref(), &global.config)?;
        let context = global.context(pipeline.overrides.as_ref())?.reusing(Reuse::unless(self.recompute));
        let summary = stage::iterate(&context, &pipeline)?;
        global.finish(&summary);
        Ok(())
    }
}
