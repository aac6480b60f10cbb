use super::disk::{Disk, RealDisk};
use super::original::{Original, directory_of};
use super::write::{Beside, check_unchanged};
use super::{Reason, Refusal, Undo, backup_path, hash};
use std::fs;
use std::path::{Path, PathBuf};

/// A file that has its old bytes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub file: PathBuf,
    /// Of the bytes it has now.
    pub hash: String,
    /// See [`super::Written::unsynced`].
    pub unsynced: Option<String>,
}

/// Takes one recorded change back, byte for byte, without needing the backup.
///
/// # Errors
/// The file has been changed since, or cannot be written; it keeps its bytes.
pub fn undo(undo: &Undo) -> Result<Restored, Refusal> {
    undo_on(&RealDisk, undo)
}

pub(super) fn undo_on(disk: &impl Disk, undo: &Undo) -> Result<Restored, Refusal> {
    let original = Original::find(&undo.file)?;
    let now = disk.read(&original.target).map_err(|error| Refusal::io(&undo.file, "reading the file", &error))?;
    if hash(&now) == undo.old_hash {
        return Err(Refusal::new(&undo.file, Reason::NoChange));
    }
    let old = undo.revert(&now).ok_or_else(|| Refusal::new(&undo.file, Reason::Changed))?;
    let beside = Beside::write(disk, &original.target, &old, Some(&original.metadata), &original.target)?;
    beside.differ_in_time(&original.metadata)?;
    check_unchanged(disk, &original.target, &undo.new_hash)?;
    finish(disk, beside, original.target, undo.old_hash.clone())
}

/// Gives `file` the bytes of `<file>.backup`, which stays. `seen` is the hash of the file as the caller saw
/// it, so that nothing unseen is lost; `None` says that the file is gone.
///
/// # Errors
/// There is no backup, the file is not as it was seen, or it cannot be written; it keeps its bytes.
pub fn restore_backup(file: &Path, seen: Option<&str>) -> Result<Restored, Refusal> {
    let disk = &RealDisk;
    let refuse = |reason| Refusal::new(file, reason);
    let Some(seen) = seen else {
        if fs::symlink_metadata(file).is_ok() {
            return Err(refuse(Reason::Changed));
        }
        let backup = backup_path(file);
        let old = Original::find(&backup).map_err(|_| refuse(Reason::NoBackup { backup: backup.clone() }))?;
        let bytes = disk.read(&backup).map_err(|error| Refusal::io(file, "reading the backup", &error))?;
        let beside = Beside::write(disk, file, &bytes, Some(&old.metadata), &backup)?;
        return finish(disk, beside, file.to_owned(), hash(&bytes));
    };
    let original = Original::find(file)?;
    let backup = backup_path(&original.target);
    let no_backup = || refuse(Reason::NoBackup { backup: backup.clone() });
    if !fs::symlink_metadata(&backup).is_ok_and(|metadata| metadata.is_file()) {
        return Err(no_backup());
    }
    let bytes = disk.read(&backup).map_err(|error| Refusal::io(file, "reading the backup", &error))?;
    let old_hash = hash(&bytes);
    check_unchanged(disk, &original.target, seen)?;
    if old_hash == seen {
        return Err(refuse(Reason::NoChange));
    }
    let beside = Beside::write(disk, &original.target, &bytes, Some(&original.metadata), &original.target)?;
    beside.differ_in_time(&original.metadata)?;
    check_unchanged(disk, &original.target, seen)?;
    finish(disk, beside, original.target, old_hash)
}

fn finish(disk: &impl Disk, beside: Beside, file: PathBuf, hash: String) -> Result<Restored, Refusal> {
    beside.put(disk)?;
    let unsynced = disk.sync_directory(directory_of(&file)).err().map(|error| error.to_string());
    Ok(Restored { file, hash, unsynced })
}
