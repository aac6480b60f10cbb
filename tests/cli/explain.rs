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
            "foreign_bates",
            "foreign_resampled",
            "foreign_margin",
            "real_walk_forward",
            "plateau",
            "overfitting",
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
    assert_eq!(project.run(&["explain"]).code, 2);
}

#[test]
fn tells_the_rung_and_what_one_bar_costs() {
    let project = Project::small();
    project.ok(&["discover"]);
    let told = project.json(&["explain", "momentum_trader"])["speed"].clone();
    assert!(["compiled", "interpreted", "columnar", "cpython"].contains(&told["rung"].as_str().unwrap()), "{told}");
    let cpython = told["ns_per_bar"]["cpython"].as_f64().unwrap();
    assert!(cpython > 1.0, "{told}");
    if told["rung"] == "cpython" {
        assert!(told["obstacle"].is_string() && told["ns_per_bar"]["native"].is_null(), "{told}");
    } else {
        assert!(told["ns_per_bar"]["native"].as_f64().unwrap() < cpython, "{told}");
        assert_eq!(told["gate"]["runs"], 16 * 8, "{told}");
    }
    let text = project.ok(&["explain", "momentum_trader"]).stdout;
    assert!(text.contains("momentum_trader: ") && text.contains("ns per bar in CPython"), "{text}");
}

#[test]
fn the_table_of_a_folder_counts_classes_and_reasons() {
    let project = Project::small();
    project.write(
        "other/vector.py",
        "class VectorStrategy:\n    def __init__(self, n=3):\n        self.n = n\n\n    def generate_signals(self, closes: list):\n        return [1 if c > self.n else 0 for c in closes]\n",
    );
    project.write(
        "other/random_bot.py",
        "import random\n\n\nclass RandomBot:\n    def __init__(self, period=5):\n        self.period = period\n\n    def on_bar(self, bar):\n        return 1 if bar.close * random.random() > 50 else 0\n",
    );
    let table = project.json(&["explain", "--all", "--folder", "other"]);
    assert_eq!((table["classes_found"].as_u64(), table["runnable"].as_u64()), (Some(2), Some(2)), "{table}");
    assert_eq!(table["bar_by_bar"]["classes"], 1);
    assert_eq!(table["bar_by_bar"]["cpython"], 1, "random numbers are CPython's: {table}");
    assert_eq!(table["whole_series"]["classes"], 1);
    assert_eq!(table["whole_series"]["columnar"], 1, "a list of closes needs no pandas: {table}");
    let counts: Vec<u64> =
        table["reasons"].as_array().unwrap().iter().map(|reason| reason["classes"].as_u64().unwrap()).collect();
    assert!(!counts.is_empty() && counts.is_sorted_by(|a, b| a >= b), "{table}");
    assert!(table["reasons"].to_string().contains("random_bot.py:"), "{table}");
    // The configured roots stay what they were.
    assert_eq!(project.json(&["explain", "--all"])["classes_found"], 1);
}
