use crate::harness::Project;

#[test]
fn finds_the_class_its_parameters_and_where_they_live() {
    let project = Project::small();
    let summary = project.json(&["discover"]);
    assert_eq!(summary["strategies_found"], 1);
    assert_eq!(summary["runnable"], 1);
    assert_eq!(summary["strategies"][0]["strategy_name"], "momentum_trader");
    assert_eq!(summary["parameters"], 2);
    assert!(project.path("data/strategies.parquet").is_file());
    assert!(project.path("data/parameters.parquet").is_file());
}

#[test]
fn nothing_is_imported_or_run() {
    let project = Project::small();
    project.write(
        "strategies/mine.py",
        "open('imported', 'w')\nclass MineTrader:\n    def on_bar(self, bar):\n        return 1\n",
    );
    project.ok(&["discover"]);
    assert!(!project.path("imported").exists());
    assert!(!project.path("strategies/imported").exists());
}

#[test]
fn a_file_that_does_not_parse_is_a_row_and_no_stop() {
    let project = Project::small();
    project.write("strategies/broken.py", "class BrokenTrader\n    def on_bar(self, bar): return 1\n");
    let summary = project.json(&["discover"]);
    assert_eq!(summary["runnable"], 1);
    // The file itself, and the class that the parser could still see in it.
    assert_eq!(summary["by_status"]["unreadable"], 2, "{summary}");
    assert!(
        summary.to_string().contains("strategies/broken.py") || summary.to_string().contains("broken.py:1"),
        "{summary}"
    );
}

#[test]
fn the_same_code_gives_the_same_bytes() {
    let project = Project::small();
    project.ok(&["discover"]);
    let before = (project.bytes("data/strategies.parquet"), project.bytes("data/parameters.parquet"));
    project.ok(&["discover", "--threads", "1"]);
    assert!(before == (project.bytes("data/strategies.parquet"), project.bytes("data/parameters.parquet")));
}

#[test]
fn a_missing_root_is_named() {
    let project = Project::empty();
    project.write("continuous_backtest_config.yaml", "strategies:\n  roots: [nowhere]\n");
    let ran = project.run(&["discover"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("nowhere"), "{}", ran.stderr);
}

#[test]
fn an_empty_root_says_so() {
    let project = Project::empty();
    project.write("continuous_backtest_config.yaml", "strategies:\n  roots: [strategies]\n");
    std::fs::create_dir(project.path("strategies")).unwrap();
    let ran = project.run(&["discover"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("Python"), "{}", ran.stderr);
}

#[test]
fn functions_are_counted_where_there_are_no_classes() {
    let project = Project::small();
    std::fs::remove_file(project.path("strategies/momentum.py")).unwrap();
    project.write("strategies/f.py", "def generate_signals(df, fast=10, slow=30):\n    return df['close']\n");
    let ran = project.ok(&["discover"]);
    assert!(ran.stderr.contains("0 classes") && ran.stderr.contains("1 function"), "{}", ran.stderr);
}

#[test]
fn an_unknown_key_in_the_configuration_names_the_nearest() {
    let project = Project::small();
    project.configure("system_config:\n  scan_intervall_hours: 2\n");
    let ran = project.run(&["discover"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("scan_interval_hours"), "{}", ran.stderr);
    assert!(ran.stderr.contains("continuous_backtest_config.yaml"), "{}", ran.stderr);
}
