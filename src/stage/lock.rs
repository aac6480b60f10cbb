//! One iteration at a time. The lock is the kernel's (`flock`), so it ends with its holder however that dies, and no
//! process number has to be believed; the file's text says who holds it. A holder that ends well empties the file. Text
//! that is left is of one that was killed, or of one on another machine that the kernel's lock does not reach: that one
//! gives a sign of life every few seconds.

mod holder;
mod pulse;

pub use holder::Holder;

use super::{Failure, FailureKind};
use pulse::{Pulse, silence};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// Silence after which a holder on another machine counts as dead: many times the pulse, and longer than a network file
/// system hides a change.
const DEAD: Duration = Duration::from_secs(120);

/// Held while its owner lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
    pulse: Option<Pulse>,
}

/// Unlocked by name: a process that another thread is just starting holds a copy of the file until it becomes its
/// program, and closing ours would leave the lock with it.
impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.pulse.take());
        // Where it cannot be emptied or unlocked, the next one finds a holder that is dead.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// # Errors
    /// `Locked` naming the holder, or `Io` where the data directory cannot be written.
    pub fn take(data: &Path, command: &str, since: &str) -> Result<Self, Failure> {
        let path = data.join(".lock");
        let io = |error: &std::io::Error| Failure::io("cannot open the lock file", &path, error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(|e| io(&e))?;
        let taken = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(io(&error)),
        };
        let mut text = String::new();
        // A holder that cannot be read is one that nobody can name.
        let _ = file.read_to_string(&mut text);
        let holder = Holder::read(&text);
        if !taken {
            return Err(held(holder.as_ref(), &path));
        }
        if let Some(left) = holder {
            allow(&left, &file, &path)?;
        }
        let holder = Holder::this(command, since);
        let pulse = Pulse::start(&file, holder.text()).map_err(|e| io(&e))?;
        Ok(Self { file, pulse: Some(pulse) })
    }
}

/// Who holds the lock of `data` now. Nothing is taken to find out, which could keep a run from starting.
pub fn current_holder(data: &Path) -> Option<Holder> {
    let path = data.join(".lock");
    let holder = Holder::read(&fs::read_to_string(&path).ok()?)?;
    let heard = || fs::metadata(&path).ok()?.modified().ok()?.elapsed().ok().filter(|silence| *silence <= DEAD);
    (holder.is_alive() || !holder.is_gone() && heard().is_some()).then_some(holder)
}

/// Whether the lock may be taken although `left` did not give it back.
fn allow(left: &Holder, file: &File, path: &Path) -> Result<(), Failure> {
    if left.is_alive() {
        // The file system does not know locks, or somebody put another file in the place of the one that is locked.
        return Err(held(Some(left), path));
    }
    if left.is_of_this_machine() {
        return Ok(());
    }
    let silence = silence(file, path).map_err(|error| Failure::io("cannot tell the age of", path, &error))?;
    if silence > DEAD {
        return Ok(());
    }
    let (seconds, dead) = (silence.as_secs(), DEAD.as_secs());
    Err(held(Some(left), path).hint(format!(
        "its last sign of life is {seconds} s old; after {dead} s of silence the lock is taken over, and where you know \
         that machine to be gone you may remove the file"
    )))
}

fn held(holder: Option<&Holder>, path: &Path) -> Failure {
    let who = match holder {
        Some(holder) if holder.is_gone() => format!("a process that was started by {holder}, which is gone,"),
        Some(holder) => holder.to_string(),
        None => "another process".to_owned(),
    };
    Failure::new(FailureKind::Locked, format!("{who} holds the lock {}", path.display()))
        .hint("it ends by itself with that process; nothing was started and nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(dir: &Path) -> Result<Lock, Failure> {
        Lock::take(dir, "iterate", "2026-01-01T00:00:00Z")
    }

    #[test]
    fn the_second_taker_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = take(dir.path()).unwrap();
        let second = take(dir.path()).unwrap_err();
        assert_eq!(second.kind, FailureKind::Locked);
        assert!(second.message.contains(&format!("process {}", std::process::id())), "{second}");
        assert_eq!(current_holder(dir.path()).unwrap().pid, std::process::id());
        drop(first);
        assert_eq!(current_holder(dir.path()), None);
        assert_eq!(fs::read_to_string(dir.path().join(".lock")).unwrap(), "");
        assert!(take(dir.path()).is_ok());
    }

    /// The file as a holder leaves it that was killed.
    fn left(dir: &Path, change: impl FnOnce(&mut Holder)) {
        let mut holder = Holder::this("loop", "2026-01-01T00:00:00Z");
        change(&mut holder);
        fs::write(dir.join(".lock"), holder.text()).unwrap();
    }

    #[test]
    fn a_dead_holder_and_one_whose_number_somebody_else_has_are_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        // The largest number there is; none of this machine's processes has it.
        left(dir.path(), |holder| holder.pid = 4_194_304);
        drop(take(dir.path()).unwrap());
        // This process's number, and another time of birth.
        left(dir.path(), |holder| holder.born = holder.born.map(|born| born + 1));
        drop(take(dir.path()).unwrap());
        // As an earlier version wrote it, and as nobody did.
        fs::write(dir.path().join(".lock"), r#"{"pid":1,"command":"iterate","since":"x"}"#).unwrap();
        drop(take(dir.path()).unwrap());
        fs::write(dir.path().join(".lock"), "\0torn").unwrap();
        drop(take(dir.path()).unwrap());
    }

    #[test]
    fn a_living_holder_is_believed_even_where_the_kernel_does_not_know_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        left(dir.path(), |_| {});
        let refused = take(dir.path()).unwrap_err();
        assert!(refused.kind == FailureKind::Locked && refused.message.contains("cbt loop"), "{refused}");
    }

    #[test]
    fn another_machine_is_believed_until_it_has_been_silent_for_long() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = |holder: &mut Holder| {
            holder.host = "elsewhere".to_owned();
            holder.boot = Some("another".to_owned());
        };
        left(dir.path(), elsewhere);
        let refused = take(dir.path()).unwrap_err();
        assert!(refused.kind == FailureKind::Locked && refused.message.contains("elsewhere"), "{refused}");
        assert!(refused.hints.iter().any(|hint| hint.contains("sign of life")), "{refused:?}");
        let file = File::options().write(true).open(dir.path().join(".lock")).unwrap();
        file.set_modified(std::time::SystemTime::now() - DEAD - Duration::from_secs(5)).unwrap();
        assert!(take(dir.path()).is_ok());
    }
}
