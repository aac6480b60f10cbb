//! Seats for strategies: the interpreter of each root, and what a worker may use.

use super::stop::Stop;
use super::subjects::Subject;
use super::{Context, Failure, FailureKind};
use crate::backtest::Seats;
use crate::strategy::Meaning;
use crate::strategy::worker::{Interpreter, Limits, Spec, Worker, confinement, find_interpreter};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub struct Workers {
    interpreters: BTreeMap<String, Interpreter>,
    launcher: PathBuf,
    scratch: tempfile::TempDir,
    limits: Limits,
    allow_unsandboxed: bool,
    meanings: BTreeMap<String, Meaning>,
    home: Option<PathBuf>,
    stop: Stop,
}

impl Workers {
    /// The interpreter of every configured root.
    ///
    /// # Errors
    /// No usable Python for a root; no scratch directory.
    pub fn find(context: &Context) -> Result<Self, Failure> {
        let config = &context.config.strategies;
        let mut interpreters = BTreeMap::new();
        for root in &config.roots {
            // Discovery names roots by their absolute path, links resolved.
            let Ok(root) = root.canonicalize() else { continue };
            let found = interpreter(context, &root)?;
            interpreters.insert(root.to_string_lossy().into_owned(), found);
        }
        let limits = Limits {
            wall_per_call: Duration::from_secs_f64(config.limits.wall_seconds_per_run),
            cpu_seconds: config.limits.cpu_seconds,
            memory_bytes: config.limits.memory_mb << 20,
            ..Limits::default()
        };
        let meanings = config
            .overrides
            .iter()
            .map(|(name, settings)| {
                let meaning = Meaning {
                    sell_means: settings.sell_means.unwrap_or_default(),
                    zero_means: settings.zero_means.unwrap_or_default(),
                };
                (name.clone(), meaning)
            })
            .collect();
        sweep_scratch();
        let scratch = tempfile::Builder::new()
            .prefix(&format!("{SCRATCH}{}-", std::process::id()))
            .tempdir()
            .map_err(|error| Failure::io("cannot make a scratch directory in", &std::env::temp_dir(), &error))?;
        Ok(Self {
            interpreters,
            launcher: context.launcher()?,
            scratch,
            limits,
            allow_unsandboxed: config.allow_unsandboxed,
            meanings,
            home: std::env::var_os("HOME").map(PathBuf::from),
            stop: context.stop.clone(),
        })
    }

    /// Seats that run this strategy; dropped together with their processes.
    ///
    /// # Errors
    /// The strategy was discovered under a root that is not configured any more.
    pub fn seats(&self, subject: &Subject) -> Result<Seats<'_>, Failure> {
        let strategy = &subject.strategy;
        let interpreter = self.interpreters.get(&strategy.root).ok_or_else(|| {
            Failure::input(format!("{} was found under {}, which is no root any more", strategy.name, strategy.root))
                .hint("run `cbt discover` again")
        })?;
        let spec = Spec {
            strategy: strategy.clone(),
            parameters: subject.parameters.clone(),
            meaning: self.meanings.get(&strategy.name).copied().unwrap_or_default(),
            interpreter: interpreter.clone(),
            launcher: self.launcher.clone(),
            scratch: self.scratch.path().to_owned(),
            limits: self.limits.clone(),
            allow_unsandboxed: self.allow_unsandboxed,
            home: self.home.clone(),
        };
        Ok(Seats::new(move || Box::new(Worker::new(spec.clone()).until(self.stop.flag()))))
    }
}

/// Followed by the process that made it.
const SCRATCH: &str = "cbt-scratch-";

/// Removes the scratch directories of processes that were killed and could not. One that cannot be removed does
/// no harm.
fn sweep_scratch() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name
            .strip_prefix(SCRATCH)
            .and_then(|rest| rest.split('-').next())
            .and_then(|pid| pid.parse().ok())
            .and_then(rustix::process::Pid::from_raw);
        let dead = owner.is_some_and(|pid| {
            rustix::process::test_kill_process(pid).is_err_and(|error| error == rustix::io::Errno::SRCH)
        });
        if dead {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn interpreter(context: &Context, root: &Path) -> Result<Interpreter, Failure> {
    let configured = context.config.strategies.interpreter.as_deref();
    find_interpreter(configured, root, &|name| std::env::var(name).ok())
        .map_err(|error| Failure::new(FailureKind::Python, error.to_string()))
}

/// For the report: which Python runs the strategies.
pub fn interpreter_line(context: &Context) -> String {
    let roots = context.config.strategies.roots.iter().filter_map(|root| root.canonicalize().ok());
    let mut lines: Vec<String> = roots
        .map(|root| match interpreter(context, &root) {
            Ok(found) => {
                let package = |name: &str, version: &Option<String>| {
                    version.as_ref().map_or_else(|| format!("no {name}"), |version| format!("{name} {version}"))
                };
                format!(
                    "{} {} ({}), {}, {}",
                    found.implementation,
                    found.version,
                    found.found_by,
                    package("numpy", &found.numpy),
                    package("pandas", &found.pandas)
                )
            }
            Err(_) => "none".to_owned(),
        })
        .collect();
    lines.dedup();
    lines.join("; ")
}

/// For the report: how scanned code was confined.
pub fn confinement_line() -> String {
    let found = confinement();
    format!(
        "network {}; files {}; processes {}; limits {}",
        found.network, found.filesystem, found.processes, found.limits
    )
}
