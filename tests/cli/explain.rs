use crate::harness::Project;

#[test]
fn tells_the_rung_and_what_one_bar_costs() {
    let project = Project::small();
    project.ok(&["discover"]);
    let told = project.json(&["explain", "momentum_trader"]);
    assert!(["compiled", "interpreted", "cpython"].contains(&told["rung"].as_str().unwrap()), "{told}");
    let cpython = told["ns_per_bar"]["cpython"].as_f64().unwrap();
    assert!(cpython > 1.0, "{told}");
    if told["rung"] == "cpython" {
        assert!(told["obstacle"].is_string() && told["ns_per_bar"]["native"].is_null(), "{told}");
    } else {
        assert!(told["ns_per_bar"]["native"].as_f64().unwrap() < cpython, "{told}");
        assert_eq!(told["gate"]["runs"], 16 * 8, "{told}");
    }
    let text = project.ok(&["explain", "momentum_trader"]).stderr;
    assert!(text.contains("momentum_trader: ") && text.contains("ns per bar in CPython"), "{text}");
}

#[test]
fn a_name_nobody_has_is_refused_with_the_nearest() {
    let project = Project::small();
    project.ok(&["discover"]);
    let ran = project.run(&["explain", "momentum_trade"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("momentum_trader"), "{}", ran.stderr);
    assert_eq!(project.run(&["explain"]).code, 2);
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
    let counts: Vec<u64> =
        table["reasons"].as_array().unwrap().iter().map(|reason| reason["classes"].as_u64().unwrap()).collect();
    assert!(!counts.is_empty() && counts.is_sorted_by(|a, b| a >= b), "{table}");
    assert!(table["reasons"].to_string().contains("random_bot.py:"), "{table}");
    // The configured roots stay what they were.
    assert_eq!(project.json(&["explain", "--all"])["classes_found"], 1);
}
