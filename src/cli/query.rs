use super::Global;
use crate::stage::{self, Failure};

/// Answer SQL from the results store, read-only
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  cbt query \"SELECT * FROM leaderboard LIMIT 10\"")]
pub struct Args {
    /// One statement
    sql: String,
    /// At most this many rows
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let table = stage::query(&context, &self.sql, self.limit)?;
        if global.json {
            global.finish(&table.json());
        } else {
            print!("{}", table.text());
        }
        Ok(())
    }
}
