//! A disk that fails at each of its calls in turn.

use super::files::{NEW, OLD, edits, names, params, text};
use crate::patch::disk::{Disk, RealDisk};
use crate::patch::restore::undo_on;
use crate::patch::stale::temporary_path;
use crate::patch::write::write_on;
use crate::patch::{OlderBackup, Reason, backup_path, plan, write};
use std::cell::Cell;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::Path;
use tempfile::TempDir;

struct FaultyDisk {
    /// Calls that still succeed.
    left: Cell<Option<usize>>,
    /// Full from the failing call on, as a disk is; otherwise only that call fails.
    stays_full: bool,
}

impl FaultyDisk {
    fn step(&self) -> io::Result<()> {
        match self.left.get() {
            Some(0) => {
                if !self.stays_full {
                    self.left.set(None);
                }
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }
            Some(left) => {
                self.left.set(Some(left - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Disk for FaultyDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.step().and_then(|()| RealDisk.read(path))
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        self.step().and_then(|()| RealDisk.create(path))
    }

    fn fill(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.step().inspect_err(|_| {
            let _ = file.write_all(&bytes[..bytes.len() / 2]);
        })?;
        RealDisk.fill(file, bytes)
    }

    fn dress(&self, file: &File, like: &Metadata, like_path: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.dress(file, like, like_path))
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.sync(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.rename(from, to))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.sync_directory(path))
    }
}

#[test]
fn a_failing_disk_leaves_the_file_whole() {
    for stays_full in [false, true] {
        let mut failures = 0;
        loop {
            let directory = TempDir::new().expect("a directory");
            let file = params(directory.path());
            let planned = plan(&edits(&file)).expect("an ordinary file");
            let disk = FaultyDisk { left: Cell::new(Some(failures)), stays_full };
            match write_on(&disk, &planned, OlderBackup::Replace) {
                Err(refusal) => {
                    assert_eq!(refusal.reason.name(), "io", "{refusal}");
                    assert!(refusal.to_string().contains("free some space"), "{refusal}");
                    assert_eq!(text(&file), OLD, "after {failures} calls: {refusal}");
                }
                Ok(written) => {
                    assert_eq!(text(&file), NEW);
                    if written.unsynced.is_none() {
                        break;
                    }
                }
            }
            let backup = backup_path(&file);
            assert!(!backup.exists() || text(&backup) == OLD);
            let left: Vec<String> = names(directory.path()).into_iter().filter(|name| name.starts_with('.')).collect();
            assert_eq!(left, Vec::<String>::new());
            if text(&file) == OLD {
                write(&planned, OlderBackup::Replace).expect("the next try succeeds");
                assert_eq!(text(&file), NEW);
            }
            failures += 1;
        }
        assert!(failures >= 15, "only {failures} calls could fail");
    }
}

#[test]
fn a_failing_disk_leaves_undo_whole() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let written = write(&plan(&edits(&file)).expect("a plan"), OlderBackup::Replace).expect("written");
    for failures in 0.. {
        let disk = FaultyDisk { left: Cell::new(Some(failures)), stays_full: true };
        match undo_on(&disk, &written.undo) {
            Err(_) => assert_eq!(text(&file), NEW),
            Ok(_) => {
                assert!(failures >= 7);
                break;
            }
        }
    }
    assert_eq!(text(&file), OLD);
}

/// Says that it wrote, and did not; or lets somebody else write first.
struct LyingDisk<'a> {
    loses_bytes: bool,
    intruder: Option<&'a Path>,
    reads: Cell<usize>,
}

impl Disk for LyingDisk<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = RealDisk.read(path);
        self.reads.set(self.reads.get() + 1);
        // After the first check of the original and before the last.
        if let (Some(file), 1) = (self.intruder, self.reads.get()) {
            fs::write(file, "a: 99\n")?;
        }
        bytes
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        RealDisk.create(path)
    }

    fn fill(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        RealDisk.fill(file, if self.loses_bytes { &bytes[1..] } else { bytes })
    }

    fn dress(&self, file: &File, like: &Metadata, like_path: &Path) -> io::Result<()> {
        RealDisk.dress(file, like, like_path)
    }

    fn sync(&self, _: &File) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn sync_directory(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_left_over_of_our_own_number_is_no_obstacle() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let left = temporary_path(&file, NEW.as_bytes()).expect("a name");
    fs::write(&left, "half").expect("a file");
    write(&plan(&edits(&file)).expect("a plan"), OlderBackup::Replace).expect("written");
    assert_eq!((text(&file).as_str(), names(directory.path()).len()), (NEW, 2));
}

#[test]
fn what_was_written_is_read_back() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let planned = plan(&edits(&file)).expect("a plan");
    let disk = LyingDisk { loses_bytes: true, intruder: None, reads: Cell::new(0) };
    let refusal = write_on(&disk, &planned, OlderBackup::Replace).expect_err("bytes were lost");
    assert!(refusal.to_string().contains("not what was written"), "{refusal}");
    assert_eq!((text(&file).as_str(), names(directory.path())), (OLD, vec!["params.yaml".to_owned()]));
}

#[test]
fn a_change_during_the_write_is_not_overwritten() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let planned = plan(&edits(&file)).expect("a plan");
    let disk = LyingDisk { loses_bytes: false, intruder: Some(&file), reads: Cell::new(0) };
    let refusal = write_on(&disk, &planned, OlderBackup::Replace).expect_err("somebody else wrote");
    assert_eq!(refusal.reason, Reason::Changed);
    assert_eq!(text(&file), "a: 99\n");
    assert_eq!(names(directory.path()), ["params.yaml", "params.yaml.backup"]);
}
