//! What a worker may read: its interpreter, the system's libraries, and the scanned root without anything
//! that looks like a secret.

use super::Interpreter;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Libraries, time zones and the little of /etc that loading them needs.
const SYSTEM: [&str; 27] = [
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/share/zoneinfo",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/os-release",
    "/etc/alternatives",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
];
/// Never granted as a whole, even where an interpreter calls one of them its prefix.
const TOO_WIDE: [&str; 8] = ["/", "/usr", "/usr/local", "/home", "/root", "/opt", "/var", "/etc"];

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub reads: BTreeSet<PathBuf>,
    /// Directories whose entries may be listed, though not everything below may be read.
    pub lists: BTreeSet<PathBuf>,
}

/// A name whose content is nobody's business: hidden entries (`.env`, `.git`, `.ssh`, `.netrc`), keys, credentials.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with('.')
        || [".env", ".pem", ".key", ".p12", ".pfx", ".keystore", ".jks"].iter().any(|end| name.ends_with(end))
        || ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].iter().any(|start| name.starts_with(start))
        || ["credentials", "secrets", "secret"].contains(&name.split('.').next().unwrap_or_default())
            && !name.ends_with(".py")
}

impl Reach {
    /// `own` are the strategy's source files; they may be read wherever they lie in the root.
    pub fn new(
        root: &Path,
        import_root: &Path,
        own: &[PathBuf],
        interpreter: &Interpreter,
        home: Option<&Path>,
    ) -> Self {
        let mut reach = Self::default();
        let wide = |path: &Path| {
            TOO_WIDE.iter().any(|wide| path == Path::new(wide)) || home.is_some_and(|home| home.starts_with(path))
        };
        reach.reads.extend(SYSTEM.iter().map(PathBuf::from).filter(|path| path.exists()));
        let folders = interpreter.reads.iter().chain([&interpreter.prefix, &interpreter.program]);
        reach.reads.extend(folders.filter(|path| !wide(path)).cloned());
        if let Some(base) = interpreter.user_base.as_deref().filter(|path| !wide(path)) {
            reach.reads.insert(base.join("lib"));
        }
        reach.lists.extend([root.to_path_buf(), import_root.to_path_buf()]);
        if reach.clean(root) && !wide(root) {
            reach.reads.insert(root.to_path_buf());
        }
        reach.reads.extend(own.iter().cloned());
        reach
    }

    /// Whether the whole of `folder` may be read; where not, its harmless parts are added one by one.
    /// Links are passed over: what they lead to is judged where it lies.
    fn clean(&mut self, folder: &Path) -> bool {
        let Ok(entries) = fs::read_dir(folder) else { return false };
        let (mut clean, mut harmless) = (true, Vec::new());
        for entry in entries {
            let Ok((name, kind, path)) =
                entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?, entry.path())))
            else {
                clean = false;
                continue;
            };
            if kind.is_symlink() {
                continue;
            }
            if is_secret(&name.to_string_lossy()) || kind.is_dir() && !self.reads.contains(&path) && !self.clean(&path)
            {
                clean = false;
            } else if (kind.is_dir() || kind.is_file()) && path.to_str().is_some() {
                // The policy is text: what has no name in it is not granted, and keeps nothing else from being.
                harmless.push(path);
            }
        }
        if !clean {
            self.reads.extend(harmless);
        }
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_hold_secrets() {
        for name in
            [".env", ".env.local", "prod.env", "id_rsa", "server.pem", "credentials.json", "secrets.yaml", ".git"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["strategy.py", "config.yaml", "environment.py", "keys.py", "secrets.py", "data.csv"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_root_with_an_env_file_is_granted_around_it() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for folder in ["clean/deep", "mixed", ".git"] {
            fs::create_dir_all(path(folder)).unwrap();
        }
        for file in ["a.py", "clean/deep/b.py", "mixed/.env", "mixed/c.py", ".git/config"] {
            fs::write(path(file), "").unwrap();
        }
        let mut reach = Reach::default();
        assert!(!reach.clean(root.path()));
        assert_eq!(reach.reads, BTreeSet::from([path("a.py"), path("clean"), path("mixed/c.py")]));
    }
}
