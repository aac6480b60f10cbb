//! A project whose every iteration has everything in it: searches, a promotion, a patch, a store that grows.

use super::moments::{Group, Watch};
use crate::harness::{MOMENTUM, Project};
use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

pub const SETTINGS: &str = "strategies/settings.yaml";
pub const OLD: &str = "# what we trade with\ntilted_trader:\n  tilt: 8   # bars of forty\n";

const FIRST: &str = "2026-01-02T03:00:00Z";
/// What the iteration that is killed is dated with.
pub const AT: &str = "2026-01-02T04:00:00Z";
const RUN: &str = "20260102T040000000Z";

/// Long for `tilt` bars of every forty, else short. Markets rise, so that what is better is plain and found every time.
pub const TILTED: &str = r#"
class TiltedTrader:
    def __init__(self, tilt=8):
        self.tilt = tilt
        self.bars = 0
        self.last = 0.0

    def on_bar(self, bar):
        self.bars += 1
        self.last = bar.close
        if self.bars % 40 < self.tilt:
            return 1
        return -1
"#;

pub const CONFIG: &str = "\
strategies:
  roots: [strategies]
  overrides:
    tilted_trader: {bounds: {tilt: [4, 36]}}
    momentum_trader: {pinned: [threshold]}
    patient_trader: {pinned: [threshold, lookback_period]}
scenarios:
  bars: 200
  regimes: []
  custom:
    climb: {drift: 0.9, volatility: 0.12}
    stroll: {drift: 0.7, volatility: 0.10}
  paths: {train: 2, validation: 8, test: 2, foreign: 2}
  realism: {paths: 1, bars: 2500}
backtest_settings: {variations: 2, spans: 1, commission_rate: 0, slippage_rate: 0}
backtest_types:
  monte_carlo: {paths: 4, shuffles: 10, jitters: 2}
  bootstrap: {resamples: 100}
optimization:
  trials: 10
  gate: {cooldown_iterations: 0, cooldown_real_bars: 0, min_trades: 1}
";

/// Tables of the store that an undisturbed run and a tortured one have to agree in. `runs` has the time of its end.
const TABLES: [&str; 15] = [
    "strategies",
    "parameters",
    "scenarios",
    "backtest_results",
    "walk_forward",
    "walk_forward_windows",
    "distributions",
    "intervals",
    "trials",
    "optimization_history",
    "changes",
    "realism",
    "ledger",
    "shadow_history",
    "placebo_history",
];

/// The project before its second iteration, and what that iteration makes of it when it is left alone.
pub struct Undisturbed {
    pub project: Project,
    /// The folders as they were before it.
    before: tempfile::TempDir,
    pub lasts: Duration,
    /// Events it makes in the folders of each purpose.
    pub events: BTreeMap<Group, u32>,
    /// The user's file after it.
    pub new: String,
    artifacts: BTreeMap<String, Vec<u8>>,
    store: Vec<serde_json::Value>,
}

pub fn iterate(project: &Project) -> Command {
    project.command(&["iterate", "--quiet", "--at", AT])
}

impl Undisturbed {
    pub fn run() -> Self {
        let project = Project::empty();
        project.write("strategies/tilted.py", TILTED);
        project.write("strategies/momentum.py", MOMENTUM);
        project.write("strategies/patient.py", MOMENTUM.replace("MomentumTrader", "PatientTrader"));
        project.write(SETTINGS, OLD);
        project.write("continuous_backtest_config.yaml", CONFIG);
        std::fs::create_dir_all(project.path("data/market")).unwrap();
        let first = project.json(&["iterate", "--at", FIRST]);
        assert_eq!(first["stages"]["apply"]["applied"], 1, "{first}");
        assert_ne!(project.read(SETTINGS), OLD);
        // Somebody sets it back: the second iteration finds the same again.
        project.write(SETTINGS, OLD);
        let before = tempfile::tempdir().unwrap();
        copy(&project, "data", &before.path().join("data"));
        copy(&project, "strategies", &before.path().join("strategies"));
        let mut found = Self {
            project,
            before,
            lasts: Duration::ZERO,
            events: BTreeMap::new(),
            new: String::new(),
            artifacts: BTreeMap::new(),
            store: Vec::new(),
        };
        for group in Group::ALL {
            found.reset();
            let root = found.project.path("");
            let mut watch = Watch::over(group.folders(&root));
            let begun = Instant::now();
            let mut child = iterate(&found.project).spawn().unwrap();
            let mut count = 0;
            while child.try_wait().unwrap().is_none() {
                count += watch.events();
                std::thread::sleep(Duration::from_micros(200));
            }
            found.lasts = begun.elapsed();
            found.events.insert(group, count + watch.events());
        }
        assert!(found.is_recorded() && found.changes_are_recorded());
        found.new = found.project.read(SETTINGS);
        assert_ne!(found.new, OLD);
        found.artifacts = found.results();
        found.store = found.rows();
        assert!(found.artifacts.len() > 20, "{:?}", found.artifacts.keys());
        found
    }

