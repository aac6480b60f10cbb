use super::{Global, error, exit_code};
use crate::stage::{self, Failure};
use std::process::ExitCode;

/// Make a stored run again from its settings, values and markets, and compare every byte
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It works in a temporary folder and changes nothing. Ends with exit code 14 where something differs, and with 15 where the
run cannot be made again: sources or markets changed, another version of this program made it.

Example:
  cbt replay last")]
pub struct Args {
    /// The run's name or the number of its iteration, as `cbt status` shows them, or `last`
    run: String,
}

impl Args {
    pub fn run(self, global: &Global) -> ExitCode {
        match self.replay(global) {
            Ok(true) => ExitCode::from(exit_code::OK),
            Ok(false) => ExitCode::from(exit_code::REPLAY_DIFFERS),
            Err(failure) => error::report(&failure, global.json),
        }
    }

    fn replay(self, global: &Global) -> Result<bool, Failure> {
        let context = global.context(None)?;
        let replay = stage::replay(&context, &self.run)?;
        if global.json {
            global.finish(&replay.json());
        } else {
            print!("{}", replay.text());
        }
        Ok(replay.same())
    }
}
