use super::Global;
use crate::stage::{self, Failure, Part, Wanted};

/// Compute shards of a plan; those that are there already are left
#[derive(Debug, clap::Args)]
#[command(after_help = "It may run many times and many at once, on this machine or others that see the same files.")]
pub struct Args {
    #[command(flatten)]
    place: super::place::Place,
    /// Shards by name, as `cbt plan` lists them
    #[arg(value_name = "ID", required_unless_present = "part")]
    ids: Vec<String>,
    /// A part of the plan: 3/8 is the third of eight
    #[arg(long, value_name = "NUMBER/PARTS", conflicts_with = "ids")]
    part: Option<Part>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = self.place.context(global)?;
        let wanted = self.part.map_or(Wanted::Ids(self.ids), Wanted::Part);
        let summary = stage::run_shard(&context, &wanted)?;
        global.finish(&summary);
        Ok(())
    }
}
