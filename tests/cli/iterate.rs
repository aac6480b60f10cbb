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

#[test]
fn a_kill_at_any_moment_leaves_nothing_torn() {
    let (killed, calm) = (Project::small(), Project::small());
    for moment in 1..=8 {
        let mut child = killed.command(&["iterate", "--quiet"]).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(150 * moment));
        // It may have been quicker than we are.
        let _ = child.kill();
        child.wait().unwrap();
        if killed.path("data/continuous_training.duckdb").exists() {
            killed.ok(&["query", "SELECT count(*) FROM backtest_results"]);
        }
        if child_finished(&killed) {
            break;
        }
    }
    if !child_finished(&killed) {
        killed.ok(&["iterate", "--quiet"]);
    }
    calm.ok(&["iterate", "--quiet"]);
    for name in ["scenarios", "market_bars", "backtests", "trials", "candidates"] {
        let file = format!("data/{name}.parquet");
        assert!(killed.bytes(&file) == calm.bytes(&file), "{name} differs from an undisturbed run's");
    }
    killed.ok(&["iterate", "--quiet"]);
    assert!(killed.files("data").iter().all(|file| !file.ends_with(".partial")), "{:?}", killed.files("data"));
}

fn child_finished(project: &Project) -> bool {
    project.json(&["status"])["runs"].as_array().is_some_and(|runs| !runs.is_empty())
}
