use crate::harness::Project;

#[test]
fn asks_for_the_stages_before_it() {
    let project = Project::small();
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let ran = project.run(&["optimize"]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("cbt backtest"), "{}", ran.stderr);
}

#[test]
fn the_same_seed_gives_the_same_trials_on_any_number_of_threads() {
    let project = Project::small();
    for stage in ["discover", "generate-scenarios", "backtest"] {
        project.ok(&[stage]);
    }
    let summary = project.json(&["optimize", "--threads", "1"]);
    assert!(summary["trials"].as_u64().unwrap() >= 12, "{summary}");
    let once = (project.bytes("data/trials.parquet"), project.bytes("data/candidates.parquet"));
    project.ok(&["optimize", "--threads", "2"]);
    assert!(once.0 == project.bytes("data/trials.parquet"), "trials differ");
    assert!(once.1 == project.bytes("data/candidates.parquet"), "candidates differ");
}

#[test]
fn a_combination_the_constructor_rejects_is_infeasible_not_failed() {
    let project = Project::small();
    std::fs::remove_file(project.path("strategies/settings.yaml")).unwrap();
    project.write(
        "strategies/momentum.py",
        "class PickyTrader:\n    def __init__(self, window=10, level=0.5):\n        if window % 2:\n            raise ValueError('even windows only')\n        self.window = window\n        self.level = level\n        self.closes = []\n\n    def on_bar(self, bar):\n        self.closes.append(bar.close)\n        return 1 if bar.close > self.closes[-self.window:][0] * (1 + self.level / 100) else 0\n",
    );
    for stage in ["discover", "generate-scenarios", "backtest", "optimize"] {
        project.ok(&[stage]);
    }
    let counts = project.json(&["query", "SELECT outcome, count(*) FROM trials GROUP BY outcome ORDER BY outcome"]);
    let text = counts["rows"].to_string();
    assert!(text.contains("infeasible") && text.contains("ok") && !text.contains("raised"), "{text}");
}
