use super::{LaunchError, Policy, files, rlimits, syscalls};
use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};

pub(super) fn confine(policy: &Policy) -> Result<(), LaunchError> {
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|error| LaunchError::new("dying with the engine", error))?;
    // The engine may have died before that took effect.
    let parent = getppid().map(Pid::as_raw_pid).and_then(|pid| u32::try_from(pid).ok());
    if parent != Some(policy.parent) {
        return Err(LaunchError::new("the engine", "it is gone already"));
    }
    rlimits::own_session()?;
    rlimits::set(&policy.limits)?;
    files::confine(policy)?;
    let own = u64::from(getpid().as_raw_pid().unsigned_abs());
    match syscalls::refuse(own) {
        Err(_) if policy.allow_unsandboxed => Ok(()),
        Err(why) => Err(LaunchError::new(
            "the system call filter (seccomp)",
            format!(
                "{why}; without it strategies could reach the network. `allow_unsandboxed: true` in the configuration runs them all the same"
            ),
        )),
        Ok(()) => Ok(()),
    }
}
