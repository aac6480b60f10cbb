//! One loop's project on disk, and its iterations.

use super::ProveOptions;
use super::law::{Codebase, Law, Real};
use crate::artifact::{self, Candidate, market_file};
use crate::config::Config;
use crate::market::Series;
use crate::scenario::{Generator, Mirrored, Scenario};
use crate::seed::Seed;
use crate::stage::console::Console;
use crate::stage::generate_scenarios::scenarios;
use crate::stage::interpreters::Interpreters;
use crate::stage::iterate::iterate;
use crate::stage::stop::Stop;
use crate::stage::{Context, Failure, FailureKind, Pipeline, Settings};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const CONFIG: &str = include_str!("project/continuous_backtest_config.yaml");
const PIPELINE: &str = include_str!("project/pipeline.yaml");
const SMA_CROSS: &str = include_str!("project/sma_cross.py");
const PLACEBO: &str = include_str!("project/placebo.py");

/// The values that loops may change, at first.
const SMA_CROSS_VALUES: &str = "sma_cross_trader:\n  fast_period: 5\n  slow_period: 30\n";
const PLACEBO_VALUES: &str = "placebo_trader:\n  fast_period: 10\n  slow_period: 40\n  mood: 5\n\
                              lucky_trader:\n  lucky_number: 7\n";

const SHIPPED: [(&str, &str); 4] = [
    ("AAPL_1d_2004_2018.csv", include_str!("../../../data/market/AAPL_1d_2004_2018.csv")),
    ("BTCUSDT_1d_2017_2021.csv", include_str!("../../../data/market/BTCUSDT_1d_2017_2021.csv")),
    ("IBM_1d_2000_2013.csv", include_str!("../../../data/market/IBM_1d_2000_2013.csv")),
    ("SPX_1d_2000_2020.csv", include_str!("../../../data/market/SPX_1d_2000_2020.csv")),
];

/// Bars of a drawn real market: twenty years of trading days.
const REAL_BARS: usize = 5040;

/// Midnight, 5 January 2026: loops are dated, one iteration an hour, so that nothing in them reads a clock.
const START: i64 = 1_767_571_200;

/// What caches hold for equal bytes wherever they came from stays from loop to loop.
const KEPT: [&str; 2] = ["native", "realism.parquet"];

/// A folder in which one loop after the other lives.
pub struct Project {
    folder: tempfile::TempDir,
    interpreters: Interpreters,
    pipeline: Pipeline,
}

/// What one iteration left.
pub struct Step {
    /// Bytes of the file of values.
    pub values: String,
    /// The gate's tests.
    pub candidates: Vec<Candidate>,
}

/// A loop that has begun.
pub struct Loop<'a> {
    project: &'a Project,
    seed: Seed,
    done: u32,
}

impl Project {
    fn new() -> Result<Self, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("cbt-proof-")
            .tempdir()
            .map_err(|error| Failure::io("cannot make a folder in", &std::env::temp_dir(), &error))?;
        let pipeline = Pipeline::parse(PIPELINE, Path::new("proof.yaml"))?;
        Ok(Self { folder, interpreters: Interpreters::default(), pipeline })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.path(name);
        let failed = |error| Failure::io("cannot write", &path, &error);
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
        fs::write(&path, text).map_err(failed)
    }

    fn config(&self, law: &Law) -> Result<Config, Failure> {
        Config::load_with(&self.path("continuous_backtest_config.yaml"), Some(&law.settings))
            .map_err(|fault| Failure::new(FailureKind::Internal, format!("a proof's own configuration: {fault}")))
    }

    /// A new codebase with new markets, in the place of whatever was there.
    ///
    /// # Errors
    /// The operating system.
    pub fn begin(&self, law: &Law, seed: Seed) -> Result<Loop<'_>, Failure> {
        self.clear()?;
        self.write("continuous_backtest_config.yaml", CONFIG)?;
        let (file, text, values) = match law.codebase {
            Codebase::SmaCross => ("strategies/sma_cross.py", SMA_CROSS, SMA_CROSS_VALUES),
            Codebase::Placebo => ("strategies/placebo.py", PLACEBO, PLACEBO_VALUES),
        };
        self.write(file, text)?;
        self.write(VALUES, values)?;
        self.markets(law, seed.child("real"))?;
        Ok(Loop { project: self, seed, done: 0 })
    }

    fn clear(&self) -> Result<(), Failure> {
        for folder in ["strategies", "data"] {
            let folder = self.path(folder);
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if KEPT.iter().any(|kept| entry.file_name() == *kept) {
                    continue;
                }
                let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                removed.map_err(|error| Failure::io("cannot remove", &path, &error))?;
            }
        }
        Ok(())
    }

    fn markets(&self, law: &Law, seed: Seed) -> Result<(), Failure> {
        let market = |file: &str| format!("data/market/{file}");
        if law.real == Real::Drawn {
            let config = self.config(law)?;
            let internal = |why: String| Failure::new(FailureKind::Internal, format!("a proof's own market: {why}"));
            let scenario = scenarios(&config.scenarios).pop().ok_or_else(|| internal("there is none".to_owned()))?;
            let long = Scenario { bars: REAL_BARS, ..scenario };
            let series = Generator::new(&long).map_err(|fault| internal(fault.to_string()))?.path(seed);
            return self.write(&market("DRAWN_1d.csv"), &csv(&series));
        }
        for (file, text) in SHIPPED {
            self.write(&market(file), text)?;
            if law.real == Real::Mirrored {
                let series = loaded(&self.path(&market(file)))?;
                let mirrored = Mirrored::new(file, &series, series.len() - 1)
                    .map_err(|why| Failure::new(FailureKind::Internal, format!("{file}: {why}")))?;
                self.write(&market(file), &csv(&mirrored.path(seed.child(file))))?;
            }
        }
        Ok(())
    }
}

