use crate::harness::{MOMENTUM, Project};

/// Ten rising bars, then ten falling ones.
pub fn tent() -> String {
    let mut text = String::from("timestamp,open,high,low,close,volume\n");
    for day in 0..40_i32 {
        let close = 100 + if day < 20 { day } else { 40 - day };
        let date =
            chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(u64::try_from(day).unwrap());
        text.push_str(&format!("{date},{close},{close},{close},{close},1000\n"));
    }
    text
}

#[test]
fn asks_for_the_stages_before_it() {
    let project = Project::small();
    let ran = project.run(&["backtest"]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("cbt discover"), "{}", ran.stderr);
    project.ok(&["discover"]);
    let ran = project.run(&["backtest"]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("cbt generate-scenarios"), "{}", ran.stderr);
}

#[test]
fn one_row_per_set_and_scenario_and_the_same_bytes_on_any_number_of_threads() {
    let project = Project::small();
    project.write("data/market/TENT_1d.csv", tent());
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let summary = project.json(&["backtest", "--threads", "1"]);
    // (current + 3 variations) × (8 scenarios + 1 real market) × (full + 2 spans; forty bars give spans of twenty)
    assert_eq!(summary["rows"], 4 * 9 * 3);
    let one = project.bytes("data/backtests.parquet");
    project.ok(&["backtest", "--threads", "2"]);
    assert!(one == project.bytes("data/backtests.parquet"));
}

#[test]
fn a_run_by_hand_prints_its_metrics_and_saves_its_ledger() {
    let project = Project::small();
    project.write("data/market/TENT_1d.csv", tent());
    project.ok(&["discover"]);
    let run = |extra: &[&str]| {
        project.json(&[&["backtest", "--strategy", "momentum_trader", "--market", "historical:TENT"], extra].concat())
    };
    let found = run(&["--save", "out"]);
    for name in [
        "sharpe_ratio",
        "sortino_ratio",
        "calmar_ratio",
        "total_return",
        "cagr",
        "volatility",
        "max_drawdown",
        "win_rate",
        "profit_factor",
        "total_trades",
        "final_equity",
    ] {
        assert!(found.get(name).is_some(), "{name} is missing in {found}");
    }
    assert_eq!(found["total_trades"], 1);
    assert!(project.path("out/equity.parquet").is_file());
    assert!(project.path("out/trades.parquet").is_file());
    let other = run(&["--set", "lookback_period=10"]);
    assert_ne!(found["final_equity"], other["final_equity"]);
}

#[test]
fn an_unknown_strategy_parameter_or_market_is_named() {
    let project = Project::small();
    project.write("data/market/TENT_1d.csv", tent());
    project.ok(&["discover"]);
    let run = |strategy: &str, market: &str, set: &str| {
        let ran = project.run(&["backtest", "--strategy", strategy, "--market", market, "--set", set]);
        assert_eq!(ran.code, 4, "{}", ran.stderr);
        ran.stderr
    };
    assert!(run("momentum_tradr", "historical:TENT", "threshold=0").contains("momentum_trader"));
    assert!(run("momentum_trader", "historical:TENTT", "threshold=0").contains("TENT"));
    assert!(run("momentum_trader", "historical:TENT", "lookback=3").contains("lookback_period"));
}

#[test]
fn a_class_that_raises_costs_itself_only() {
    let project = Project::small();
    project.write(
        "strategies/broken.py",
        "class BrokenTrader:\n    def __init__(self, period=5):\n        self.period = period\n\n    def on_bar(self, bar):\n        return 1 if bar.close / 0 > 1 else 0\n",
    );
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let summary = project.json(&["backtest"]);
    assert_eq!(summary["strategies_failed"], 1);
    let failure = &summary["failures"][0];
    assert_eq!(failure["strategy_name"], "broken_trader");
    assert!(failure["message"].as_str().unwrap().contains("ZeroDivisionError"), "{failure}");
    assert!(summary["rows"].as_u64().unwrap() > 4 * 8);
}

#[test]
fn a_class_that_looks_ahead_is_marked_and_has_no_figures() {
    let project = Project::small();
    project.write(
        "strategies/cheat.py",
        "class CheatStrategy:\n    def __init__(self, lag=1):\n        self.lag = lag\n\n    def generate_signals(self, closes: list):\n        return [1 if i + self.lag < len(closes) and closes[i + self.lag] > c else 0 for i, c in enumerate(closes)]\n",
    );
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let summary = project.json(&["backtest"]);
    let failure = &summary["failures"][0];
    assert_eq!(failure["strategy_name"], "cheat_strategy", "{summary}");
    assert_eq!(failure["outcome"], "looks_ahead");
}

#[test]
fn no_strategy_reaches_the_network() {
    let project = Project::small();
    project.write(
        "strategies/phone.py",
        "import socket\n\nclass PhoneBot:\n    def __init__(self, period=5):\n        self.period = period\n\n    def on_bar(self, bar):\n        socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n        return 1\n",
    );
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let summary = project.json(&["backtest"]);
    let text = summary.to_string();
    let discovered = project.json(&["discover"]).to_string();
    // Either discovery sees the service, or the confinement refuses the socket; never a result.
    assert!(text.contains("PermissionError") || discovered.contains("needs_service"), "{text}\n{discovered}");
}

#[test]
fn unmodified_means_the_file_stays_as_it_is() {
    let project = Project::small();
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    project.ok(&["backtest"]);
    assert_eq!(project.read("strategies/momentum.py"), MOMENTUM);
    assert_eq!(project.files("strategies"), ["strategies/momentum.py", "strategies/settings.yaml"]);
}
