//! A small project in a temporary folder, and the program run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Project {
    dir: tempfile::TempDir,
}

pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// An empty folder.
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// One bar-by-bar strategy with a YAML value, short paths, few trials, no real markets.
    pub fn small() -> Self {
        let project = Self::empty();
        project.write("strategies/momentum.py", MOMENTUM);
        project.write("strategies/settings.yaml", SETTINGS);
        project.write("continuous_backtest_config.yaml", CONFIG);
        fs::create_dir_all(project.path("data/market")).unwrap();
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Appends to the configuration.
    pub fn configure(&self, text: &str) {
        let name = "continuous_backtest_config.yaml";
        self.write(name, format!("{}{text}", self.read(name)));
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cbt"));
        command.current_dir(self.dir.path()).args(args).env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        let Output { status, stdout, stderr } = self.command(args).output().unwrap();
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    /// Runs and insists on success.
    pub fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "cbt {}\n{}\n{}", args.join(" "), ran.stdout, ran.stderr);
        ran
    }

    /// Runs with `--json` and reads the object.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let ran = self.ok(&[args, &["--json", "--quiet"]].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
    }

    pub fn files(&self, below: &str) -> Vec<String> {
        fn walk(dir: &Path, base: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, base, found);
                } else {
                    found.push(path.strip_prefix(base).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(below), self.dir.path(), &mut found);
        found.sort();
        found
    }
}

pub const MOMENTUM: &str = r#"
class MomentumTrader:
    """Long while the close is above the close `lookback_period` bars ago."""

    def __init__(self, lookback_period=20, threshold=0.0):
        self.lookback_period = lookback_period
        self.threshold = threshold
        self.closes = []

    def on_bar(self, bar):
        self.closes.append(bar.close)
        if len(self.closes) <= self.lookback_period:
            return "hold"
        change = bar.close / self.closes[-1 - self.lookback_period] - 1
        if change > self.threshold:
            return "buy"
        return "sell"
"#;

const SETTINGS: &str = "# how fast we react\nmomentum_trader:\n  lookback_period: 20   # bars\n  threshold: 0.0\n";

const CONFIG: &str = "\
strategies:
  roots: [strategies]
scenarios:
  bars: 252
  paths: {train: 2, validation: 8, test: 2, foreign: 4}
  realism: {paths: 1, bars: 2500}
backtest_settings:
  variations: 3
  spans: 2
backtest_types:
  walk_forward: {train_bars: 60, test_bars: 30, trials: 4}
  monte_carlo: {paths: 4, shuffles: 20, jitters: 2}
  bootstrap: {resamples: 100}
optimization:
  trials: 12
";
