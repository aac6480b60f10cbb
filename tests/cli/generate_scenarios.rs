use crate::harness::Project;
use continuous_backtest::artifact::{self, ScenarioRow};

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

#[test]
fn a_real_market_without_its_direction_is_a_scenario() {
    let project = Project::small();
    let bars: String = (0..300_u32)
        .map(|number| {
            let day = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(u64::from(number));
            let close = 100.0 * 1.01_f64.powi(i32::try_from(number).unwrap());
            format!("{day},{close},{},{close},{close},10\n", 1.005 * close)
        })
        .collect();
    project.write("data/market/UP_1d.csv", format!("date,open,high,low,close,volume\n{bars}"));
    let text = project.read("continuous_backtest_config.yaml");
    let with = |market: &str| text.replace("  bars: 252\n", &format!("  bars: 252\n  mirrored: [{market}]\n"));
    project.write("continuous_backtest_config.yaml", with("UP"));
    assert_eq!(project.json(&["generate-scenarios"])["simulated"], 9 * 12);
    let rows = artifact::read::<ScenarioRow>(&project.path("data")).unwrap();
    let mirrored: Vec<_> = rows.iter().filter(|row| row.scenario == "mirrored_up").collect();
    assert_eq!(mirrored.len(), 12);
    assert!(mirrored.iter().all(|row| row.source_file.as_deref() == Some("UP_1d.csv") && row.seed.is_some()));
    // Every day was a rise of one percent: what is left is as often a fall.
    let rise = 251.0 * 1.01_f64.ln();
    assert!(mirrored.iter().all(|row| row.log_return.abs() < 0.5 * rise), "{mirrored:?}");

    project.write("continuous_backtest_config.yaml", with("DOWN"));
    let ran = project.run(&["generate-scenarios"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("scenarios.mirrored: DOWN cannot be used: there is no such market"), "{}", ran.stderr);
}
