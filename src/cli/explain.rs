use super::Global;
use crate::stage::{self, Failure};

/// Say why a value is what it is: counts, conditions, changes
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  cbt explain momentum_trader.lookback_period")]
pub struct Args {
    /// A strategy, or one parameter of it
    #[arg(value_name = "STRATEGY[.PARAM]")]
    what: String,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let explanation = stage::explain(&context, &self.what)?;
        if global.json {
            global.finish(explanation.json());
        } else {
            print!("{}", explanation.text());
        }
        Ok(())
    }
}
