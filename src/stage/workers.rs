//! Seats for strategies: the interpreter of each root, what a worker may use, and native code where it is trusted.

use super::natives::Natives;
use super::stop::Stop;
use super::subjects::Subject;
use super::{Context, Failure};
use crate::backtest::Seats;
use crate::strategy::Meaning;
use crate::strategy::native::{Rung, Seat, Standing};
use crate::strategy::worker::{Interpreter, Limits, Probes, Spec, Worker, confinement};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub struct Workers {
    interpreters: BTreeMap<String, Interpreter>,
    launcher: PathBuf,
    scratch: tempfile::TempDir,
    limits: Limits,
    allow_unsandboxed: bool,
    meanings: BTreeMap<String, Meaning>,
    home: Option<PathBuf>,
    natives: Natives,
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
            natives: Natives::new(context),
            stop: context.stop.clone(),
        })
    }

    /// Seats that run this strategy; dropped together with their processes.
    ///
    /// # Errors
    /// The strategy was discovered under a root that is not configured any more; a verdict that cannot be kept.
    pub fn seats(&self, subject: &Subject) -> Result<Seats<'_>, Failure> {
        self.seats_with(subject, self.natives.share())
    }

    /// Seats whose native answers nobody makes again: for those who have them made again afterwards.
    ///
    /// # Errors
    /// As [`Self::seats`].
    pub fn unwitnessed(&self, subject: &Subject) -> Result<Seats<'_>, Failure> {
        self.seats_with(subject, 0.0)
    }

    /// Share of native runs that is made again in CPython, in [0, 1].
    pub const fn share(&self) -> f64 {
        self.natives.share()
    }

    /// Seats whose every native answer is made again in CPython; None where it is CPython that answers anyway.
    ///
    /// # Errors
    /// As [`Self::seats`].
    pub fn witnessed(&self, subject: &Subject) -> Result<Option<Seats<'_>>, Failure> {
        let native = self.standing(subject)?.rung() > Rung::Cpython;
        native.then(|| self.seats_with(subject, 1.0)).transpose()
    }

    fn seats_with(&self, subject: &Subject, share: f64) -> Result<Seats<'_>, Failure> {
        let spec = self.spec(subject)?;
        let standing = self.standing(subject)?;
        Ok(match standing.unit.clone().filter(|unit| unit.overturned().is_none()) {
            Some(unit) => Seats::new(move || Box::new(Seat::new(unit.clone(), Box::new(self.worker(&spec)), share))),
            None => Seats::new(move || Box::new(self.worker(&spec))),
        })
    }

    /// A seat in the user's CPython, whatever else could run the class.
    ///
    /// # Errors
    /// As [`Self::seats`].
    pub fn cpython(&self, subject: &Subject) -> Result<Worker, Failure> {
        Ok(self.worker(&self.spec(subject)?))
    }

    /// How far up the ladder the class has come; found out once.
    ///
    /// # Errors
    /// As [`Self::seats`].
    pub fn standing(&self, subject: &Subject) -> Result<Arc<Standing>, Failure> {
        let spec = self.spec(subject)?;
        // Not ended by a signal: what it then answered would be kept as a verdict.
        self.natives.standing(subject, spec.meaning, &spec.interpreter, &|| Worker::new(spec.clone()))
    }

    /// Does `work` with this strategy's seats. Where CPython contradicts a native answer on the way, everything
    /// `work` did is dropped and done again in CPython alone, and the class stays there.
    ///
    /// # Errors
    /// Those of `work` and of [`Self::seats`].
    pub fn soundly<T>(
        &self,
        context: &Context,
        subject: &Subject,
        mut work: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let standing = self.standing(subject)?;
        let before = standing.rung();
        let done = work()?;
        if standing.rung() == before {
            return Ok(done);
        }
        self.natives.demote(context, subject, &standing)?;
        work()
    }

    /// Adds what was seen of native runs to their verdicts.
    ///
    /// # Errors
    /// A verdict cannot be written.
    pub fn keep_verdicts(&self) -> Result<(), Failure> {
        self.natives.keep()
    }

    /// A worker whose run in flight a signal ends.
    fn worker(&self, spec: &Spec) -> Worker {
        Worker::new(spec.clone()).until(self.stop.flag())
    }

    /// All that decides how the class is run.
    ///
    /// # Errors
    /// As [`Self::seats`].
    pub fn spec(&self, subject: &Subject) -> Result<Spec, Failure> {
        let strategy = &subject.strategy;
        let interpreter = self.interpreters.get(&strategy.root).ok_or_else(|| {
            Failure::input(format!("{} was found under {}, which is no root any more", strategy.name, strategy.root))
                .hint("run `cbt discover` again")
        })?;
        Ok(Spec {
            strategy: strategy.clone(),
            parameters: subject.parameters.clone(),
            meaning: self.meanings.get(&strategy.name).copied().unwrap_or_default(),
            interpreter: interpreter.clone(),
            launcher: self.launcher.clone(),
            scratch: self.scratch.path().to_owned(),
            limits: self.limits.clone(),
            allow_unsandboxed: self.allow_unsandboxed,
            home: self.home.clone(),
        })
    }
}

/// Followed by the process that made it.
const SCRATCH: &str = "cbt-scratch-";

/// Removes the scratch directories of processes that were killed and could not. One that cannot be removed does
/// no harm.
fn sweep_scratch() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(SCRATCH))
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
    let probes = Probes::within(context.data.join("interpreters"));
    context.interpreters.of(context.config.strategies.interpreter.as_deref(), root, &probes)
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
