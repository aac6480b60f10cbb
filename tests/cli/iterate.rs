use crate::harness::Project;

const ARTIFACTS: [&str; 8] =
    ["strategies", "parameters", "scenarios", "market_bars", "backtests", "trials", "candidates", "changes"];

#[test]
fn runs_all_six_stages_and_the_second_run_goes_on() {
    let project = Project::small();
    let ran = project.ok(&["iterate"]);
    for word in ["Iteration 1", " found in ", "backtests", "Report: "] {
        assert!(ran.stderr.contains(word), "{word} is missing in\n{}", ran.stderr);
    }
    for name in ARTIFACTS {
        assert!(project.path(&format!("data/{name}.parquet")).is_file(), "{name}");
    }
    assert!(project.path("data/continuous_training.duckdb").is_file());
    assert_eq!(project.files("reports").len(), 2);
    let ran = project.ok(&["iterate"]);
    assert!(ran.stderr.contains("Iteration 2"), "{}", ran.stderr);
    let runs = project.json(&["query", "SELECT iteration, status FROM runs ORDER BY iteration"]);
    assert_eq!(runs["rows"], serde_json::json!([[1, "complete"], [2, "complete"]]));
}

#[test]
fn equal_inputs_give_equal_artifacts_byte_for_byte() {
    let (one, two) = (Project::small(), Project::small());
    one.ok(&["iterate", "--threads", "1"]);
    two.ok(&["iterate", "--threads", "2"]);
    // Roots are absolute and differ; everything computed has to agree.
    let names = [
        "scenarios",
        "market_bars",
        "realism",
        "backtests",
        "distributions",
        "intervals",
        "equity_curves",
        "trials",
        "candidates",
        "placebos",
    ];
    for name in names {
        let file = format!("data/{name}.parquet");
        assert!(one.bytes(&file) == two.bytes(&file), "{name} differs between one thread and two");
    }
}

#[test]
fn a_pipeline_may_leave_the_store_alone_and_the_next_one_catches_up() {
    let project = Project::small();
    project.write("quiet.yaml", "stages: [discover, generate-scenarios]\npublish: false\n");
    project.ok(&["iterate", "--pipeline", "quiet.yaml"]);
    assert!(!project.path("data/continuous_training.duckdb").exists());
    project.write("loud.yaml", "stages: [discover]\n");
    project.ok(&["iterate", "--pipeline", "loud.yaml"]);
    let runs = project.json(&["query", "SELECT count(*) FROM runs"]);
    assert_eq!(runs["rows"], serde_json::json!([[2]]));
}

#[test]
fn the_second_of_two_says_who_holds_the_lock() {
    let project = Project::small();
    let mut first = project.command(&["iterate", "--quiet"]).spawn().unwrap();
    let lock = project.path("data/.lock");
    while std::fs::read_to_string(&lock).unwrap_or_default().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let ran = project.run(&["iterate"]);
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("process {}", first.id())), "{}", ran.stderr);
    assert!(first.wait().unwrap().success());
}

#[test]
fn an_unknown_stage_in_a_pipeline_is_named() {
    let project = Project::small();
    project.write("p.yaml", "stages: [discover, optimise]\n");
    let ran = project.run(&["iterate", "--pipeline", "p.yaml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("optimise"), "{}", ran.stderr);
}

#[test]
fn a_corrupt_artifact_is_named_and_left_alone() {
    let project = Project::small();
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    project.write("data/parameters.parquet", "not parquet");
    let ran = project.run(&["backtest"]);
    assert_eq!(ran.code, 6, "{}", ran.stderr);
    assert!(ran.stderr.contains("parameters.parquet"), "{}", ran.stderr);
}

/// Settings that changed between: the killed one is told as abandoned, and the next one is another.
#[test]
fn a_killed_iteration_is_finished_by_the_next_only_where_both_are_about_the_same() {
    let project = Project::small();
    let kill = || {
        let mut child = project.command(&["iterate", "--quiet"]).spawn().unwrap();
        while !project.path("data/unfinished.json").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it was done before it could be killed");
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    };
    kill();
    let ran = project.ok(&["iterate"]);
    assert!(ran.stderr.contains("Iteration 1, which was killed, goes on"), "{}", ran.stderr);
    kill();
    project.configure("  batch: 3\n");
    let ran = project.ok(&["iterate"]);
    assert!(ran.stderr.contains("Iteration 3"), "{}", ran.stderr);
    let runs = project.json(&["query", "SELECT iteration, status FROM runs ORDER BY iteration"]);
    assert_eq!(runs["rows"], serde_json::json!([[1, "complete"], [2, "abandoned"], [3, "complete"]]));
}