/// Where the values stand.
const VALUES: &str = "strategies/settings.yaml";

impl Loop<'_> {
    /// The next iteration, under `law`, which may differ from the one before.
    ///
    /// # Errors
    /// As `iterate`.
    pub fn step(&mut self, law: &Law) -> Result<Step, Failure> {
        let started = START + 3600 * i64::from(self.done);
        let started: DateTime<Utc> = DateTime::from_timestamp(started, 0).unwrap_or_default();
        let context = Context::new(
            self.project.config(law)?,
            Settings {
                data_dir: None,
                reports_dir: None,
                seed: self.seed.value(),
                threads: Some(1),
                quiet: true,
                started,
            },
        )?;
        let context = Context { interpreters: self.project.interpreters.clone(), ..context };
        iterate(&context, &self.project.pipeline)?;
        self.done += 1;
        Ok(Step { values: self.values()?, candidates: artifact::read::<Candidate>(&context.data)? })
    }

    /// The file of values as it stands.
    ///
    /// # Errors
    /// The operating system.
    pub fn values(&self) -> Result<String, Failure> {
        let path = self.project.path(VALUES);
        fs::read_to_string(&path).map_err(|error| Failure::io("cannot read", &path, &error))
    }
}

/// One value out of the text of the file.
pub fn value(values: &str, strategy: &str, parameter: &str) -> Option<i64> {
    let text: Value = serde_yaml::from_str_with_options(values, serde_yaml::options! { emit_comments: false }).ok()?;
    text[strategy][parameter].as_i64()
}

fn loaded(path: &Path) -> Result<Series, Failure> {
    market_file::load_file(path, 10, None)
        .map(|market| market.series)
        .map_err(|refusal| Failure::new(FailureKind::Internal, refusal.to_string()))
}

fn csv(series: &Series) -> String {
    let mut text = "date,open,high,low,close,volume\n".to_owned();
    for index in 0..series.len() {
        let bar = series.bar(index);
        let day = DateTime::from_timestamp_micros(bar.timestamp).unwrap_or_default().date_naive();
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{day},{},{},{},{},{}", bar.open, bar.high, bar.low, bar.close, bar.volume);
    }
    text
}

/// Does `work` for every number below `count`, on as many threads as were asked for. A loop runs on one thread; the
/// answers are in order, and which thread had which loop cannot be seen in them.
///
/// # Errors
/// The first loop's that failed, or a signal.
pub fn each<T: Send>(
    options: &ProveOptions,
    count: usize,
    work: impl Fn(&Project, usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let stop = Stop::on_signals()?;
    let progress = Console::new(options.quiet).progress("loops", count as u64);
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let worker = || -> Result<Vec<(usize, T)>, Failure> {
        let project = Project::new()?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .map_err(|error| Failure::new(FailureKind::Internal, format!("cannot start a thread: {error}")))?;
        let mut done = Vec::new();
        while !stop.requested() && !failed.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            let answer = pool.install(|| work(&project, number));
            progress.advance(1);
            match answer {
                Ok(answer) => done.push((number, answer)),
                Err(failure) => {
                    failed.store(true, Ordering::Relaxed);
                    return Err(failure);
                }
            }
        }
        Ok(done)
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = options.threads.unwrap_or(cores).clamp(1, count.max(1));
    let ended: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        running.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut all = Vec::with_capacity(count);
    for answers in ended {
        let died = |_| Err(Failure::new(FailureKind::Internal, "a thread of the proof died"));
        all.extend(answers.unwrap_or_else(died)?);
    }
    stop.check()?;
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, answer)| answer).collect())
}
