use serde::Serialize;

/// What is in force while a strategy runs on this platform, in words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Confinement {
    pub network: &'static str,
    pub filesystem: &'static str,
    pub processes: &'static str,
    pub limits: &'static str,
}

/// Asks the platform; on Linux whether the kernel has Landlock.
pub fn confinement() -> Confinement {
    #[cfg(target_os = "linux")]
    return linux();
    #[cfg(target_os = "macos")]
    return MACOS;
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    return NONE;
}

#[cfg(target_os = "linux")]
fn linux() -> Confinement {
    Confinement {
        network: "none: seccomp refuses every socket, and worker processes start with no connection",
        filesystem: if super::files::available() {
            "Landlock: reads only the interpreter, system libraries and the scanned root without hidden files and \
             secrets; writes only a scratch directory that is removed"
        } else {
            "not confined beyond user permissions: this kernel has no Landlock (Linux 5.13 or later, enabled); \
             seccomp refuses chmod, chown and truncate"
        },
        processes: "seccomp refuses new processes, ptrace, mounts, namespaces, io_uring, and signals to others",
        limits: "address space, CPU time, file size, open files; wall clock per run",
    }
}

#[cfg(target_os = "macos")]
const MACOS: Confinement = Confinement {
    network: "none: sandbox-exec denies network access",
    filesystem: "sandbox-exec: writes only a scratch directory that is removed; of the home directory reads only \
                 the interpreter and the scanned root",
    processes: "sandbox-exec denies new processes and signals to others",
    limits: "CPU time, file size, open files; wall clock per run; memory is not limited on macOS",
};

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
const NONE: Confinement = Confinement {
    network: "not confined: strategies are refused unless allow_unsandboxed is set",
    filesystem: "not confined beyond user permissions",
    processes: "not confined",
    limits: "CPU time, file size, open files where the platform has them; wall clock per run",
};
