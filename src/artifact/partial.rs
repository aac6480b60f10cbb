//! A file is written under a hidden name beside its target, synced, and renamed over it: whoever looks
//! sees the old bytes or the new ones.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const SUFFIX: &str = ".partial";

/// A file on its way to `target`. Dropped before [`Partial::publish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
    target: PathBuf,
    published: bool,
}

impl Partial {
    /// Reserves a hidden name in the target's folder, creating the folder where it is missing. The file
    /// itself is left to whoever writes it.
    ///
    /// # Errors
    /// The target has no file name, or its folder cannot be created.
    pub fn beside(target: &Path) -> io::Result<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path has no file name"));
        };
        let folder = folder_of(target);
        create_folder(folder)?;
        loop {
            let count = COUNTER.fetch_add(1, Ordering::Relaxed);
            let hidden = format!(".{}.{}-{count}{SUFFIX}", name.to_string_lossy(), std::process::id());
            let path = folder.join(hidden);
            // A leftover of a killed process that had this id is never touched.
            if !path.try_exists()? {
                return Ok(Self { path, target: target.to_path_buf(), published: false });
            }
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs the bytes, renames them over the target and syncs the folder.
    ///
    /// # Errors
    /// Any of the three fails; the target then still has its old bytes.
    pub fn publish(mut self) -> io::Result<()> {
        File::options().read(true).write(true).open(&self.path)?.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        self.published = true;
        sync_folder(folder_of(&self.target))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.published {
            // Nothing to do about a failure here: `sweep` takes what stays.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what killed writers left in `folder` (not in its subfolders) and says how many files that was.
/// Only for the holder of the lock: a living writer's file looks the same.
///
/// # Errors
/// The folder cannot be listed or a leftover cannot be removed. A missing folder is an empty one.
pub fn sweep(folder: &Path) -> io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.contains(SUFFIX) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// `create_dir_all` whose new folders survive a power cut.
fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder_of(folder);
    if parent != folder {
        create_folder(parent)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => sync_folder(parent),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_is_visible_before_publish_and_nothing_stays_after_a_drop() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("a/b/table.parquet");
        let partial = Partial::beside(&target).unwrap();
        fs::write(partial.path(), "half").unwrap();
        assert!(!target.exists());
        assert!(names(target.parent().unwrap())[0].starts_with('.'));
        drop(partial);
        assert!(names(target.parent().unwrap()).is_empty());

        let partial = Partial::beside(&target).unwrap();
        fs::write(partial.path(), "whole").unwrap();
        partial.publish().unwrap();
        assert_eq!(names(target.parent().unwrap()), ["table.parquet"]);
        assert_eq!(fs::read_to_string(&target).unwrap(), "whole");
    }

    #[test]
    fn a_failed_publish_keeps_the_old_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("t");
        fs::write(&target, "old").unwrap();
        // Nothing was written under the hidden name.
        assert!(Partial::beside(&target).unwrap().publish().is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    }

    #[test]
    fn sweep_takes_leftovers_only() {
        let dir = tempfile::tempdir().unwrap();
        for name in [".t.parquet.99-0.partial", ".hidden", "t.parquet"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        assert_eq!(sweep(dir.path()).unwrap(), 1);
        assert_eq!(names(dir.path()), [".hidden", "t.parquet"]);
        assert_eq!(sweep(&dir.path().join("nowhere")).unwrap(), 0);
    }
}
