//! The launcher: `cbt __sandbox <policy file>` confines itself and then becomes the interpreter. Nothing of a
//! scanned repository has run before that, and nothing of it can undo it.

mod confinement;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod policy;
mod rlimits;
#[cfg(target_os = "linux")]
mod syscalls;

pub use confinement::{Confinement, confinement};
pub(super) use policy::Policy;

use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The name of the hidden subcommand.
pub const SUBCOMMAND: &str = "__sandbox";

/// Why the interpreter was not started. The hidden subcommand prints it to standard error and exits with
/// [`LaunchError::EXIT_CODE`].
#[derive(Debug)]
pub struct LaunchError {
    what: &'static str,
    why: String,
}

impl LaunchError {
    pub const EXIT_CODE: u8 = 125;

    fn new(what: &'static str, why: impl fmt::Display) -> Self {
        Self { what, why: why.to_string() }
    }
}

impl fmt::Display for LaunchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sandbox could not be set up: {}: {}", self.what, self.why)
    }
}

impl std::error::Error for LaunchError {}

/// Confines this process as the policy file says and replaces it by the interpreter.
///
/// # Errors
/// Where the policy cannot be read, or a confinement that the policy demands is not to be had. On success
/// it does not return.
pub fn sandbox_main(args: &[OsString]) -> Result<Infallible, LaunchError> {
    let [path] = args else {
        return Err(LaunchError::new("arguments", format!("{SUBCOMMAND} takes the path of a policy file")));
    };
    let policy = Policy::read(path.as_ref())?;
    let mut command = Command::new(&policy.program);
    command.args(&policy.arguments).env_clear().envs(policy.environment.iter().cloned()).current_dir(&policy.folder);
    let mut command = confine(&policy, command)?;
    Err(LaunchError::new("the interpreter", command.exec()))
}

#[cfg(target_os = "linux")]
fn confine(policy: &Policy, command: Command) -> Result<Command, LaunchError> {
    linux::confine(policy)?;
    Ok(command)
}

#[cfg(target_os = "macos")]
fn confine(policy: &Policy, command: Command) -> Result<Command, LaunchError> {
    macos::confine(policy, command)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn confine(policy: &Policy, command: Command) -> Result<Command, LaunchError> {
    if !policy.allow_unsandboxed {
        return Err(LaunchError::new(
            "this platform",
            "it has no sandbox that is known here; `allow_unsandboxed: true` in the configuration runs without one",
        ));
    }
    rlimits::own_session()?;
    rlimits::set(&policy.limits)?;
    Ok(command)
}
