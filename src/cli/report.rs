use super::Global;
use crate::stage::{self, Failure, Stage};

/// Write the report of what the artifacts hold
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print the leaderboard with sparklines instead; nothing is written
    #[arg(long)]
    terminal: bool,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        if self.terminal {
            let board = stage::terminal(&context)?;
            if global.json {
                global.finish(&board.json());
            } else {
                print!("{}", board.text());
            }
            return Ok(());
        }
        let summary = stage::run_one(&context, Stage::Report)?;
        global.finish(&summary);
        Ok(())
    }
}
