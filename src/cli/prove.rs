use super::{Global, error, exit_code};
use crate::stage::{self, Failure, ProveOptions};
use std::process::ExitCode;

/// Show on markets whose truth is known that the loop changes nothing for nothing and finds what is there
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A loop is a small project in a temporary folder, on which the whole pipeline runs again and again; your own project is
not touched. Ends with exit code 13 where the figures are not what they have to be.

Examples:
  cbt prove null --loops 400 --seed 1
  cbt prove planted --loops 60 --json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Loops of 20 iterations where no parameter can be better: how many change a file of yours all the same
    Null {
        /// Loops in all, in turn over four kinds of markets
        #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
        loops: u32,
    },
    /// Loops where an edge of known size stands at a known place: how many find it, and how near
    Planted {
        /// Loops for each planted edge
        #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
        loops: u32,
    },
}

impl Args {
    pub fn run(self, global: &Global) -> ExitCode {
        match self.proof(global) {
            Ok(true) => ExitCode::from(exit_code::OK),
            Ok(false) => ExitCode::from(exit_code::NOT_PROVEN),
            Err(failure) => error::report(&failure, global.json),
        }
    }

    fn proof(self, global: &Global) -> Result<bool, Failure> {
        let options = |loops: u32| ProveOptions {
            loops: loops as usize,
            seed: global.seed,
            threads: global.threads.map(usize::from),
            quiet: global.quiet,
        };
        let (passed, json, text) = match self.what {
            What::Null { loops } => {
                let found = stage::null(&options(loops))?;
                (found.passed(), found.json(), found.text())
            }
            What::Planted { loops } => {
                let found = stage::planted(&options(loops))?;
                (found.passed(), found.json(), found.text())
            }
        };
        if global.json {
            global.finish(&json);
        } else {
            print!("{text}");
        }
        Ok(passed)
    }
}
