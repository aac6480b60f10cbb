use super::{Reason, Refusal};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// A file as it stands, cleared for being replaced.
pub(super) struct Original {
    /// The file itself, symbolic links resolved.
    pub target: PathBuf,
    pub metadata: Metadata,
}

impl Original {
    /// # Errors
    /// The file is gone, is no regular file, has other names, or it or its directory cannot be written.
    pub fn find(file: &Path) -> Result<Self, Refusal> {
        let refuse = |reason| Err(Refusal::new(file, reason));
        let target = fs::canonicalize(file).map_err(|error| Refusal::io(file, "finding the file", &error))?;
        let metadata = fs::symlink_metadata(&target).map_err(|error| Refusal::io(file, "reading its state", &error))?;
        let kind = metadata.file_type();
        if kind.is_dir() {
            return refuse(Reason::NotRegularFile { what: "a directory" });
        }
        if !kind.is_file() {
            return refuse(Reason::NotRegularFile { what: "a device, socket or pipe" });
        }
        let names = hard_links(&metadata);
        if names > 1 {
            return refuse(Reason::HardLinked { names });
        }
        if metadata.permissions().readonly() || !may_write(&target) {
            return refuse(Reason::ReadOnly { what: target });
        }
        let directory = directory_of(&target);
        let of_directory =
            fs::metadata(directory).map_err(|error| Refusal::io(file, "reading its directory's state", &error))?;
        if of_directory.permissions().readonly() || !may_write(directory) {
            return refuse(Reason::ReadOnly { what: directory.to_owned() });
        }
        Ok(Self { target, metadata })
    }
}

/// The directory a resolved file lies in.
pub(super) fn directory_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn hard_links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
const fn hard_links(_: &Metadata) -> u64 {
    1
}

#[cfg(unix)]
fn may_write(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

#[cfg(not(unix))]
const fn may_write(_: &Path) -> bool {
    true
}
