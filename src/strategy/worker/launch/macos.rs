//! `sandbox-exec` is deprecated and works. Later rules win in its profiles.

use super::{LaunchError, Policy, rlimits};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const TOOL: &str = "/usr/bin/sandbox-exec";

pub(super) fn confine(policy: &Policy, command: Command) -> Result<Command, LaunchError> {
    rlimits::own_session()?;
    rlimits::set(&policy.limits)?;
    if !Path::new(TOOL).exists() {
        if policy.allow_unsandboxed {
            return Ok(command);
        }
        return Err(LaunchError::new(
            TOOL,
            "it is not there; `allow_unsandboxed: true` in the configuration runs strategies without a sandbox",
        ));
    }
    let mut confined = Command::new(TOOL);
    confined.arg("-p").arg(profile(policy)).arg(&policy.program).args(&policy.arguments);
    confined.env_clear().envs(policy.environment.iter().cloned()).current_dir(&policy.folder);
    Ok(confined)
}

fn profile(policy: &Policy) -> String {
    let mut text = String::from(
        "(version 1)\n(allow default)\n(deny network*)\n(deny process-fork)\n(deny signal (target others))\n\
         (deny file-write*)\n(deny file-read* (subpath \"/Users\") (subpath \"/private/var/root\") (subpath \"/Volumes\"))\n\
         (allow file-read-metadata)\n(allow file-write* (literal \"/dev/null\"))\n",
    );
    for path in &policy.reads {
        let _ = writeln!(text, "(allow file-read* (subpath {}))", quoted(path));
    }
    for path in &policy.lists {
        let _ = writeln!(text, "(allow file-read* (literal {}))", quoted(path));
    }
    let _ = writeln!(text, "(allow file-read* file-write* (subpath {}))", quoted(&policy.scratch));
    text
}

fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
}
