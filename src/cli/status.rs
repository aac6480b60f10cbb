use super::Global;
use crate::stage::{self, Failure};

/// Say what the last iterations did
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many iterations to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    last: usize,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let status = stage::status(&context, self.last)?;
        if global.json {
            global.finish(&status.json());
        } else {
            print!("{}", status.text());
        }
        Ok(())
    }
}
