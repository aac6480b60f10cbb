use super::console::Console;
use super::interpreters::Interpreters;
use super::natives::Standings;
use super::shards::{Reuse, Shards};
use super::stop::Stop;
use super::{Failure, FailureKind};
use crate::artifact::Depot;
use crate::backtest::{Kind, Rules};
use crate::config::Config;
use crate::engine;
use crate::seed::Seed;
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::time::SystemTime;

/// What the command line decided.
#[derive(Debug)]
pub struct Settings {
    pub data_dir: Option<PathBuf>,
    pub reports_dir: Option<PathBuf>,
    pub seed: u64,
    pub threads: Option<usize>,
    pub quiet: bool,
    pub started: DateTime<Utc>,
}

/// Everything a stage needs besides its artifacts.
#[derive(Debug, Clone)]
pub struct Context {
    pub config: Config,
    pub data: PathBuf,
    pub reports: PathBuf,
    pub seed: Seed,
    pub threads: usize,
    pub console: Console,
    /// The time this run is dated with; the only clock its artifacts know.
    pub started: DateTime<Utc>,
    /// When this process began, whatever the run is dated with.
    pub begun: SystemTime,
    /// Names the run in the lake: `20260102T030405678Z`.
    pub run_id: String,
    /// Number of the iteration this run belongs to, from 1. A stage run alone works on the last one's.
    pub iteration: u32,
    /// The pipeline's name, or `by hand`.
    pub pipeline: String,
    /// Only these strategies; empty for all.
    pub only: Vec<String>,
    /// Only these backtest types; empty for all that the configuration enables.
    pub kinds: Vec<Kind>,
    pub interpreters: Interpreters,
    pub standings: Standings,
    /// Work of earlier runs.
    pub shards: Shards,
    pub stop: Stop,
}

impl Context {
    /// # Errors
    /// `Io` when the data directory cannot be made, `Internal` when signals cannot be watched.
    pub fn new(config: Config, settings: Settings) -> Result<Self, Failure> {
        // Absolute, so that what is printed can be opened from anywhere.
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let data = absolute(settings.data_dir.unwrap_or_else(|| config.base_dir.join("data")));
        let reports = absolute(settings.reports_dir.unwrap_or_else(|| config.report.directory.clone()));
        std::fs::create_dir_all(&data).map_err(|error| Failure::io("cannot make the data directory", &data, &error))?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = settings.threads.unwrap_or(cores).min(config.system.max_concurrent_backtests).max(1);
        // Fails only where a pool exists already, which then serves as well.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        Ok(Self {
            shards: Shards::new(Depot::folder(data.join("shards")), Reuse::Taken),
            data,
            reports,
            seed: Seed::new(settings.seed),
            threads,
            console: Console::new(settings.quiet),
            started: settings.started,
            begun: SystemTime::now(),
            run_id: settings.started.format("%Y%m%dT%H%M%S%3fZ").to_string(),
            iteration: 1,
            pipeline: "by hand".to_owned(),
            only: Vec::new(),
            kinds: Vec::new(),
            interpreters: Interpreters::default(),
            standings: Standings::default(),
            stop: Stop::on_signals()?,
            config,
        })
    }

    #[must_use]
    pub fn only(mut self, strategies: Vec<String>) -> Self {
        self.only = strategies;
        self
    }

    #[must_use]
    pub fn only_types(mut self, kinds: Vec<Kind>) -> Self {
        self.kinds = kinds;
        self
    }

    /// # Errors
    /// A place that this program cannot open.
    pub fn with_shards_in(mut self, place: &str) -> Result<Self, Failure> {
        let depot = Depot::open(place).map_err(|error| Failure::usage(error.to_string()))?;
        self.shards = Shards::new(depot, Reuse::Taken);
        Ok(self)
    }

    #[must_use]
    pub fn reusing(mut self, reuse: Reuse) -> Self {
        self.shards = self.shards.with(reuse);
        self
    }

    #[must_use]
    pub fn at_iteration(mut self, iteration: u32, pipeline: &str) -> Self {
        self.iteration = iteration;
        pipeline.clone_into(&mut self.pipeline);
        self
    }

    /// Where an artifact comes from, for its metadata. Nothing in it depends on the clock: equal inputs give
    /// equal bytes.
    pub fn provenance(&self) -> serde_json::Value {
        serde_json::json!({
            "program": concat!("cbt ", env!("CARGO_PKG_VERSION")),
            "seed": self.seed.value(),
            "iteration": self.iteration,
            "config_hash": self.config.hash,
        })
    }

    /// What runs are held against, with `spans` spans beside the whole path.
    pub fn rules(&self, spans: usize) -> Rules {
        let config = &self.config.backtest;
        Rules {
            engine: engine::Params {
                initial_capital: config.initial_capital,
                commission_rate: config.commission_rate,
                slippage_rate: config.slippage_rate,
                max_position_size: config.max_position_size,
                fill: if config.fill_at_close { engine::Fill::Close } else { engine::Fill::NextOpen },
                allow_short: config.allow_short,
                whole_units: config.whole_units,
            },
            spans,
            risk_free_rate: config.risk_free_rate,
            stress: None,
        }
    }

    pub fn wants(&self, strategy: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == strategy)
    }

    /// The program itself, re-executed to confine workers.
    pub fn launcher(&self) -> Result<PathBuf, Failure> {
        std::env::current_exe().map_err(|error| {
            Failure::new(FailureKind::Internal, format!("cannot find this program's own file: {error}"))
        })
    }
}