    /// Everything as it was before the iteration.
    pub fn reset(&self) {
        for name in ["data", "strategies"] {
            std::fs::remove_dir_all(self.project.path(name)).unwrap();
            let copied =
                Command::new("cp").arg("-a").arg(self.before.path().join(name)).arg(self.project.path(name)).status();
            assert!(copied.unwrap().success());
        }
    }

    fn lake(&self, table: &str) -> String {
        format!("data/{table}/day=2026-01-02/run={RUN}.parquet")
    }

    pub fn is_recorded(&self) -> bool {
        self.project.path(&self.lake("runs")).exists()
    }

    pub fn changes_are_recorded(&self) -> bool {
        self.project.path(&self.lake("changes")).exists()
    }

    /// Every artifact and every file of history, byte for byte; not how long it took, and not which runs were made.
    fn results(&self) -> BTreeMap<String, Vec<u8>> {
        let counts = |file: &String| {
            file.ends_with(".parquet")
                && !["data/runs/", "data/rungs.parquet", "data/shards/"].iter().any(|own| file.starts_with(own))
        };
        let files = self.project.files("data").into_iter().filter(counts);
        files.map(|file| (file.clone(), self.project.bytes(&file))).collect()
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        let table = |name: &str| format!("SELECT '{name}', count(*), bit_xor(hash(t)) FROM {name} t");
        let tables = TABLES.map(table).join(" UNION ALL ");
        let runs = "SELECT * EXCLUDE (finished, shard_hits, shard_misses, report_path) FROM runs ORDER BY iteration";
        [&tables[..], runs].map(|sql| self.project.json(&["query", sql])["rows"].clone()).to_vec()
    }

    /// # Panics
    /// Where anything differs from the undisturbed run's.
    pub fn compare(&self) {
        assert_eq!(self.project.read(SETTINGS), self.new);
        assert_eq!(self.project.read(&format!("{SETTINGS}.backup")), OLD);
        let found = self.results();
        assert_eq!(found.keys().collect::<Vec<_>>(), self.artifacts.keys().collect::<Vec<_>>());
        for (file, bytes) in &found {
            assert!(*bytes == self.artifacts[file], "{file} differs from the undisturbed run's");
        }
        assert_eq!(self.rows(), self.store);
    }

    /// # Panics
    /// Where something of a killed run is still there after one that came to its end.
    pub fn look_for_left_overs(&self) {
        assert!(
            self.project.files("data").iter().all(|file| !file.ends_with(".partial")),
            "{:?}",
            self.project.files("data")
        );
        for left in ["data/changing.json", "data/unfinished.json"] {
            assert!(!self.project.path(left).exists(), "{left} is left");
        }
        assert!(self.project.files("strategies").iter().all(|file| !file.contains(".cbt-tmp-")));
    }
}

fn copy(project: &Project, name: &str, to: &std::path::Path) {
    let copied = Command::new("cp").arg("-a").arg(project.path(name)).arg(to).status();
    assert!(copied.unwrap().success());
}

/// Whether the bytes of a Parquet file are those its seal was closed over: blake3 with zeros in its own place.
pub fn whole(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"blake3:";
    let Some(at) = (0..bytes.len()).rev().find(|&at| bytes[at..].starts_with(MARK)) else { return false };
    let digits = at + MARK.len()..at + MARK.len() + 64;
    let Some(told) = bytes.get(digits.clone()) else { return false };
    let mut open = bytes.to_vec();
    open[digits].fill(b'0');
    bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1") && blake3::hash(&open).to_hex().as_bytes() == told
}
