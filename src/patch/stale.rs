//! Files that a killed process left beside the one it was replacing.

use super::hash;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const INFIX: &str = ".cbt-tmp-";

/// What [`clean_stale`] did, in order of name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub removed: Vec<PathBuf>,
    /// Of a process that is still running.
    pub in_use: Vec<PathBuf>,
}

/// `dir/.params.yaml.cbt-tmp-<hash>-<pid>`; `None` if `destination` names no file.
pub(super) fn temporary_path(destination: &Path, bytes: &[u8]) -> Option<PathBuf> {
    let digest = hash(bytes);
    let mut name = OsString::from(".");
    name.push(destination.file_name()?);
    name.push(format!("{INFIX}{}-{}", digest.get(..16)?, std::process::id()));
    Some(destination.with_file_name(name))
}

/// Removes what earlier, killed processes left in `directory` (not below it). The files that they were
/// replacing are whole: only the copies beside them are removed.
///
/// # Errors
/// The directory cannot be read, or a left-over cannot be removed.
pub fn clean_stale(directory: &Path) -> io::Result<Cleaned> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if let Some(pid) = entry.file_name().to_str().and_then(owner)
            && entry.file_type()?.is_file()
        {
            found.push((entry.path(), pid));
        }
    }
    found.sort();
    let mut cleaned = Cleaned::default();
    for (path, pid) in found {
        if pid != std::process::id() && is_running(pid) {
            cleaned.in_use.push(path);
            continue;
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => cleaned.removed.push(path),
        }
    }
    Ok(cleaned)
}

/// The process that made a temporary file of this name.
fn owner(name: &str) -> Option<u32> {
    let (file, tail) = name.strip_prefix('.')?.rsplit_once(INFIX)?;
    let (digest, pid) = tail.split_once('-')?;
    let is_ours = !file.is_empty() && digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_ours { pid.parse().ok() } else { None }
}

#[cfg(unix)]
fn is_running(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().filter(|&pid| pid > 0).and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
const fn is_running(_: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_made_here_are_ours() {
        let made =
            temporary_path(Path::new("/a/params.yaml"), b"x").and_then(|path| path.file_name().map(OsString::from));
        assert_eq!(made.as_ref().and_then(|name| name.to_str()).and_then(owner), Some(std::process::id()));
        for other in [
            ".params.yaml",
            "params.yaml.cbt-tmp-0123456789abcdef-1",
            ".cbt-tmp-0123456789abcdef-1",
            ".a.cbt-tmp-xyz-1",
        ] {
            assert_eq!(owner(other), None, "{other}");
        }
    }
}
