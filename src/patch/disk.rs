//! The few calls that change a disk, apart so that tests can make each of them fail.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::Path;

pub(super) trait Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// A new file that nobody else may read yet.
    fn create(&self, path: &Path) -> io::Result<File>;
    fn fill(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Owner, permissions and access lists of `like`.
    fn dress(&self, file: &File, like: &Metadata, like_path: &Path) -> io::Result<()>;
    fn sync(&self, file: &File) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
}

pub(super) struct RealDisk;

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)
    }

    fn fill(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn dress(&self, file: &File, like: &Metadata, like_path: &Path) -> io::Result<()> {
        same_owner(file, like)?;
        file.set_permissions(like.permissions())?;
        same_attributes(file, like_path)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }
}

#[cfg(unix)]
fn same_owner(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let made = file.metadata()?;
    if (made.uid(), made.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
}

#[cfg(not(unix))]
fn same_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// The user's own attributes and access control lists; security labels are the system's to give.
#[cfg(target_os = "linux")]
fn same_attributes(file: &File, like: &Path) -> io::Result<()> {
    use rustix::fs::{XattrFlags, fsetxattr, getxattr, listxattr};
    use rustix::io::Errno;
    let mut names = vec![0; 64 * 1024];
    let length = match listxattr(like, names.as_mut_slice()) {
        Ok(length) => length,
        Err(Errno::NOTSUP) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for name in names[..length].split(|&byte| byte == 0) {
        if name.starts_with(b"user.") || name == b"system.posix_acl_access" {
            let mut value = vec![0; 64 * 1024];
            let length = getxattr(like, name, value.as_mut_slice())?;
            fsetxattr(file, name, &value[..length], XattrFlags::empty())?;
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn same_attributes(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}
