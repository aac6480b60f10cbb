use super::Global;
use crate::stage::{self, Failure};
use std::path::PathBuf;

/// Iterate every scan_interval_hours until SIGTERM or SIGINT
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pipeline to run [default: pipelines/iterate.yaml beside the configuration]
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    /// Stop after this many iterations
    #[arg(long, value_name = "N")]
    iterations: Option<u64>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let repeat = |_: u64| {
            // Read anew each time, so that an edit of the configuration counts from the next iteration on.
            let pipeline = stage::Pipeline::load(self.pipeline.as_deref(), &global.config)?;
            let context = global.context(pipeline.overrides.as_ref())?;
            Ok((context, pipeline))
        };
        let summary = stage::repeat(repeat, self.iterations)?;
        global.finish(&summary);
        Ok(())
    }
}
