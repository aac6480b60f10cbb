use crate::harness::Project;

#[test]
fn hostile_text_from_scanned_code_is_escaped() {
    let project = Project::small();
    project.write(
        "strategies/hostile.py",
        "class HostileBot:\n    def __init__(self, period=5):\n        self.period = period\n\n    def on_bar(self, bar):\n        if bar.close > 0:\n            raise ValueError('<script>alert(1)</script>')\n        return 1\n",
    );
    for stage in ["discover", "generate-scenarios", "backtest", "optimize", "apply"] {
        project.ok(&[stage]);
    }
    let summary = project.json(&["report"]);
    let html = std::fs::read_to_string(summary["html"].as_str().unwrap()).unwrap();
    assert!(html.contains("&lt;script&gt;"), "the failure is not shown");
    assert!(!html.contains("<script>alert"));
    let twin: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(summary["json"].as_str().unwrap()).unwrap()).unwrap();
    assert_eq!(twin["schema_version"], 1);
    assert_eq!(twin["counts"]["runnable"], 2);
    // The figures of the page are those of the twin.
    let standing = twin["leaderboard"].as_array().unwrap().iter().find(|row| row["strategy"] == "momentum_trader");
    let sharpe = standing.unwrap()["sharpe_simulated"].as_f64().unwrap();
    assert!(html.contains(&format!("<td class=\"n\">{sharpe:.2}</td>")), "{sharpe}");
    let hostile = twin["leaderboard"].as_array().unwrap().iter().find(|row| row["strategy"] == "hostile_bot").unwrap();
    assert_eq!((&hostile["status"], &hostile["best"]), (&"Failed".into(), &serde_json::Value::Null));
    // Eight scenarios with their fans, five quantiles each; the markets of this project are all simulated.
    let curves: Vec<_> = twin["equity"].as_array().unwrap().iter().collect();
    assert_eq!(curves.len(), 8);
    assert!(curves.iter().all(|curve| curve["growth"].as_array().unwrap().len() == 5 && curve["paths"] == 4));
    assert!(curves.iter().all(|curve| curve["growth"][0][0] == 1.0 && curve["drawdown"][0][0] == 0.0));
    let searches = twin["searches"].as_array().unwrap();
    let trials: usize = searches.iter().map(|search| search["trials"].as_array().unwrap().len()).sum();
    assert_eq!(twin["counts"]["trials"], trials);
    assert!(html.contains("Pareto front") && html.contains("Equity, mixed"));
}

#[test]
fn the_terminal_has_its_share() {
    let project = Project::small();
    let early = project.run(&["report", "--terminal"]);
    assert_ne!(early.code, 0);
    assert!(early.stderr.contains("cbt iterate"), "{}", early.stderr);
    for stage in ["discover", "generate-scenarios", "backtest"] {
        project.ok(&[stage]);
    }
    let board = project.ok(&["report", "--terminal"]).stdout;
    let line = board.lines().find(|line| line.starts_with("momentum_trader")).unwrap();
    let blocks = line.chars().filter(|character| ('▁'..='█').contains(character)).count();
    assert_eq!(blocks, 14, "{board}");
    assert!(project.files("reports").is_empty(), "nothing is written");
    let json = project.json(&["report", "--terminal"]);
    assert_eq!(json["leaderboard"][0]["strategy"], "momentum_trader", "{json}");
    assert_eq!(json["leaderboard"][0]["course"]["market"], "mixed", "{json}");
}
