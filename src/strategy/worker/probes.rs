//! What interpreters said about themselves, for as long as nothing they said can have changed: starting one takes
//! longer than many a backtest.

use super::Interpreter;
use super::interpreter::PROBE_ENVIRONMENT;
use crate::BUILT_FROM;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Files that changed so lately may change again without a trace: clocks of file systems are coarse.
const SETTLED: Duration = Duration::from_secs(2);

/// Answers kept in a folder, one file per place that was asked.
#[derive(Debug, Clone, Default)]
pub struct Probes {
    folder: Option<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    interpreter: Interpreter,
    environment: Vec<Option<String>>,
    /// Files and folders that decide about the answer, as they were.
    seen: Vec<(PathBuf, Option<Stamp>)>,
}

/// A file or folder as it stands. What is installed into or removed from a folder changes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    seconds: i64,
    nanoseconds: i64,
    size: u64,
    inode: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok()?;
        Some(Self { seconds: found.mtime(), nanoseconds: found.mtime_nsec(), size: found.size(), inode: found.ino() })
    }
}

impl Probes {
    /// None are kept.
    pub const fn none() -> Self {
        Self { folder: None }
    }

    pub const fn within(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    fn file(&self, path: &Path, found_by: &str) -> Option<PathBuf> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(path.as_os_str().as_encoded_bytes()).update(b"\0").update(found_by.as_bytes());
        // What is asked, and the host that is kept beside the answer, are part of the build.
        hasher.update(b"\0").update(BUILT_FROM.as_bytes());
        let name = format!("interpreter-{}.json", &hasher.finalize().to_hex()[..32]);
        Some(self.folder.as_ref()?.join(name))
    }

    /// What the interpreter at `path` said, if it would say so again.
    pub(super) fn recall(
        &self,
        path: &Path,
        found_by: &str,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Option<Interpreter> {
        let file = self.file(path, found_by)?;
        let kept: Kept = serde_json::from_slice(&fs::read(&file).ok()?).ok()?;
        let unchanged =
            kept.environment == environment(env) && kept.seen.iter().all(|(path, stamp)| Stamp::of(path) == *stamp);
        unchanged.then(|| Interpreter { host: Some(beside(&file)), ..kept.interpreter })
    }

    /// `host` is the worker's own Python as it compiled it. Nothing is lost where it cannot be kept but time.
    pub(super) fn keep(
        &self,
        path: &Path,
        interpreter: &mut Interpreter,
        host: &[u8],
        env: &dyn Fn(&str) -> Option<String>,
    ) {
        let (Some(file), Some(paths)) = (self.file(path, &interpreter.found_by), watched(path, interpreter)) else {
            return;
        };
        let seen: Vec<_> = paths.into_iter().map(|path| (path.clone(), Stamp::of(&path))).collect();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let settled = now.saturating_sub(SETTLED).as_secs().cast_signed();
        if seen.iter().any(|(_, stamp)| stamp.is_some_and(|stamp| stamp.seconds >= settled)) {
            return;
        }
        let kept = Kept { interpreter: interpreter.clone(), environment: environment(env), seen };
        let text = serde_json::to_vec_pretty(&kept).map_err(io::Error::from);
        let sealed = [blake3::hash(host).as_bytes(), host].concat();
        if write(&beside(&file), &sealed).and_then(|()| write(&file, &text?)).is_ok() {
            interpreter.host = Some(beside(&file));
        }
    }
}

/// Where the host is kept, behind the hash of its bytes.
fn beside(file: &Path) -> PathBuf {
    file.with_extension("host")
}

/// The host as it was compiled; None where the file does not hold what was written.
pub(super) fn compiled_host(file: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(file).ok()?;
    let (hash, host) = bytes.split_at_checked(blake3::OUT_LEN)?;
    let whole = blake3::hash(host) == *<&[u8; blake3::OUT_LEN]>::try_from(hash).ok()?;
    whole.then(|| {
        bytes.drain(..blake3::OUT_LEN);
        bytes
    })
}

fn environment(env: &dyn Fn(&str) -> Option<String>) -> Vec<Option<String>> {
    PROBE_ENVIRONMENT.iter().map(|name| env(name)).collect()
}

/// What decides about the answer; None where a program stands between that may decide by anything.
fn watched(path: &Path, interpreter: &Interpreter) -> Option<Vec<PathBuf>> {
    let mut paths = vec![path.to_path_buf(), interpreter.program.clone(), interpreter.prefix.join("pyvenv.cfg")];
    if path.canonicalize().ok()? != interpreter.program {
        // pyenv's shims decide by the environment and by two files, one of them where the probe stands.
        let root = path.parent().filter(|folder| folder.ends_with("shims"))?.parent()?;
        let is_pyenv = root.join("libexec/pyenv").is_file() && interpreter.program.starts_with(root.join("versions"));
        if !is_pyenv {
            return None;
        }
        paths.extend([root.join("version"), PathBuf::from("/.python-version")]);
    }
    paths.extend(interpreter.reads.iter().cloned());
    paths.extend(interpreter.user_base.clone());
    Some(paths)
}

fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut beside = tempfile::Builder::new().prefix(".interpreter-").tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_until_what_it_is_about_changes() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().canonicalize().unwrap().join(name);
        let long_ago = SystemTime::now() - Duration::from_secs(100);
        let age = |name: &str| fs::File::open(at(name)).unwrap().set_modified(long_ago).unwrap();
        fs::write(at("python3.11"), "").unwrap();
        std::os::unix::fs::symlink(at("python3.11"), at("python3")).unwrap();
        fs::create_dir(at("packages")).unwrap();
        let mut interpreter = Interpreter {
            path: at("python3"),
            version: "3.11.7".to_owned(),
            implementation: "CPython".to_owned(),
            prefix: at("."),
            numpy: None,
            pandas: None,
            program: at("python3.11"),
            reads: vec![at("packages")],
            user_base: None,
            found_by: "PATH".to_owned(),
            host: None,
        };
        let probes = Probes::within(at("kept"));
        let env = |name: &str| (name == "PATH").then(|| "/bin".to_owned());
        let recall = |env: &dyn Fn(&str) -> Option<String>| probes.recall(&at("python3"), "PATH", env);
        probes.keep(&at("python3"), &mut interpreter, b"code", &env);
        assert_eq!((recall(&env), &interpreter.host), (None, &None), "it changed just now");
        age("python3.11");
        age("packages");
        probes.keep(&at("python3"), &mut interpreter, b"code", &env);
        assert_eq!(recall(&env), Some(interpreter.clone()));
        let host = interpreter.host.clone().unwrap();
        assert_eq!(compiled_host(&host).unwrap(), b"code");
        fs::write(&host, [fs::read(&host).unwrap(), vec![0]].concat()).unwrap();
        assert_eq!(compiled_host(&host), None, "it was touched");
        assert_eq!(recall(&|_| None), None, "another environment");
        assert_eq!(Probes::none().recall(&at("python3"), "PATH", &env), None);
        fs::create_dir(at("packages/numpy-2.0.dist-info")).unwrap();
        assert_eq!(recall(&env), None, "numpy was installed");

        // A program of another name may be anything.
        fs::write(at("launcher"), "").unwrap();
        age("launcher");
        age("packages");
        probes.keep(&at("launcher"), &mut interpreter, b"code", &env);
        assert_eq!(probes.recall(&at("launcher"), "PATH", &env), None);
    }
}
