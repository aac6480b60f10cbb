use super::Global;
use crate::stage::{self, Failure};
use std::path::PathBuf;

/// Say why a value is what it is, how the strategy is run, and what keeps it from running faster
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  cbt explain momentum_trader.lookback_period\n  cbt explain --all --folder ~/code")]
pub struct Args {
    /// A strategy, or one parameter of it
    #[arg(value_name = "STRATEGY[.PARAM]", required_unless_present = "all")]
    what: Option<String>,
    /// Every class: how many run natively, and what holds back the rest, most frequent first
    #[arg(long, conflicts_with = "what")]
    all: bool,
    /// Scan this folder in place of the configured roots
    #[arg(long, value_name = "DIR", requires = "all")]
    folder: Option<PathBuf>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let Some(what) = self.what else {
            global.finish(&stage::explain_all(&context, self.folder)?);
            return Ok(());
        };
        let explanation = stage::explain(&context, &what)?;
        if global.json {
            global.finish(explanation.json());
        } else {
            print!("{}", explanation.text());
        }
        Ok(())
    }
}
