use crate::harness::Project;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn repeats_and_ends_on_a_signal() {
    let project = Project::small();
    project.configure("system_config:\n  scan_interval_hours: 0.0001\n");
    project.ok(&["loop", "--iterations", "2", "--quiet"]);
    assert_eq!(project.json(&["status"])["runs"][0]["iteration"], 2);

    let text = project.read("continuous_backtest_config.yaml").replace("0.0001", "1");
    project.write("continuous_backtest_config.yaml", text);
    let mut child = project.command(&["loop", "--quiet"]).spawn().unwrap();
    let begun = Instant::now();
    while project.json(&["status"])["runs"][0]["iteration"] != 3 {
        assert!(begun.elapsed() < Duration::from_secs(120), "the third iteration never ended");
        std::thread::sleep(Duration::from_millis(200));
    }
    std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// One of everything and as little of it as may be: what counts is how often.
const TINY: &str = "\
system_config: {scan_interval_hours: 0.00002}
strategies:
  roots: [strategies]
scenarios:
  bars: 200
  regimes: [bull, crash]
  paths: {train: 1, validation: 2, test: 1, foreign: 2}
  realism: {paths: 1, bars: 2500}
backtest_settings: {variations: 1, spans: 1}
backtest_types:
  walk_forward: {train_bars: 60, test_bars: 30, trials: 2}
  monte_carlo: {paths: 2, shuffles: 5, jitters: 1}
  bootstrap: {resamples: 100}
optimization: {trials: 4}
report: {keep: 3}
";
/// The first few iterations fill what is kept: allocators' pools, the program's own pages, threads.
const WARM: usize = 4;
/// What memory may grow by from then on, KiB: the history of runs is read in every iteration.
const GROWTH: u64 = 16 << 10;

/// Open files, threads and resident KiB of a process.
fn held(pid: u32) -> (usize, u64, u64) {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let number = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    };
    (files, number("Threads:"), number("VmRSS:"))
}

/// `CBT_TEST_ITERATIONS=300` is the long version: `just endurance`.
#[cfg(target_os = "linux")]
#[test]
fn memory_and_files_stay_flat() {
    let iterations: usize = std::env::var("CBT_TEST_ITERATIONS").map_or(12, |text| text.parse().unwrap());
    let project = Project::small();
    project.write("continuous_backtest_config.yaml", TINY);
    let mut command = project.command(&["loop", "--iterations", &(iterations + 1).to_string()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (pid, begun) = (child.id(), Instant::now());
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    // Said between two iterations, when nothing runs.
    let samples: Vec<_> =
        lines.by_ref().filter(|line| line.starts_with("Next iteration")).take(iterations).map(|_| held(pid)).collect();
    let seconds = begun.elapsed().as_secs_f64();
    std::process::Command::new("kill").arg(pid.to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(samples.len(), iterations, "the loop ended early");
    for (number, (files, threads, memory)) in
        samples.iter().enumerate().filter(|(n, _)| (n + 1) % iterations.div_ceil(12) == 0)
    {
        println!("iteration {}: {files} files, {threads} threads, {memory} KiB", number + 1);
    }
    println!("{:.2} s an iteration", seconds / iterations as f64);
    let warm = &samples[WARM - 1..];
    // On a busy machine a sample may be late and see the next iteration at work; what leaks never comes back.
    let (before, after) = warm.split_at(warm.len() / 2);
    let counts = |half: &[(usize, u64, u64)]| half.iter().map(|(files, threads, _)| (*files, *threads)).min();
    assert_eq!(counts(before), counts(after), "files and threads: {warm:?}");
    let memory = |half: &[(usize, u64, u64)]| half.iter().map(|(_, _, memory)| *memory).min().unwrap();
    let (first, last) = (memory(before), memory(after));
    assert!(last <= first + GROWTH, "{first} -> {last} KiB");
}
