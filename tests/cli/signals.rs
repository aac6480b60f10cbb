//! A signal in the middle of a run that would take a minute.

use crate::harness::Project;
use std::process::Child;
use std::time::{Duration, Instant};

/// Hangs in its first call and does not listen to SIGTERM.
const HANGS: &str = r#"
import signal
import time


class SleepyTrader:
    def __init__(self, lookback_period=20):
        self.lookback_period = lookback_period

    def on_bar(self, bar):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.last = bar.close
        time.sleep(3600)
        return "buy"
"#;

fn project() -> Project {
    let project = Project::small();
    project.write("strategies/momentum.py", HANGS);
    project.write("strategies/settings.yaml", "");
    project
}

/// Workers whose parent is `pid`: strategies run as children of the program.
fn workers(pid: u32) -> Vec<String> {
    let found = std::process::Command::new("pgrep").args(["-P", &pid.to_string()]).output().unwrap();
    String::from_utf8_lossy(&found.stdout).lines().map(str::to_owned).collect()
}

/// A worker that is there for so long that it is in the call that hangs.
fn wait_for_a_worker(child: &Child) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let before = workers(child.id());
        std::thread::sleep(Duration::from_millis(1500));
        let lasting: Vec<String> = workers(child.id()).into_iter().filter(|pid| before.contains(pid)).collect();
        if !lasting.is_empty() {
            return lasting;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no strategy was ever run");
    }
}

fn ends(command: &[&str], signal: &str, code: i32) {
    let project = project();
    let mut child = project.command(command).spawn().unwrap();
    let workers = wait_for_a_worker(&child);
    let sent = Instant::now();
    std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(code), "cbt {command:?} {signal}");
    assert!(sent.elapsed() < Duration::from_secs(5), "it took {:?}", sent.elapsed());
    for worker in workers {
        let alive = std::process::Command::new("kill").args(["-0", &worker]).output().unwrap().status.success();
        assert!(!alive, "worker {worker} outlived the program");
    }
    // A run that was ended is no finding about the class, and what was recorded before stays readable.
    assert!(project.files("data").iter().all(|file| !file.ends_with("backtests.parquet")));
    assert_eq!(project.json(&["status"])["runs"][0]["status"], "abandoned");
}

#[test]
fn iterate_is_abandoned_within_seconds() {
    ends(&["iterate", "--quiet"], "-TERM", 130);
}

#[test]
fn loop_ends_well_within_seconds() {
    ends(&["loop", "--quiet"], "-INT", 0);
}

#[test]
fn one_stage_too() {
    let project = project();
    project.ok(&["discover", "--quiet"]);
    project.ok(&["generate-scenarios", "--quiet"]);
    let mut child = project.command(&["backtest", "--quiet"]).spawn().unwrap();
    wait_for_a_worker(&child);
    let sent = Instant::now();
    std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(sent.elapsed() < Duration::from_secs(5), "it took {:?}", sent.elapsed());
}

#[test]
fn work_that_was_done_before_the_signal_is_kept() {
    let project = project();
    // By name it comes before the one that hangs.
    project.write("strategies/early.py", crate::harness::MOMENTUM.replace("MomentumTrader", "EarlyTrader"));
    let mut child = project.command(&["iterate", "--quiet"]).spawn().unwrap();
    let begun = Instant::now();
    while project.files("data/shards").len() < 20 {
        assert!(begun.elapsed() < Duration::from_secs(120), "no shard was ever kept");
        std::thread::sleep(Duration::from_millis(50));
    }
    std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    std::fs::remove_file(project.path("strategies/momentum.py")).unwrap();
    let summary = project.json(&["iterate"]);
    assert!(summary["stages"]["backtest"]["shards"]["hits"].as_u64().unwrap() >= 15, "{summary}");
}

#[test]
fn status_tells_of_a_run_on_its_way_and_of_one_that_was_killed() {
    let project = project();
    let mut child = project.command(&["iterate", "--quiet"]).spawn().unwrap();
    wait_for_a_worker(&child);
    let told = project.ok(&["status"]).stdout;
    assert!(
        told.contains("Iteration 1 is not finished") && told.contains(&format!("process {} ", child.id())),
        "{told}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    let told = project.ok(&["status"]).stdout;
    assert!(told.contains("Iteration 1 was killed") && told.contains("goes on with it"), "{told}");
    let status = project.json(&["status"]);
    assert_eq!((&status["running"], &status["unfinished"]), (&serde_json::Value::Null, &serde_json::json!(1)));
}
