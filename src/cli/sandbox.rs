use crate::strategy::worker::launch::{LaunchError, sandbox_main};
use std::ffi::OsString;
use std::process::ExitCode;

/// Confine this process, then become the interpreter that runs a strategy
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

impl Args {
    /// Returns only where the interpreter could not be started.
    pub fn run(self) -> ExitCode {
        match sandbox_main(&self.command) {
            Ok(never) => match never {},
            Err(error) => {
                eprintln!("{error}");
                ExitCode::from(LaunchError::EXIT_CODE)
            }
        }
    }
}
