//! The seccomp filter. Everything that leads out of the process is refused with EPERM; what is left computes,
//! allocates, starts threads and does the file work that the file rules allow.
//!
//! Two programs are installed. The first answers ENOSYS to `clone3` (its flags lie in memory, where a filter
//! cannot see them; C libraries then fall back to `clone`) and to every number above those known here, which
//! covers later kernels' inventions and the x32 numbers of x86-64. The second knows the refusals one by one,
//! and kills the process on a foreign architecture's calls.

use libc::{c_long, *};
use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter, sock_filter,
};
use std::collections::BTreeMap;

/// `mseal`, Linux 6.10; the numbers are the same on x86-64 and aarch64 from 424 on.
const LAST_KNOWN: u32 = 462;

/// Refused whatever the arguments.
const REFUSED: &[c_long] = &[
    // connections
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    // other processes
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_process_madvise,
    SYS_kcmp,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_setpriority,
    SYS_ioprio_set,
    SYS_setsid,
    SYS_setpgid,
    SYS_setrlimit,
    SYS_migrate_pages,
    SYS_move_pages,
    // shared memory and queues that outlive it
    SYS_shmget,
    SYS_shmat,
    SYS_shmctl,
    SYS_msgget,
    SYS_msgsnd,
    SYS_msgrcv,
    SYS_msgctl,
    SYS_semget,
    SYS_semop,
    SYS_semtimedop,
    SYS_semctl,
    SYS_mq_open,
    SYS_mq_unlink,
    // what the file rules do not cover
    SYS_fchmod,
    SYS_fchmodat,
    FCHMODAT2,
    SYS_fchown,
    SYS_fchownat,
    SYS_truncate,
    SYS_utimensat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_fanotify_init,
    SYS_fanotify_mark,
    // mounts, namespaces and the machine
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_open_tree,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_kexec_load,
    KEXEC_FILE_LOAD,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_acct,
    SYS_quotactl,
    SYS_quotactl_fd,
    SYS_syslog,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_vhangup,
    SYS_nfsservctl,
    // the kernel's own insides
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_memfd_secret,
];

/// Calls that only the older architecture has.
#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[c_long] = &[
    SYS_fork,
    SYS_vfork,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
    SYS_uselib,
    SYS__sysctl,
];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[c_long] = &[];

// Numbers that not every C library's headers have.
const FCHMODAT2: c_long = 452;
const KEXEC_FILE_LOAD: c_long = if cfg!(target_arch = "x86_64") { 320 } else { 294 };
/// `fcntl` commands and `ioctl` requests that aim a signal at another process or type into a terminal.
const SIGNALLING: [u64; 3] = [8, 10, 15];
const REACHING: [u64; 4] = [0x8901, 0x8902, 0x5412, 0x541c];

/// Installs both programs on the calling thread, the only one of the launcher; they survive `exec`.
///
/// # Errors
/// A sentence, where the kernel has no seccomp or the architecture is not known.
pub(super) fn refuse(own_pid: u64) -> Result<(), String> {
    let filter = filter(own_pid)?;
    apply_filter(&numbers()).map_err(|error| error.to_string())?;
    apply_filter(&filter).map_err(|error| error.to_string())
}

fn numbers() -> BpfProgram {
    let step = |code, k, jt, jf| sock_filter { code, jt, jf, k };
    let (load, equal, above, answer) = (0x20, 0x15, 0x25, 0x06);
    let clone3 = u32::try_from(SYS_clone3).unwrap_or(LAST_KNOWN);
    let absent = SECCOMP_RET_ERRNO | ENOSYS.unsigned_abs();
    vec![
        step(load, 0, 0, 0),
        step(above, LAST_KNOWN, 2, 0),
        step(equal, clone3, 1, 0),
        step(answer, SECCOMP_RET_ALLOW, 0, 0),
        step(answer, absent, 0, 0),
    ]
}

fn filter(own_pid: u64) -> Result<BpfProgram, String> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
        REFUSED.iter().chain(REFUSED_HERE).map(|&number| (number, Vec::new())).collect();
    let mut when = |number: c_long, conditions: &[(u8, SeccompCmpArgLen, SeccompCmpOp, u64)]| {
        let conditions: Result<Vec<_>, _> = conditions
            .iter()
            .map(|(index, length, op, value)| SeccompCondition::new(*index, length.clone(), op.clone(), *value))
            .collect();
        let rule = conditions.and_then(SeccompRule::new).map_err(|error| error.to_string())?;
        rules.entry(number).or_default().push(rule);
        Ok::<(), String>(())
    };
    use SeccompCmpOp::{Eq, MaskedEq, Ne};
    // A pair of connected streams inside the process serves event loops; datagrams could still be addressed.
    when(SYS_socketpair, &[(0, Dword, Ne, AF_UNIX as u64)])?;
    when(SYS_socketpair, &[(1, Dword, MaskedEq(0xf), SOCK_DGRAM as u64)])?;
    when(SYS_socketpair, &[(1, Dword, MaskedEq(0xf), SOCK_SEQPACKET as u64)])?;
    // Threads may start, processes may not.
    when(SYS_clone, &[(0, Qword, MaskedEq(CLONE_THREAD as u64), 0)])?;
    for number in [SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo] {
        when(number, &[(0, Dword, Ne, own_pid)])?;
    }
    for number in [SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr] {
        when(number, &[(0, Dword, Ne, 0), (0, Dword, Ne, own_pid)])?;
    }
    when(SYS_prlimit64, &[(2, Qword, Ne, 0)])?;
    // It ends with the engine, and the engine may look at it.
    for option in [PR_SET_PDEATHSIG, PR_SET_DUMPABLE] {
        when(SYS_prctl, &[(0, Dword, Eq, option as u64)])?;
    }
    when(SYS_personality, &[(0, Dword, Ne, 0xffff_ffff)])?;
    // An open file can be told to signal another process.
    for command in SIGNALLING {
        when(SYS_fcntl, &[(1, Dword, Eq, command)])?;
    }
    for request in REACHING {
        when(SYS_ioctl, &[(1, Dword, Eq, request)])?;
    }
    let arch = std::env::consts::ARCH
        .try_into()
        .map_err(|_| format!("no filter is known for the architecture {}", std::env::consts::ARCH))?;
    let refused = SeccompAction::Errno(EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refused, arch).map_err(|error| error.to_string())?;
    filter.try_into().map_err(|error: seccompiler::BackendError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_compiles_and_no_call_is_refused_by_a_number_above_the_first_programs_limit() {
        assert!(filter(4711).unwrap().len() > 100);
        assert!(REFUSED.iter().chain(REFUSED_HERE).all(|&number| number <= c_long::from(LAST_KNOWN)));
    }
}
