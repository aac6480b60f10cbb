use crate::harness::Project;

fn prepared() -> Project {
    let project = Project::small();
    project.ok(&["discover"]);
    project
}

const BY_HAND: [&str; 5] = ["apply", "--strategy", "momentum_trader", "--set", "lookback_period=23"];

#[test]
fn by_hand_changes_the_value_and_nothing_else() {
    let project = prepared();
    let before = project.read("strategies/settings.yaml");
    let ran = project.ok(&BY_HAND);
    assert!(ran.stderr.contains("Updated momentum_trader.lookback_period: 20 -> 23"), "{}", ran.stderr);
    let after = project.read("strategies/settings.yaml");
    assert_eq!(after, before.replace("lookback_period: 20 ", "lookback_period: 23 "));
    assert_eq!(project.read("strategies/settings.yaml.backup"), before);
    let history = project.json(&["query", "SELECT decision, manual, parameter FROM changes"]);
    assert_eq!(history["rows"][0], serde_json::json!(["applied", true, "lookback_period"]));
    // The next discovery reads the new value.
    let parameters = project.json(&["discover"]);
    assert!(parameters.to_string().contains("23"), "{parameters}");
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let project = prepared();
    let before = project.read("strategies/settings.yaml");
    let ran = project.ok(&[&BY_HAND[..], &["--dry-run"]].concat());
    assert!(
        ran.stderr.contains("-  lookback_period: 20") && ran.stderr.contains("+  lookback_period: 23"),
        "{}",
        ran.stderr
    );
    assert_eq!(project.read("strategies/settings.yaml"), before);
    assert!(!project.path("strategies/settings.yaml.backup").exists());
}

#[test]
fn a_file_that_changed_since_discovery_is_refused() {
    let project = prepared();
    let changed = project.read("strategies/settings.yaml").replace("threshold: 0.0", "threshold: 0.1");
    project.write("strategies/settings.yaml", &changed);
    let ran = project.run(&BY_HAND);
    assert_eq!(ran.code, 11, "{}", ran.stderr);
    assert!(ran.stderr.contains("settings.yaml") && ran.stderr.contains("discover"), "{}", ran.stderr);
    assert_eq!(project.read("strategies/settings.yaml"), changed);
}

#[test]
fn a_value_out_of_bounds_or_of_another_type_is_refused() {
    let project = prepared();
    let before = project.read("strategies/settings.yaml");
    for set in ["lookback_period=100000", "lookback_period=fast", "lookback_period=2.5"] {
        let ran = project.run(&["apply", "--strategy", "momentum_trader", "--set", set]);
        assert_eq!(ran.code, 11, "{set}: {}", ran.stderr);
        assert_eq!(project.read("strategies/settings.yaml"), before, "{set}");
    }
}

#[test]
fn without_candidates_it_names_the_stage_to_run() {
    let project = prepared();
    let ran = project.run(&["apply"]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("cbt optimize"), "{}", ran.stderr);
}
