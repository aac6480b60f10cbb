//! `backtest --grid`

use super::backtest::tent;
use crate::harness::Project;

const CROSS: &str = "\
class CrossStrategy:
    def __init__(self, fast_period=3, slow_period=8):
        if slow_period - fast_period == 2:
            raise ValueError('these two do not go together')
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.closes = []

    def on_bar(self, bar):
        self.closes.append(bar.close)
        if len(self.closes) < self.slow_period:
            return 0
        fast = sum(self.closes[-self.fast_period:]) / self.fast_period
        slow = sum(self.closes[-self.slow_period:]) / self.slow_period
        return 1 if fast > slow else 0
";

fn project() -> Project {
    let project = Project::small();
    project.write("strategies/cross.py", CROSS);
    project.write("tent.csv", tent());
    project.ok(&["discover"]);
    project
}

const HAND: [&str; 5] = ["backtest", "--strategy", "cross_strategy", "--market", "tent.csv"];

fn grid(project: &Project, rest: &[&str]) -> serde_json::Value {
    project.json(&[&HAND[..], rest].concat())
}

#[test]
fn sums_are_those_of_the_single_runs() {
    let project = project();
    let swept = grid(&project, &["--grid", "fast_period=2..4", "--grid", "slow_period=7..9:2"]);
    let mut sums = [0.0; 3];
    let (mut sets, mut trades) = (0, 0);
    for (fast, slow) in [(2, 7), (2, 9), (3, 7), (3, 9), (4, 7), (4, 9)] {
        let set = [format!("fast_period={fast}"), format!("slow_period={slow}")];
        let one = grid(&project, &["--set", &set[0], "--set", &set[1]]);
        for (sum, name) in sums.iter_mut().zip(["total_return", "sharpe_ratio", "max_drawdown"]) {
            *sum += one[name].as_f64().unwrap_or(0.0);
        }
        sets += 1;
        trades += one["total_trades"].as_u64().unwrap();
    }
    assert_eq!(swept["sum_total_trades"], trades, "{swept}");
    assert_eq!((swept["sets"].as_u64(), swept["bars"].as_u64()), (Some(sets), Some(40)), "{swept}");
    for (sum, name) in sums.iter().zip(["sum_total_return", "sum_sharpe_ratio", "sum_max_drawdown"]) {
        let told = swept[name].as_f64().unwrap_or(0.0);
        assert!((told - sum).abs() <= 1e-12 * sum.abs().max(1.0), "{name}: {told} is not {sum}");
    }
}

#[test]
fn what_cannot_be_is_skipped_and_counted() {
    let swept = grid(&project(), &["--grid", "fast_period=2..6", "--grid", "slow_period=3..8"]);
    // Of 30: fast is not below slow in 2 + 3 + 4 + 5... pairs, and 5 pairs are two apart.
    let pairs = (2..=6).flat_map(|fast| (3..=8).map(move |slow| (fast, slow)));
    let (ordered, disordered): (Vec<_>, Vec<_>) = pairs.partition(|(fast, slow)| fast < slow);
    let infeasible = ordered.iter().filter(|(fast, slow)| slow - fast == 2).count();
    assert_eq!(swept["combinations"], 30, "{swept}");
    assert_eq!(swept["skipped_by_order"], disordered.len(), "{swept}");
    assert_eq!(swept["skipped_infeasible"], infeasible, "{swept}");
    assert_eq!(swept["sets"], ordered.len() - infeasible, "{swept}");
    assert_eq!(swept["failed"], 0, "{swept}");
}

#[test]
fn sums_do_not_depend_on_the_threads_nor_on_native_code() {
    let project = project();
    let rest = ["--grid", "fast_period=2..14", "--grid", "slow_period=10..30"];
    let sums = |swept: &serde_json::Value| {
        ["sets", "sum_total_return", "sum_sharpe_ratio", "sum_max_drawdown", "sharpe_undefined"]
            .map(|name| swept[name].clone())
    };
    let one = grid(&project, &[&rest[..], &["--threads", "1"]].concat());
    assert!(one["sets"].as_u64().unwrap() > 128, "more than one block: {one}");
    assert_eq!(sums(&one), sums(&grid(&project, &[&rest[..], &["--threads", "3"]].concat())));
    let config = project.read("continuous_backtest_config.yaml");
    project.write(
        "continuous_backtest_config.yaml",
        config.replace("strategies:\n", "strategies:\n  native: {enabled: false}\n"),
    );
    let plain = grid(&project, &rest);
    assert_eq!(plain["rung"], "cpython");
    assert_eq!(sums(&one), sums(&plain));
}

#[test]
fn what_cpython_makes_again_stands_beside_the_sweep() {
    let project = project();
    let rest = ["--grid", "fast_period=2..6", "--grid", "slow_period=10..14"];
    let config = project.read("continuous_backtest_config.yaml");
    let share = |share: &str| {
        let native = format!("strategies:\n  native: {{verify_share: {share}}}\n");
        project.write("continuous_backtest_config.yaml", config.replace("strategies:\n", &native));
        grid(&project, &rest)
    };
    let (all, none) = (share("1.0"), share("0.0"));
    assert_ne!(all["rung"], "cpython", "{all}");
    assert_eq!(all["witnessed"], all["sets"], "{all}");
    assert_eq!(none["witnessed"], 0, "{none}");
    assert_eq!(all["sum_total_return"], none["sum_total_return"]);
    // The sweep itself asked CPython nothing.
    assert!(all["cpu_seconds_cpython"].as_f64().is_none_or(|seconds| seconds == 0.0), "{all}");
    assert!(all["witness_seconds"].as_f64().unwrap() > 0.0, "{all}");
}

#[test]
fn a_grid_that_is_none_is_refused() {
    let project = project();
    let code = |rest: &[&str]| project.run(&[&HAND[..], rest].concat()).code;
    assert_eq!(code(&["--grid", "fast_period=9..2"]), 2);
    assert_eq!(code(&["--grid", "fast_period=2..9", "--grid", "fast_period=2..9"]), 2);
    assert_eq!(code(&["--grid", "quick=2..9"]), 4);
    assert_eq!(code(&["--grid", "fast_period=2..9", "--set", "slow_period=8"]), 2);
}
