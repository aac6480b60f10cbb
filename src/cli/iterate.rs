use super::Global;
use crate::stage::{self, Failure};
use std::path::PathBuf;

/// Run the whole pipeline once: discover to report
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pipeline to run [default: pipelines/iterate.yaml beside the configuration]
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let pipeline = stage::Pipeline::load(self.pipeline.as_deref(), &global.config)?;
        let context = global.context(pipeline.overrides.as_ref())?;
        let summary = stage::iterate(&context, &pipeline)?;
        global.finish(&summary);
        Ok(())
    }
}
