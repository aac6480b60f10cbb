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
    let summary = project.json(&["backtest", "--type", "standard", "--threads", "1"]);
    // (current + 3 variations) × (8 scenarios + 1 real market) × (full + 2 spans; forty bars give spans of twenty)
    assert_eq!(summary["rows"], 4 * 9 * 3);
    let one = project.bytes("data/backtests.parquet");
    project.ok(&["backtest", "--type", "standard", "--threads", "2"]);
    assert!(one == project.bytes("data/backtests.parquet"));
}

const TABLES: [&str; 6] =
    ["backtests", "walk_forward", "walk_forward_windows", "distributions", "intervals", "equity_curves"];

/// A year and a half of a market that goes up and down in waves.
fn waves() -> String {
    let mut text = String::from("timestamp,open,high,low,close,volume\n");
    for day in 0..400_i32 {
        let close = 100.0 + 20.0 * (f64::from(day) / 9.0).sin() + f64::from(day * 7919 % 13) / 10.0;
        let date =
            chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(u64::try_from(day).unwrap());
        text.push_str(&format!("{date},{close},{close},{close},{close},1000\n"));
    }
    text
}

fn with_waves() -> Project {
    let project = Project::small();
    project.write("data/market/WAVES_1d.csv", waves());
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    project
}

#[test]
fn every_type_has_its_rows_and_the_same_bytes_on_any_number_of_threads() {
    let project = with_waves();
    let summary = project.json(&["backtest", "--threads", "1"]);
    assert_eq!(summary["types"], serde_json::json!(["standard", "walk_forward", "monte_carlo", "bootstrap"]));
    let one = TABLES.map(|name| project.bytes(&format!("data/{name}.parquet")));
    project.ok(&["backtest", "--threads", "2"]);
    for (name, bytes) in TABLES.iter().zip(one) {
        assert!(bytes == project.bytes(&format!("data/{name}.parquet")), "{name} differs on two threads");
    }
    let rows = |sql: &str| project.json(&["query", sql])["rows"].clone();
    let found = rows(
        "SELECT backtest_type, count(*) FROM backtest_results JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp) GROUP BY 1 ORDER BY 1",
    );
    // Bootstrap and standard know the real market too; a walk is there as searched and as left alone, under two
    // schemes; Monte Carlo draws the eight scenarios.
    assert_eq!(
        found,
        serde_json::json!([["bootstrap", 9], ["monte_carlo", 8], ["standard", 4 * 9 * 3], ["walk_forward", 4]])
    );
    // The search may set twenty bars to eighty, and one percent of sixty training bars rounds down to none.
    let found = rows("SELECT DISTINCT badge, gap_bars, look_back, look_back_source FROM walk_forward");
    let why = "the search may set lookback_period to 80";
    assert_eq!(found, serde_json::json!([["REAL-OOS", 80, 80, why]]));
    let found = rows("SELECT scheme, windows FROM walk_forward_summary ORDER BY scheme");
    assert_eq!(found, serde_json::json!([["anchored", 8], ["rolling", 8]]));
    let peeking = rows("SELECT count(*) FROM walk_forward_windows WHERE train_end >= test_start OR trials <> 4");
    assert_eq!(peeking, serde_json::json!([[0]]));
    let found = rows("SELECT DISTINCT source FROM risk_fans ORDER BY source");
    let sources = [["costs_x1.5"], ["costs_x3"], ["fresh_paths"], ["parameter_jitter"], ["trade_order"]];
    assert_eq!(found, serde_json::json!(sources));
    let found = rows("SELECT DISTINCT backtest_type, badge FROM confidence_intervals ORDER BY ALL");
    let badges = [
        ["bootstrap", "RESAMPLED"],
        ["monte_carlo", "RESAMPLED"],
        ["monte_carlo", "SIM"],
        ["walk_forward", "REAL-OOS"],
    ];
    assert_eq!(found, serde_json::json!(badges));
}

#[test]
fn a_type_run_alone_leaves_what_the_others_found_as_it_was() {
    let project = with_waves();
    project.ok(&["backtest"]);
    let all = TABLES.map(|name| project.bytes(&format!("data/{name}.parquet")));
    for kind in ["walk_forward", "monte_carlo", "bootstrap", "standard"] {
        let summary = project.json(&["backtest", "--type", kind]);
        assert_eq!(summary["types"], serde_json::json!([kind]));
        for (name, bytes) in TABLES.iter().zip(&all) {
            assert!(*bytes == project.bytes(&format!("data/{name}.parquet")), "{name} differs after {kind} alone");
        }
    }
    let ran = project.run(&["backtest", "--type", "monte-carlo"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("monte_carlo"), "{}", ran.stderr);
}

#[test]
fn other_bars_after_a_window_change_nothing_it_chose() {
    let chosen = |csv: String| {
        let project = Project::small();
        project.write("data/market/WAVES_1d.csv", csv);
        project.ok(&["discover"]);
        project.ok(&["generate-scenarios"]);
        project.ok(&["backtest", "--type", "walk_forward"]);
        let sql = "SELECT chosen, train_sharpe_ratio FROM walk_forward_windows WHERE train_end < '2020-07-18' ORDER BY scheme, number";
        project.json(&["query", sql])["rows"].clone()
    };
    let calm = waves();
    // The header and two hundred bars stay; then prices are halved.
    let wild: String = calm
        .lines()
        .enumerate()
        .map(|(line, text)| match text.split(',').collect::<Vec<_>>()[..] {
            [date, close, ..] if line > 200 => {
                let close = close.parse::<f64>().unwrap() / 2.0;
                format!("{date},{close},{close},{close},{close},1000\n")
            }
            _ => format!("{text}\n"),
        })
        .collect();
    let (before, after) = (chosen(calm), chosen(wild));
    assert!(before.as_array().is_some_and(|rows| rows.len() >= 4), "{before}");
    assert_eq!(before, after);
}

#[test]
fn the_report_shows_every_type_with_its_badge() {
    let project = with_waves();
    project.ok(&["backtest"]);
    project.ok(&["report"]);
    let pages = project.files("reports");
    let page = project.read(pages.iter().find(|name| name.ends_with(".html")).unwrap());
    for words in ["Walk-forward", "Monte Carlo", "Bootstrap", "REAL-OOS", "RESAMPLED", "not enough data", "costs ×3"] {
        assert!(page.contains(words), "{words} is missing");
    }
    let twin = project.read(pages.iter().find(|name| name.ends_with(".json")).unwrap());
    let twin: serde_json::Value = serde_json::from_str(&twin).unwrap();
    let section = &twin["backtest_types"][0];
    assert_eq!(section["strategy"], "momentum_trader");
    assert_eq!(section["simulated"].as_array().map(Vec::len), Some(8), "{section}");
    // The worst scenario comes first.
    let lows: Vec<f64> = section["simulated"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["sharpe"]["quantiles"][0].as_f64())
        .collect();
    assert!(lows.len() > 4 && lows.is_sorted(), "{lows:?}");
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
