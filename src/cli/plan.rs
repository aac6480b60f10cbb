use super::Global;
use crate::stage::{self, Failure, PlanOptions, Scheduler};
use std::path::PathBuf;

/// Cut the backtests into shards that other machines can compute, and list them in shards.parquet
#[derive(Debug, clap::Args)]
#[command(after_help = "Then `cbt run-shard` for each, anywhere, in any order; then `cbt collect`.")]
pub struct Args {
    #[command(flatten)]
    place: super::place::Place,
    /// Write a Slurm array script here
    #[arg(long, value_name = "FILE")]
    slurm: Option<PathBuf>,
    /// Write a script here that submits a HyperQueue array and collects
    #[arg(long, value_name = "FILE")]
    hyperqueue: Option<PathBuf>,
    /// Tasks of such an array, at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    parts: u32,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = self.place.context(global)?;
        let scripts = [(Scheduler::Slurm, self.slurm), (Scheduler::HyperQueue, self.hyperqueue)];
        let options = PlanOptions {
            scripts: scripts.into_iter().filter_map(|(scheduler, file)| Some((scheduler, file?))).collect(),
            parts: self.parts as usize,
            command: global.command(&context)?,
        };
        let summary = stage::plan(&context, &options)?;
        global.finish(&summary);
        Ok(())
    }
}
