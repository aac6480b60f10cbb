use crate::harness::Project;

#[test]
fn eight_regimes_in_three_sets() {
    let project = Project::small();
    let summary = project.json(&["generate-scenarios"]);
    assert_eq!(summary["simulated"], 8 * (2 + 8 + 2));
    assert_eq!(summary["historical"], 0);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let project = Project::small();
    project.ok(&["generate-scenarios"]);
    let first = project.bytes("data/market_bars.parquet");
    project.ok(&["generate-scenarios", "--threads", "1"]);
    assert!(first == project.bytes("data/market_bars.parquet"));
    project.ok(&["generate-scenarios", "--seed", "43"]);
    assert!(first != project.bytes("data/market_bars.parquet"));
}

#[test]
fn a_ninth_scenario_is_a_block_in_the_configuration() {
    let project = Project::small();
    let text = project
        .read("continuous_backtest_config.yaml")
        .replace("  bars: 252\n", "  bars: 252\n  custom:\n    stagflation: {drift: -0.05, volatility: 0.3}\n");
    project.write("continuous_backtest_config.yaml", text);
    let summary = project.json(&["generate-scenarios"]);
    assert_eq!(summary["simulated"], 9 * 12);
}

#[test]
fn real_bars_become_a_market_and_bad_ones_are_refused_by_row() {
    let project = Project::small();
    project.write(
        "data/market/GOOD_1d.csv",
        "Date,Open,High,Low,Close,Volume\n2020-01-01,1,2,1,2,10\n2020-01-02,2,3,2,3,10\n2020-01-03,3,4,3,4,10\n",
    );
    assert_eq!(project.json(&["generate-scenarios"])["historical"], 1);
    project.write(
        "data/market/BAD_1d.csv",
        "date,open,high,low,close,volume\n2020-01-01,1,2,1,2,10\n2020-01-02,2,1,3,3,10\n",
    );
    let ran = project.ok(&["generate-scenarios"]);
    assert!(ran.stderr.contains("BAD_1d.csv") && ran.stderr.contains("row 2"), "{}", ran.stderr);
    let summary = project.json(&["generate-scenarios"]);
    assert_eq!(summary["historical"], 1);
    assert_eq!(summary["refused"].as_array().unwrap().len(), 1);
}
