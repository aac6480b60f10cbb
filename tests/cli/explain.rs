use crate::harness::Project;

#[test]
fn says_what_was_tried_what_was_judged_and_what_was_changed() {
    let project = Project::small();
    project.ok(&["iterate"]);
    let text = project.ok(&["explain", "momentum_trader"]).stdout;
    for words in [
        "lookback_period = 20 (settings.yaml:3)",
        "never changed it",
        "Counts over all iterations",
        "12 configurations of this source evaluated",
        "Last test",
        "Changes",
    ] {
        assert!(text.contains(words), "{words} is missing in\n{text}");
    }
    project.ok(&["apply", "--strategy", "momentum_trader", "--set", "lookback_period=23"]);
    project.ok(&["discover"]);
    let one = project.json(&["explain", "momentum_trader.lookback_period"]);
    assert_eq!(one["values"].as_array().unwrap().len(), 1, "{one}");
    assert_eq!(one["values"][0]["value"], 23);
    assert!(one["values"][0]["why"].as_str().unwrap().starts_with("set by hand from 20 on "), "{one}");
    assert_eq!(one["changes"][0]["decision"], "applied");
    let other = project.json(&["explain", "momentum_trader.threshold"]);
    assert_eq!(other["changes"], serde_json::json!([]));
}

#[test]
fn every_condition_of_a_test_has_a_row_with_figure_threshold_and_verdict() {
    let project = Project::small();
    // Three bars is restless enough that any search finds something better on the training paths.
    project.write("strategies/settings.yaml", "momentum_trader:\n  lookback_period: 3\n  threshold: 0.0\n");
    project.ok(&["iterate"]);
    let asked = project.json(&["explain", "momentum_trader"]);
    let Some(conditions) = asked["last_test"]["conditions"].as_array() else {
        // Nothing in the search was better than the incumbent on the training paths.
        assert!(asked["last_test"].is_null(), "{asked}");
        panic!("the small project's search is expected to find a challenger with this seed");
    };
    let names: Vec<&str> = conditions.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "closed_trades",
            "no_ruin",
            "defined_scores",
            "improvement",
            "costs",
            "effect",
            "weight_sensitivity",
            "no_regime_harmed",
            "drawdown",
            "deflated_sharpe",
            "cooldown",
            "overfitting",
            "foreign_bates",
            "foreign_resampled",
            "foreign_margin",
            "real_walk_forward",
            "plateau",
        ]
    );
    let stored = project.json(&[
        "query",
        "SELECT condition, verdict FROM gate_conditions WHERE strategy_name = 'momentum_trader' ORDER BY place",
    ]);
    for (row, condition) in stored["rows"].as_array().unwrap().iter().zip(conditions) {
        assert_eq!((&row[0], &row[1]), (&condition["name"], &condition["verdict"]));
    }
    let report = project.files("reports").into_iter().find(|file| file.ends_with(".html")).unwrap();
    let page = project.read(&report);
    for words in
        ["could only have detected a difference of", "95% interval", "Realism of the generators", "not reached"]
    {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn an_unknown_strategy_or_parameter_is_named_with_the_nearest() {
    let project = Project::small();
    project.ok(&["discover"]);
    let ran = project.run(&["explain", "momentum_tradr"]);
    assert!(ran.code == 4 && ran.stderr.contains("did you mean `momentum_trader`"), "{}", ran.stderr);
    let ran = project.run(&["explain", "momentum_trader.lookback"]);
    assert!(ran.code == 4 && ran.stderr.contains("lookback_period"), "{}", ran.stderr);
}
