use crate::harness::{MOMENTUM, Project};
use continuous_backtest::artifact::{self, Candidate, Decision, Json, StrategyRow};
use continuous_backtest::strategy::{ParamSet, Value};

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

/// What the gate would have written, for every strategy that `changes` names.
fn promote(project: &Project, changes: &[(&str, &str, i64, i64)]) {
    let data = project.path("data");
    let strategies = artifact::read::<StrategyRow>(&data).unwrap();
    let candidate = |&(strategy, parameter, old, new): &(&str, &str, i64, i64)| {
        let found = strategies.iter().find(|row| row.strategy_name == strategy).unwrap();
        let value = |value| Json(ParamSet::from([(parameter.to_owned(), Value::Int(value))]));
        Candidate {
            strategy_name: strategy.into(),
            source_hash: found.source_hash.clone(),
            trial: 1,
            old_parameters: value(old),
            new_parameters: value(new),
            objective: "sharpe".into(),
            incumbent_score: Some(0.5),
            incumbent_score_reason: None,
            challenger_score: Some(0.9),
            challenger_score_reason: None,
            difference: Some(0.4),
            difference_reason: None,
            performance_improvement: Some(0.8),
            performance_improvement_reason: None,
            margin: Some(0.025),
            p_value: Some(1e-6),
            p_value_reason: None,
            alpha: 0.01,
            tests_so_far: 1,
            trials_ever: 60,
            difference_low: Some(0.3),
            difference_high: Some(0.5),
            worst_regime: Some("crash".into()),
            worst_regime_difference: Some(0.1),
            detectable_difference: Some(0.15),
            marks: Json(Vec::new()),
            paths: 64,
            conditions: Json(Vec::new()),
            decision: Decision::Promote,
            reason: "better on every path".into(),
        }
    };
    let rows: Vec<Candidate> = changes.iter().map(candidate).collect();
    artifact::write(&data, &rows, &serde_json::json!(null)).unwrap();
}

const BOTH: &str = "\
strategies:
  momentum_trader: {lookback_period: 20, threshold: 0.0}   # the fast one
  patient_trader:
    lookback_period: 100  # the slow one
    threshold: 0.0
";

fn two_in_one_file() -> Project {
    let project = Project::small();
    project.write("strategies/settings.yaml", BOTH);
    project.write("strategies/patient.py", MOMENTUM.replace("MomentumTrader", "PatientTrader"));
    project.ok(&["discover"]);
    project
}

#[test]
fn two_strategies_in_one_file_change_together() {
    let project = two_in_one_file();
    promote(
        &project,
        &[("momentum_trader", "lookback_period", 20, 9), ("patient_trader", "lookback_period", 100, 110)],
    );
    let summary = project.json(&["apply"]);
    assert_eq!((&summary["applied"], &summary["refused"]), (&2.into(), &0.into()), "{summary}");
    let after = BOTH.replace("lookback_period: 20,", "lookback_period: 9,").replace("100  #", "110  #");
    assert_eq!(project.read("strategies/settings.yaml"), after);
    // One backup, of the file before either change.
    assert_eq!(project.read("strategies/settings.yaml.backup"), BOTH);
    project.ok(&["discover"]);
    let found = project.json(&["discover"])["strategies"].clone();
    assert_eq!(found[0]["parameters"]["lookback_period"], 9);
    assert_eq!(found[1]["parameters"]["lookback_period"], 110);
}

#[test]
fn one_that_is_refused_does_not_hold_the_other_back() {
    let project = two_in_one_file();
    promote(
        &project,
        &[("momentum_trader", "lookback_period", 20, 9), ("patient_trader", "lookback_period", 100, 1_000_000)],
    );
    let summary = project.json(&["apply"]);
    assert_eq!((&summary["applied"], &summary["refused"]), (&1.into(), &1.into()), "{summary}");
    assert_eq!(project.read("strategies/settings.yaml"), BOTH.replace("lookback_period: 20,", "lookback_period: 9,"));
}

#[test]
fn a_file_that_vanished_since_discovery_is_a_refusal() {
    let project = prepared();
    promote(&project, &[("momentum_trader", "lookback_period", 20, 9)]);
    std::fs::remove_file(project.path("strategies/settings.yaml")).unwrap();
    let summary = project.json(&["apply"]);
    assert_eq!((&summary["applied"], &summary["refused"]), (&0.into(), &1.into()), "{summary}");
    assert!(summary["refusals"][0]["reason"].as_str().unwrap().contains("settings.yaml"), "{summary}");
    assert_eq!(project.files("strategies"), ["strategies/momentum.py"]);
    let rows = project.json(&["query", "SELECT decision FROM changes"]);
    assert_eq!(rows["rows"], serde_json::json!([["refused"]]));
}

/// What a killed run left: a change that was begun, of which history says nothing.
#[test]
fn a_change_that_was_begun_and_never_recorded_is_taken_back() {
    let project = prepared();
    let before = project.bytes("strategies/settings.yaml");
    project.ok(&BY_HAND);
    let after = project.bytes("strategies/settings.yaml");
    let lake = artifact::Lake::new(&project.path("data"));
    let file = lake.files::<artifact::Change>().unwrap().remove(0).path;
    let row = artifact::read_file::<artifact::Stamped<artifact::Change>>(&file).unwrap().rows.remove(0);
    let begun = serde_json::json!({ "run_id": row.run_id, "undo": [row.row.undo.unwrap().0] });
    // Recorded: only the note is forgotten.
    project.write("data/changing.json", begun.to_string());
    project.ok(&["discover"]);
    assert_eq!(project.bytes("strategies/settings.yaml"), after);
    assert!(!project.path("data/changing.json").exists());
    // Not recorded: the old bytes.
    std::fs::remove_file(&file).unwrap();
    project.write("data/changing.json", begun.to_string());
    let ran = project.ok(&["discover"]);
    assert!(ran.stderr.contains("has its old bytes again"), "{}", ran.stderr);
    assert_eq!(project.bytes("strategies/settings.yaml"), before);
    assert!(!project.path("data/changing.json").exists());
    // Edited since: it is the user's.
    project.ok(&BY_HAND);
    let edited = [&project.bytes("strategies/settings.yaml")[..], b"# mine\n"].concat();
    project.write("strategies/settings.yaml", &edited);
    for file in lake.files::<artifact::Change>().unwrap() {
        std::fs::remove_file(file.path).unwrap();
    }
    project.write("data/changing.json", begun.to_string());
    let ran = project.ok(&["discover"]);
    assert!(ran.stderr.contains("and stays"), "{}", ran.stderr);
    assert_eq!(project.bytes("strategies/settings.yaml"), edited);
}
