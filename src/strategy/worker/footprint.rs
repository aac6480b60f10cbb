//! What a process takes that no limit of the kernel's counts for one process alone: the files it may write, all of
//! them together, and its threads. Looked at while it runs; where the system does not tell, there is nothing to see.

use super::Limits;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Blocks of `st_blocks`.
const BLOCK: u64 = 512;

#[derive(Debug)]
pub(super) struct Footprint {
    pub scratch: PathBuf,
    pub limits: Limits,
}

impl Footprint {
    /// What the process has too much of, in words.
    pub fn excess(&self, pid: u32) -> Option<String> {
        let Limits { scratch_bytes, scratch_files, threads, .. } = self.limits;
        if threads_of(pid) > threads {
            return Some(format!("ran more than {threads} threads"));
        }
        let mut bytes = unlisted_bytes(pid);
        let (mut files, mut folders) = (0, vec![self.scratch.clone()]);
        while let Some(folder) = folders.pop() {
            // What goes while it is looked at is not there.
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                files += 1;
                if files > scratch_files {
                    return Some(format!("made more than {scratch_files} files in its scratch directory"));
                }
                let Ok(data) = entry.metadata() else { continue };
                bytes += data.blocks() * BLOCK;
                if data.is_dir() {
                    folders.push(entry.path());
                }
            }
        }
        (bytes > scratch_bytes).then(|| format!("wrote more than {scratch_bytes} bytes to its scratch directory"))
    }
}

fn threads_of(pid: u32) -> usize {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name before it may hold anything, brackets included.
    let fields = text.rsplit(')').next().unwrap_or_default();
    fields.split_whitespace().nth(17).and_then(|field| field.parse().ok()).unwrap_or(0)
}

/// Files that the process holds open and that no directory lists: deleted ones, and those in memory.
fn unlisted_bytes(pid: u32) -> u64 {
    let held = fs::read_dir(Path::new("/proc").join(pid.to_string()).join("fd"));
    let files = held.into_iter().flatten().flatten().filter_map(|entry| fs::metadata(entry.path()).ok());
    files.filter(|data| data.is_file() && data.nlink() == 0).map(|data| data.blocks() * BLOCK).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn excess(scratch: &Path, limits: Limits) -> Option<String> {
        Footprint { scratch: scratch.to_path_buf(), limits }.excess(std::process::id())
    }

    #[test]
    fn files_bytes_and_threads_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        let roomy = Limits { threads: 100_000, scratch_bytes: 1 << 40, ..Limits::default() };
        fs::create_dir(dir.path().join("deep")).unwrap();
        fs::write(dir.path().join("deep/file"), vec![1; 1 << 20]).unwrap();
        assert_eq!(excess(dir.path(), roomy.clone()), None);
        let told = excess(dir.path(), Limits { scratch_bytes: 1 << 19, ..roomy.clone() }).unwrap();
        assert!(told.contains("524288 bytes"), "{told}");
        assert!(excess(dir.path(), Limits { scratch_files: 1, ..roomy.clone() }).unwrap().contains("1 files"));
        if cfg!(target_os = "linux") {
            assert!(excess(dir.path(), Limits { threads: 0, ..roomy }).unwrap().contains("0 threads"));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_deleted_file_that_is_open_counts() {
        let before = unlisted_bytes(std::process::id());
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![1; 4 << 20]).unwrap();
        file.sync_all().unwrap();
        assert!(unlisted_bytes(std::process::id()) >= before + (4 << 20));
    }
}
