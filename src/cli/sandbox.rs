use crate::stage::{Failure, FailureKind};
use crate::strategy::worker::launch;
use std::ffi::OsString;

/// Confine this process, then become the interpreter that runs a strategy
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

impl Args {
    pub fn run(self) -> Result<(), Failure> {
        match launch::sandbox_main(&self.command) {
            Ok(never) => match never {},
            Err(refusal) => Err(Failure::new(FailureKind::Python, refusal.to_string())),
        }
    }
}
