//! What was computed is not computed again, and what it gives is what computing it again would give.

use crate::harness::{MOMENTUM, Project};
use serde_json::Value;

const TABLES: [&str; 5] = ["backtests", "walk_forward", "walk_forward_windows", "distributions", "intervals"];

/// Two strategies, whose values stand in one file, and two real markets.
pub fn project() -> Project {
    let project = Project::small();
    project.write("strategies/patient.py", MOMENTUM.replace("MomentumTrader", "PatientTrader"));
    let settings = "momentum_trader: {lookback_period: 20, threshold: 0.0}\n\
                    patient_trader: {lookback_period: 40, threshold: 0.0}\n";
    project.write("strategies/settings.yaml", settings);
    for (name, lift) in [("ALPHA", 0), ("BETA", 50)] {
        project.write(&format!("data/market/{name}_1d.csv"), market(lift, 200));
    }
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    project
}

pub fn market(lift: i32, days: i32) -> String {
    let mut text = String::from("timestamp,open,high,low,close,volume\n");
    for day in 0..days {
        let close = f64::from(100 + lift) + 20.0 * (f64::from(day) / 9.0).sin() + f64::from(day * 7919 % 13) / 10.0;
        let date =
            chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(u64::try_from(day).unwrap());
        text.push_str(&format!("{date},{close},{close},{close},{close},1000\n"));
    }
    text
}

fn backtest(project: &Project, more: &[&str]) -> (u64, u64) {
    let summary = project.json(&[&["backtest"], more].concat());
    counts(&summary["shards"])
}

fn counts(shards: &Value) -> (u64, u64) {
    (shards["hits"].as_u64().unwrap(), shards["misses"].as_u64().unwrap())
}

fn tables(project: &Project) -> Vec<Vec<u8>> {
    TABLES.iter().map(|name| project.bytes(&format!("data/{name}.parquet"))).collect()
}

/// A probe; eight scenarios and two markets, standard and bootstrap; two markets walked; eight scenarios drawn, and the
/// trades of two markets.
pub const OF_ONE: u64 = 1 + 2 * 10 + 2 + 10;

#[test]
fn a_second_time_everything_is_known_and_the_bytes_are_those_of_computing_it_again() {
    let project = project();
    assert_eq!(backtest(&project, &[]), (0, 2 * OF_ONE));
    let first = tables(&project);
    assert_eq!(backtest(&project, &["--threads", "1"]), (2 * OF_ONE, 0));
    assert!(first == tables(&project), "shards give other bytes than what they were made from");
    assert_eq!(backtest(&project, &["--recompute"]), (0, 2 * OF_ONE));
    assert!(first == tables(&project), "computing it again gives other bytes");
}

#[test]
fn a_strategy_that_was_edited_is_run_alone() {
    let project = project();
    backtest(&project, &[]);
    // The value of one of them, in the file both have their values in; the other's moves to another place in it.
    let settings = project.read("strategies/settings.yaml").replace("lookback_period: 20", "lookback_period:   21");
    project.write("strategies/settings.yaml", settings);
    project.ok(&["discover"]);
    assert_eq!(backtest(&project, &[]), (OF_ONE, OF_ONE));
    let source = project.read("strategies/patient.py").replace("return \"sell\"", "return \"exit\"");
    project.write("strategies/patient.py", source);
    project.ok(&["discover"]);
    assert_eq!(backtest(&project, &[]), (OF_ONE, OF_ONE));
    let (kept, anew) = (tables(&project), {
        backtest(&project, &["--recompute"]);
        tables(&project)
    });
    assert!(kept == anew, "what was kept differs from what is computed");
}

#[test]
fn a_market_that_grew_is_run_alone() {
    let project = project();
    backtest(&project, &[]);
    project.write("data/market/BETA_1d.csv", market(50, 201));
    project.ok(&["generate-scenarios"]);
    // Of each strategy: standard, walk, trade orders and bootstrap of that market.
    assert_eq!(backtest(&project, &[]), (2 * (OF_ONE - 4), 2 * 4));
    let kept = tables(&project);
    backtest(&project, &["--recompute"]);
    assert!(kept == tables(&project), "what was kept differs from what is computed");
}

#[test]
fn settings_count_where_they_matter() {
    let project = project();
    backtest(&project, &[]);
    project.configure("retention: {days: 30}\nreport: {keep: 3}\n");
    assert_eq!(backtest(&project, &[]), (2 * OF_ONE, 0));
    let config = project.read("continuous_backtest_config.yaml").replace("resamples: 100", "resamples: 101");
    project.write("continuous_backtest_config.yaml", config);
    // The bootstrap of ten markets, and the walks of two, whose pieces are resampled as well.
    assert_eq!(backtest(&project, &[]), (2 * (OF_ONE - 12), 2 * 12));
    let (hits, _) = backtest(&project, &["--seed", "7"]);
    assert!(hits < 2 * OF_ONE, "another seed draws other variations");
}

