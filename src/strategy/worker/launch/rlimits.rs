use super::LaunchError;
use crate::strategy::worker::Limits;
use rustix::process::{Resource, Rlimit, setrlimit, setsid};

/// A session of its own: one signal to the group ends it and all that it started.
pub(super) fn own_session() -> Result<(), LaunchError> {
    setsid().map(|_| ()).map_err(|error| LaunchError::new("a session of its own", error))
}

pub(super) fn set(limits: &Limits) -> Result<(), LaunchError> {
    for (resource, limit) in [
        (Resource::As, limits.memory_bytes),
        (Resource::Cpu, limits.cpu_seconds),
        (Resource::Fsize, limits.file_bytes),
        (Resource::Nofile, limits.open_files),
        (Resource::Core, 0),
    ] {
        // macOS knows the address space limit but refuses to set it.
        let optional = cfg!(target_os = "macos") && matches!(resource, Resource::As);
        match setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) }) {
            Ok(()) => {}
            Err(_) if optional => {}
            Err(error) => return Err(LaunchError::new("resource limits", format!("{resource:?}: {error}"))),
        }
    }
    Ok(())
}
