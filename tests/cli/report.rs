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
}