#[test]
fn a_damaged_shard_is_named_and_made_again() {
    let project = project();
    backtest(&project, &[]);
    let before = tables(&project);
    let shards = project.files("data/shards/lasting");
    project.write(&shards[0], "PAR1 torn");
    let mut turned = project.bytes(&shards[1]);
    let middle = turned.len() / 2;
    turned[middle] ^= 1;
    project.write(&shards[1], turned);
    // One shard under the name of another.
    let other = project.bytes(&shards[3]);
    project.write(&shards[2], other);
    let ran = project.ok(&["backtest", "--json"]);
    assert_eq!(ran.stderr.matches("is damaged and made again").count(), 3, "{}", ran.stderr);
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((summary["shards"]["damaged"].as_u64(), counts(&summary["shards"]).1), (Some(3), 3));
    assert!(before == tables(&project));
    assert_eq!(backtest(&project, &[]), (2 * OF_ONE, 0));
}

/// Reads a clock, so that nothing can vouch for what it said yesterday.
const CLOCK: &str = "\
import time

class ClockTrader:
    def __init__(self, period=5):
        self.period = period

    def on_bar(self, bar):
        self.seen = time.time()
        return \"buy\" if bar.close > 0 else \"hold\"
";

/// Opens a file beside it.
const READER: &str = "\
import json
import os

class ReaderTrader:
    def __init__(self, period=5):
        with open(os.path.join(os.path.dirname(__file__), \"weights.json\")) as file:
            self.weight = json.load(file)[\"weight\"]
        self.period = period

    def on_bar(self, bar):
        return self.weight if bar.close > 0 else 0
";

#[test]
fn what_nobody_can_vouch_for_is_never_kept_and_files_that_are_opened_count() {
    let project = Project::small();
    project.write("strategies/momentum.py", CLOCK);
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let (_, computed) = backtest(&project, &[]);
    assert!(computed > 10, "it does not run");
    assert_eq!(backtest(&project, &[]), (0, computed));

    let project = Project::small();
    project.write("strategies/momentum.py", READER);
    project.write("strategies/weights.json", "{\"weight\": 1}");
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let (_, computed) = backtest(&project, &[]);
    assert!(computed > 10, "it does not run");
    let whole = tables(&project);
    assert_eq!(backtest(&project, &[]), (computed, 0));
    project.write("strategies/weights.json", "{\"weight\": 0.25}");
    assert_eq!(backtest(&project, &[]), (0, computed));
    assert!(whole != tables(&project));
}

#[test]
fn an_iteration_tells_its_hits_and_leaves_no_shard_that_no_other_can_use() {
    let project = project();
    project.ok(&["iterate"]);
    project.ok(&["iterate"]);
    let status = project.json(&["status"]);
    // Fresh paths are new in every iteration, and so are the search and what it is judged on.
    let passing = 2 * (8 + 1);
    let hits = |run: usize| (status["runs"][run]["shard_hits"].as_u64(), status["runs"][run]["shard_misses"].as_u64());
    let (known, computed) = hits(0);
    assert!(known.unwrap() >= 2 * (OF_ONE - 8), "{status}");
    assert!((passing..passing + 2).contains(&computed.unwrap()), "{status}");
    assert_eq!(hits(1).0, Some(0), "{status}");
    assert!(project.ok(&["status"]).stdout.contains("known from before"));
    assert!(project.files("data/shards/passing").is_empty());
    let rows = project.json(&["query", "SELECT shard_hits, shard_misses FROM runs ORDER BY iteration DESC LIMIT 1"]);
    assert_eq!(rows["rows"][0], serde_json::json!([known, computed]));
}

/// The nightly run over a store that was of no use for longer than history is kept.
#[test]
fn shards_that_were_of_no_use_for_long_go() {
    let project = project();
    project.ok(&["iterate", "--at", "2026-01-02T03:04:05Z"]);
    let kept = project.files("data/shards/lasting").len();
    project.ok(&["iterate", "--at", "2026-03-02T03:04:05Z"]);
    assert_eq!(project.files("data/shards/lasting").len(), kept);
    // Another seed, and so other variations; ninety days later what only the old one used is gone.
    project.ok(&["iterate", "--at", "2026-03-03T03:04:05Z", "--seed", "7"]);
    let both = project.files("data/shards/lasting").len();
    assert!(both > kept);
    project.ok(&["iterate", "--at", "2026-06-10T03:04:05Z", "--seed", "7"]);
    assert!(project.files("data/shards/lasting").len() < both);
}
