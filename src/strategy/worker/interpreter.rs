use super::host;
use super::probes::Probes;
use super::process::output_of;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Cold caches and a loaded machine are slow; a shim that hangs must not hang us.
const PROBE_WALL: Duration = Duration::from_secs(60);
pub(super) const PROBE: &str = include_str!("probe.py");
/// What a shim (pyenv, conda) needs to find the interpreter behind it.
pub(super) const PROBE_ENVIRONMENT: [&str; 6] =
    ["PATH", "HOME", "PYENV_ROOT", "PYENV_VERSION", "LANG", "LD_LIBRARY_PATH"];

/// A CPython that was asked about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// `sys.executable`: behind shims, but inside the virtual environment.
    pub path: PathBuf,
    /// `3.11.7`
    pub version: String,
    /// `CPython`
    pub implementation: String,
    pub prefix: PathBuf,
    /// Installed version, found without importing it.
    pub numpy: Option<String>,
    pub pandas: Option<String>,
    /// The executable file itself, links resolved.
    pub program: PathBuf,
    /// Directories it has to read: standard library, site-packages, editable installs.
    pub reads: Vec<PathBuf>,
    /// Where `pip install --user` puts modules, where that is in use.
    pub user_base: Option<PathBuf>,
    /// What led to it, for people: `VIRTUAL_ENV`, `.venv beside the scanned root`.
    pub found_by: String,
    /// Where the worker's own Python is kept as this interpreter compiled it.
    #[serde(skip)]
    pub host: Option<PathBuf>,
}

/// No interpreter; each place that was tried, with what was wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterpreterError {
    pub tried: Vec<(String, String)>,
}

impl fmt::Display for InterpreterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no usable Python 3.8 or later was found")?;
        for (place, reason) in &self.tried {
            write!(f, "\n  {place}: {reason}")?;
        }
        write!(
            f,
            "\nset `interpreter` under `strategies` in the configuration to an interpreter that runs your strategies"
        )
    }
}

impl std::error::Error for InterpreterError {}

#[derive(Deserialize)]
struct Probed {
    executable: PathBuf,
    version: String,
    implementation: String,
    prefix: Option<PathBuf>,
    numpy: Option<String>,
    pandas: Option<String>,
    #[serde(default)]
    reads: Vec<PathBuf>,
    program: Option<PathBuf>,
    user_base: Option<PathBuf>,
    /// In hexadecimal digits.
    host: Option<String>,
}

/// The interpreter that runs the user's strategies: the configured one and no other, else VIRTUAL_ENV,
/// CONDA_PREFIX, `.venv` or `venv` in or beside the scanned root, else the first python3 on PATH that works. What
/// `probes` remembers of one is not asked again.
///
/// # Errors
/// Every place that was tried and why it would not do.
pub fn find_interpreter(
    configured: Option<&Path>,
    root: &Path,
    env: &dyn Fn(&str) -> Option<String>,
    probes: &Probes,
) -> Result<Interpreter, InterpreterError> {
    let mut tried = Vec::new();
    for (found_by, path) in candidates(configured, root, env) {
        if let Some(interpreter) = probes.recall(&path, &found_by, env) {
            return Ok(interpreter);
        }
        match probe(&path, &found_by, env) {
            Ok((mut interpreter, host)) => {
                probes.keep(&path, &mut interpreter, &host, env);
                return Ok(interpreter);
            }
            Err(reason) => tried.push((format!("{found_by}: {}", path.display()), reason)),
        }
    }
    if tried.is_empty() {
        tried.push(("PATH".to_owned(), "there is no python3 on it".to_owned()));
    }
    Err(InterpreterError { tried })
}

/// What may be the interpreter, in the order of preference; looked for one after the other.
fn candidates<'a>(
    configured: Option<&Path>,
    root: &'a Path,
    env: &'a dyn Fn(&str) -> Option<String>,
) -> Box<dyn Iterator<Item = (String, PathBuf)> + 'a> {
    if let Some(path) = configured {
        let python = if path.is_dir() { in_environment(path) } else { path.to_path_buf() };
        return Box::new(std::iter::once(("configuration".to_owned(), python)));
    }
    let active = ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter().filter_map(|name| {
        let prefix = env(name).filter(|prefix| !prefix.is_empty())?;
        Some((name.to_owned(), in_environment(Path::new(&prefix))))
    });
    let folders = [("in", Some(root)), ("beside", root.parent())].into_iter();
    let near = folders.flat_map(|(place, folder)| [".venv", "venv"].map(|name| (place, folder, name))).filter_map(
        |(place, folder, name)| {
            let python = in_environment(&folder?.join(name));
            python.exists().then(|| (format!("{name} {place} the scanned root"), python))
        },
    );
    let path = std::iter::once_with(|| env("PATH").unwrap_or_default());
    let on_path = path.flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).filter_map(|folder| {
        let python = folder.join("python3");
        (folder.is_absolute() && python.is_file()).then(|| ("python3 on PATH".to_owned(), python))
    });
    Box::new(active.chain(near).chain(on_path))
}

fn in_environment(prefix: &Path) -> PathBuf {
    prefix.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// What it says of itself, and the host as it compiles it.
fn probe(path: &Path, found_by: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<(Interpreter, Vec<u8>), String> {
    let mut command = Command::new(path);
    // Not in the scanned root, where a file named json.py would be imported.
    command.args(["-B", "-c", PROBE, "<"]).args(host::parts()).env_clear().current_dir("/");
    for name in PROBE_ENVIRONMENT {
        if let Some(value) = env(name) {
            command.env(name, value);
        }
    }
    let (stdout, stderr) = output_of(command, PROBE_WALL)?;
    let last = stdout.lines().rfind(|line| line.starts_with('{'));
    let Some(probed) = last.and_then(|line| serde_json::from_str::<Probed>(line).ok()) else {
        let said = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it answered nothing");
        return Err(said.trim().to_owned());
    };
    let Probed { executable, version, implementation, prefix, numpy, pandas, reads, program, user_base, host } = probed;
    let (Some(prefix), Some(program)) = (prefix, program) else {
        return Err(format!("it is Python {version}; 3.8 or later is needed"));
    };
    if implementation != "CPython" {
        return Err(format!("it is {implementation} {version}; CPython is needed"));
    }
    let found_by = found_by.to_owned();
    let interpreter = Interpreter {
        path: executable,
        version,
        implementation,
        prefix,
        numpy,
        pandas,
        program,
        reads,
        user_base,
        found_by,
        host: None,
    };
    let digits = host.unwrap_or_default();
    let bytes = digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
    Ok((interpreter, bytes.collect::<Option<_>>().unwrap_or_default()))
}
