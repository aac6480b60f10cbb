use crate::harness::Project;
use serde_json::json;

#[test]
fn says_that_nothing_has_run_yet() {
    let project = Project::small();
    let ran = project.ok(&["status"]);
    assert!(ran.stdout.contains("cbt iterate"), "{}", ran.stdout);
}

/// Whatever the gate says of a placebo, no file is touched for it.
#[test]
fn the_placebo_is_counted_and_nothing_is_written_for_it() {
    let project = Project::small();
    let settings = project.bytes("strategies/settings.yaml");
    project.configure("  gate: {min_trades: 1000000}\n");
    let pipeline = "stages: [discover, generate-scenarios, backtest, optimize, apply, report]\n\
                    overrides: {backtest_types: {monte_carlo: {enabled: false}, bootstrap: {enabled: false}}}\n";
    project.write("p.yaml", pipeline);
    for _ in 0..3 {
        project.ok(&["iterate", "--pipeline", "p.yaml"]);
    }
    assert!(settings == project.bytes("strategies/settings.yaml"));
    let placebo = project.json(&["status"])["placebo"].clone();
    let rows = project.json(&[
        "query",
        "SELECT test_number, paths, redrawn, promoted, p_value FROM placebo_history ORDER BY iteration",
    ]);
    let rows = rows["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && placebo["tests"] == rows.len() && placebo["promotions"] == 0, "{placebo} {rows:?}");
    for (number, row) in (1..).zip(rows) {
        // Eight regimes with eight paths each, a quarter of them others.
        assert_eq!((&row[0], &row[1], &row[2]), (&json!(number), &json!(64), &json!(16)), "{row}");
        assert!((0.0..=1.0).contains(&row[4].as_f64().unwrap()), "{row}");
    }
    let report = project.files("reports").into_iter().rfind(|name| name.ends_with(".json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&project.read(&report)).unwrap();
    assert_eq!(report["counts"]["placebo_tests"], placebo["tests"]);
    let told = project.ok(&["status"]).stdout;
    assert!(told.contains(&format!("placebo promotions: 0 of {} tests", rows.len())), "{told}");
    let board = project.ok(&["report", "--terminal"]).stdout;
    assert!(board.lines().count() > 3 && told.ends_with(&board), "{told}");
}
