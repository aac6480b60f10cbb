//! One iteration at a time. The lock is the kernel's (`flock`), so it ends with its holder however that
//! dies; the file's text only says who holds it.

use super::{Failure, FailureKind};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Held while its owner lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Unlocked by name: a process that another thread is just starting holds a copy of the file until it becomes its
/// program, and closing ours would leave the lock with it.
impl Drop for Lock {
    fn drop(&mut self) {
        // Where it cannot be unlocked it ends with the last copy.
        let _ = self.file.unlock();
    }
}

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub pid: u32,
    /// `iterate`
    pub command: String,
    /// RFC 3339.
    pub since: String,
}

impl Lock {
    /// # Errors
    /// `Locked` naming the holder, or `Io` where the data directory cannot be written.
    pub fn take(data: &Path, command: &str, since: &str) -> Result<Self, Failure> {
        let path = data.join(".lock");
        let io = |error: &std::io::Error| Failure::io("cannot open the lock file", &path, error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(|e| io(&e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, &path)),
            Err(TryLockError::Error(error)) => return Err(io(&error)),
        }
        let holder = Holder { pid: std::process::id(), command: command.to_owned(), since: since.to_owned() };
        let text = serde_json::to_string(&holder).unwrap_or_default();
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(|e| io(&e))?;
        Ok(Self { file })
    }
}

/// Who holds the lock of `data` now. Nothing is taken to find out, which could keep a run from starting.
pub fn holder(data: &Path) -> Option<Holder> {
    let path = data.join(".lock");
    let holder: Holder = serde_json::from_str(&std::fs::read_to_string(&path).ok()?).ok()?;
    is_held(&path, &holder).then_some(holder)
}

/// The kernel lists its locks: `1: FLOCK  ADVISORY  WRITE 16459 fe:00:464 0 EOF`. A process identifier alone could be
/// another process's by now.
#[cfg(target_os = "linux")]
fn is_held(path: &Path, holder: &Holder) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(locks), Ok(file)) = (std::fs::read_to_string("/proc/locks"), std::fs::metadata(path)) else {
        return is_alive(holder);
    };
    locks.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        // A waiting lock has an arrow in the second place.
        let [_, "FLOCK", _, "WRITE", _, place, ..] = words[..] else { return false };
        place.rsplit(':').next().and_then(|inode| inode.parse().ok()) == Some(file.ino())
    })
}

#[cfg(not(target_os = "linux"))]
fn is_held(_path: &Path, holder: &Holder) -> bool {
    is_alive(holder)
}

fn is_alive(holder: &Holder) -> bool {
    let pid = i32::try_from(holder.pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| match rustix::process::test_kill_process(pid) {
        Ok(()) => true,
        // It is somebody else's, and there.
        Err(error) => error == rustix::io::Errno::PERM,
    })
}

fn held(file: &mut File, path: &Path) -> Failure {
    let mut text = String::new();
    let who = match file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok()) {
        Some(Holder { pid, command, since }) => format!("process {pid} (`cbt {command}`, since {since})"),
        None => "another process".to_owned(),
    };
    Failure::new(FailureKind::Locked, format!("{who} holds the lock {}", path.display()))
        .hint("it ends by itself with that process; nothing was started and nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_taker_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path(), "iterate", "2026-01-01T00:00:00Z").unwrap();
        let second = Lock::take(dir.path(), "iterate", "2026-01-01T00:01:00Z").unwrap_err();
        assert_eq!(second.kind, FailureKind::Locked);
        assert!(second.message.contains(&format!("process {}", std::process::id())), "{second}");
        assert_eq!(holder(dir.path()).unwrap().pid, std::process::id());
        drop(first);
        assert_eq!(holder(dir.path()), None);
        assert!(Lock::take(dir.path(), "iterate", "2026-01-01T00:02:00Z").is_ok());
    }
}
