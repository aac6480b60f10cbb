use super::disk::{Disk, RealDisk};
use super::original::{Original, directory_of};
use super::{Planned, Reason, Refusal, Undo, hash, stale};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a change left on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file replaced, symbolic links resolved.
    pub file: PathBuf,
    /// `<file>.backup`, holding the old bytes.
    pub backup: PathBuf,
    pub old_hash: String,
    pub new_hash: String,
    /// For history: takes the change back even if the backup is lost.
    pub undo: Undo,
    /// The file was named by a symbolic link, which still points to it.
    pub through_symlink: bool,
    /// Hash of an older backup that this one took the place of.
    pub replaced_backup: Option<String>,
    /// The new bytes are in place, but the directory could not be synced: a power cut may bring the old ones back.
    pub unsynced: Option<String>,
}

/// What to do with a `<file>.backup` that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OlderBackup<'a> {
    Replace,
    /// Only if it holds bytes of one of these hashes, those that history says were backed up.
    ReplaceIfOneOf(&'a [String]),
}

/// `params.yaml` → `params.yaml.backup`
pub fn backup_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".backup");
    PathBuf::from(name)
}

/// Puts `planned` in place: new bytes and backup are written beside and synced, the backup is renamed first,
/// the file is checked once more against the plan, then replaced by a rename. At every moment the file
/// holds either the old bytes or the new.
///
/// # Errors
/// The file is not as planned any more, it or its directory cannot be written, or the disk fails: the file
/// keeps its bytes.
pub fn write(planned: &Planned, older: OlderBackup) -> Result<Written, Refusal> {
    write_on(&RealDisk, planned, older)
}

pub(super) fn write_on(disk: &impl Disk, planned: &Planned, older: OlderBackup) -> Result<Written, Refusal> {
    let refuse = |reason| Refusal::new(&planned.file, reason);
    let original = Original::find(&planned.file)?;
    if original.target != planned.target {
        return Err(refuse(Reason::Changed));
    }
    let target = &planned.target;
    check_unchanged(disk, target, &planned.undo.old_hash)?;
    let backup = backup_path(target);
    let replaced_backup = make_way(disk, &planned.file, &backup, older)?;

    let new = Beside::write(disk, target, &planned.after, Some(&original.metadata), target)?;
    new.differ_in_time(&original.metadata)?;
    let old = Beside::write(disk, &backup, &planned.before, Some(&original.metadata), target)?;
    old.keep_time(&original.metadata)?;
    old.put(disk)?;
    let directory = directory_of(target);
    disk.sync_directory(directory).map_err(|error| Refusal::io(target, "syncing the backup's directory", &error))?;

    check_unchanged(disk, target, &planned.undo.old_hash)?;
    new.put(disk)?;
    let unsynced = disk.sync_directory(directory).err().map(|error| error.to_string());
    Ok(Written {
        file: target.clone(),
        backup,
        old_hash: planned.undo.old_hash.clone(),
        new_hash: planned.undo.new_hash.clone(),
        undo: planned.undo.clone(),
        through_symlink: planned.is_through_symlink(),
        replaced_backup,
        unsynced,
    })
}

pub(super) fn check_unchanged(disk: &impl Disk, target: &Path, expected: &str) -> Result<(), Refusal> {
    let bytes = disk.read(target).map_err(|error| Refusal::io(target, "reading the file", &error))?;
    if hash(&bytes) == expected { Ok(()) } else { Err(Refusal::new(target, Reason::Changed)) }
}

/// The hash of the backup that will be replaced, if there is one.
fn make_way(disk: &impl Disk, file: &Path, backup: &Path, older: OlderBackup) -> Result<Option<String>, Refusal> {
    let in_the_way = || Refusal::new(file, Reason::BackupInTheWay { backup: backup.to_owned() });
    match fs::symlink_metadata(backup) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Refusal::io(file, "looking for an older backup", &error)),
        Ok(metadata) if !metadata.is_file() => return Err(in_the_way()),
        Ok(_) => {}
    }
    let bytes = disk.read(backup).map_err(|error| Refusal::io(file, "reading the older backup", &error))?;
    let found = hash(&bytes);
    match older {
        OlderBackup::ReplaceIfOneOf(ours) if !ours.contains(&found) => Err(in_the_way()),
        _ => Ok(Some(found)),
    }
}

/// Bytes written and synced beside the file they are for; removed again unless they are put in place.
pub(super) struct Beside {
    temporary: PathBuf,
    destination: PathBuf,
    is_placed: bool,
}

impl Beside {
    /// `like` gives owner, permissions and attributes; its path is `like_path`.
    pub fn write(
        disk: &impl Disk,
        destination: &Path,
        bytes: &[u8],
        like: Option<&Metadata>,
        like_path: &Path,
    ) -> Result<Self, Refusal> {
        let io = |doing: &str, error: io::Error| beside_failure(destination, doing, &error);
        let temporary =
            stale::temporary_path(destination, bytes).ok_or_else(|| Refusal::new(destination, Reason::Missing))?;
        let mut file = match disk.create(&temporary) {
            // Left by a killed process that had our number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&temporary).and_then(|()| disk.create(&temporary))
            }
            other => other,
        }
        .map_err(|error| io("creating a file beside it", error))?;
        let beside = Self { temporary, destination: destination.to_owned(), is_placed: false };
        disk.fill(&mut file, bytes).map_err(|error| io("writing beside it", error))?;
        if let Some(like) = like {
            disk.dress(&file, like, like_path).map_err(|error| io("keeping its owner and permissions", error))?;
        }
        disk.sync(&file).map_err(|error| io("syncing what was written beside it", error))?;
        drop(file);
        let written = disk.read(&beside.temporary).map_err(|error| io("reading back what was written", error))?;
        if written != bytes {
            return Err(io("reading back what was written", io::Error::other("it is not what was written")));
        }
        Ok(beside)
    }

    /// A backup is as old as the bytes it keeps.
    fn keep_time(&self, like: &Metadata) -> Result<(), Refusal> {
        like.modified()
            .and_then(|time| fs::OpenOptions::new().write(true).open(&self.temporary)?.set_modified(time))
            .map_err(|error| beside_failure(&self.destination, "keeping its time", &error))
    }

    /// Python reuses bytecode compiled from a source of the same size and the same second.
    pub fn differ_in_time(&self, like: &Metadata) -> Result<(), Refusal> {
        let second = |time: SystemTime| time.duration_since(UNIX_EPOCH).map(|age| age.as_secs()).ok();
        let step = || {
            let old = like.modified()?;
            let file = fs::OpenOptions::new().write(true).open(&self.temporary)?;
            let new = file.metadata()?.modified()?;
            if second(new) <= second(old) { file.set_modified(old + Duration::from_secs(1)) } else { Ok(()) }
        };
        step().map_err(|error| beside_failure(&self.destination, "setting its time", &error))
    }

    pub fn put(mut self, disk: &impl Disk) -> Result<(), Refusal> {
        disk.rename(&self.temporary, &self.destination)
            .map_err(|error| beside_failure(&self.destination, "putting it in place", &error))?;
        self.is_placed = true;
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.is_placed {
            // What cannot be removed now has a name that `clean_stale` knows.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Never `Missing`: it is the file beside that failed, not the user's.
fn beside_failure(file: &Path, doing: &str, error: &io::Error) -> Refusal {
    let reason = Reason::Io { doing: doing.to_owned(), kind: error.kind(), message: error.to_string() };
    Refusal::new(file, reason)
}
