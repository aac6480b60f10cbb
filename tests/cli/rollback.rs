use crate::harness::Project;

const BY_HAND: [&str; 7] =
    ["apply", "--strategy", "momentum_trader", "--set", "lookback_period=23", "--set", "threshold=0.01"];

/// A project with one change made by hand, and that change's id.
fn changed() -> (Project, String) {
    let project = Project::small();
    project.ok(&["discover"]);
    project.ok(&BY_HAND);
    let ids = project.json(&["query", "SELECT change_id FROM changes WHERE parameter = 'lookback_period'"]);
    let id = ids["rows"][0][0].as_str().unwrap().to_owned();
    (project, id)
}

#[test]
fn gives_the_file_its_old_bytes_and_history_a_row() {
    let (project, id) = changed();
    let old = project.bytes("strategies/settings.yaml.backup");
    assert_ne!(project.bytes("strategies/settings.yaml"), old);
    // Both values were changed together, and go back together.
    let summary = project.json(&["rollback", &id[..8]]);
    assert_eq!(summary["rolled_back"].as_array().unwrap().len(), 2, "{summary}");
    assert_eq!(project.bytes("strategies/settings.yaml"), old);
    let rows = project.json(&[
        "query",
        "SELECT parameter, decision, manual, new_value, takes_back IS NOT NULL FROM changes ORDER BY timestamp, parameter",
    ]);
    assert_eq!(rows["rows"].as_array().unwrap().len(), 4, "{rows}");
    assert_eq!(rows["rows"][2][1], "rolled_back");
    let again = project.run(&["rollback", &id]);
    assert!(again.code == 4 && again.stderr.contains("was taken back already"), "{}", again.stderr);
}

#[test]
fn a_file_that_was_edited_since_keeps_the_edit_and_gets_the_value_back() {
    let (project, id) = changed();
    let edited = project.read("strategies/settings.yaml").replace("# how fast we react", "# mine");
    project.write("strategies/settings.yaml", &edited);
    let ran = project.run(&["rollback", &id]);
    assert!(ran.code == 11 && ran.stderr.contains("cbt discover"), "{}", ran.stderr);
    assert_eq!(project.read("strategies/settings.yaml"), edited);
    project.ok(&["discover"]);
    project.ok(&["rollback", &id]);
    let expected =
        edited.replace("lookback_period: 23", "lookback_period: 20").replace("threshold: 0.01", "threshold: 0.0");
    assert_eq!(project.read("strategies/settings.yaml"), expected);
}

#[test]
fn a_value_that_was_changed_since_is_refused() {
    let (project, id) = changed();
    let edited = project.read("strategies/settings.yaml").replace("lookback_period: 23", "lookback_period: 31");
    project.write("strategies/settings.yaml", &edited);
    project.ok(&["discover"]);
    let ran = project.run(&["rollback", &id]);
    assert!(ran.code == 11 && ran.stderr.contains("is 31 now and not 23"), "{}", ran.stderr);
    assert_eq!(project.read("strategies/settings.yaml"), edited);
    let ran = project.run(&["rollback", "nothing"]);
    assert!(ran.code == 4 && ran.stderr.contains("there is no change `nothing`"), "{}", ran.stderr);
}
