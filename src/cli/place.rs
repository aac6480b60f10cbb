use super::Global;
use crate::stage::{Context, Failure};

/// Where shards lie.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// Where shards lie: a folder that all machines see, or its URL, file:///shared/shards; of other stores, the folder they
    /// are mounted at [default: shards in the data directory]
    #[arg(long, value_name = "PLACE")]
    shards: Option<String>,
}

impl Place {
    pub fn context(&self, global: &Global) -> Result<Context, Failure> {
        let context = global.context(None)?;
        match &self.shards {
            Some(place) => context.with_shards_in(place),
            None => Ok(context),
        }
    }
}
