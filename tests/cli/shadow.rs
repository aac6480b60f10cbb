//! After a promotion the old values run along on new real bars; this is the part of `apply` that takes changes back.

use crate::harness::Project;
use continuous_backtest::artifact::{self, Candidate, Decision, Json, StrategyRow};
use continuous_backtest::strategy::{ParamSet, Value};
use serde_json::json;
use std::fmt::Write;

const HOLDER: &str = "\
class HolderTrader:
    \"\"\"Holds the market while `side` is above zero.\"\"\"

    def __init__(self, side=1):  # optimize: 0..1 step 1
        self.side = side

    def on_bar(self, bar):
        self.last = bar.close
        return 'buy' if self.side > 0 else 'sell'
";

/// Bars from 1 January 2019 on, one a day, rising or falling by a little over a percent on average.
pub fn bars(from: u32, count: u32, rising: bool) -> String {
    let mut text = String::new();
    let mut close = if from == 0 { 100.0 } else { 300.0 };
    for number in from..from + count {
        let day = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap() + chrono::Days::new(u64::from(number));
        let step = 0.012 + 0.004 * (f64::from(number * 7919 % 11) / 5.0 - 1.0);
        let open = close;
        close *= if rising { 1.0 + step } else { 1.0 - step };
        let (high, low) = (open.max(close), open.min(close));
        let _ = writeln!(text, "{day},{open},{high},{low},{close},1000");
    }
    text
}

const HEADER: &str = "date,open,high,low,close,volume\n";

/// A project whose `side` the gate has promoted from 1 to 0 with 100 bars known; nothing is written yet.
pub fn awaiting() -> Project {
    let project = Project::small();
    std::fs::remove_file(project.path("strategies/momentum.py")).unwrap();
    std::fs::remove_file(project.path("strategies/settings.yaml")).unwrap();
    project.write("strategies/holder.py", HOLDER);
    project.write("data/market/X_1d.csv", format!("{HEADER}{}", bars(0, 100, false)));
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let strategies = artifact::read::<StrategyRow>(&project.path("data")).unwrap();
    let side = |value| Json(ParamSet::from([("side".to_owned(), Value::Int(value))]));
    let candidate = Candidate {
        strategy_name: "holder_trader".to_owned(),
        source_hash: strategies[0].source_hash.clone(),
        trial: 1,
        old_parameters: side(1),
        new_parameters: side(0),
        objective: "sharpe".to_owned(),
        incumbent_score: Some(0.1),
        incumbent_score_reason: None,
        challenger_score: Some(0.5),
        challenger_score_reason: None,
        difference: Some(0.4),
        difference_reason: None,
        performance_improvement: Some(2.0),
        performance_improvement_reason: None,
        margin: Some(0.01),
        p_value: Some(1e-6),
        p_value_reason: None,
        alpha: 0.01,
        tests_so_far: 1,
        trials_ever: 2,
        difference_low: Some(0.3),
        difference_high: Some(0.5),
        worst_regime: Some("crash".to_owned()),
        worst_regime_difference: Some(0.1),
        detectable_difference: Some(0.1),
        marks: Json(Vec::new()),
        paths: 64,
        conditions: Json(Vec::new()),
        decision: Decision::Promote,
        reason: "all conditions passed".to_owned(),
    };
    artifact::write(&project.path("data"), &[candidate], &json!({})).unwrap();
    project
}

/// The same with the change written.
fn promoted() -> (Project, Vec<u8>) {
    let project = awaiting();
    let before = project.bytes("strategies/holder.py");
    assert_eq!(project.json(&["apply"])["applied"], 1);
    assert!(project.read("strategies/holder.py").contains("side=0"));
    // What was promoted is done with; the next apply is about what has come since.
    artifact::write::<Candidate>(&project.path("data"), &[], &json!({})).unwrap();
    project.ok(&["discover"]);
    (project, before)
}

pub fn append(project: &Project, text: &str) {
    let file = project.read("data/market/X_1d.csv");
    project.write("data/market/X_1d.csv", format!("{file}{text}"));
    project.ok(&["generate-scenarios"]);
}

#[test]
fn new_bars_on_which_the_old_value_is_better_take_the_change_back() {
    let (project, before) = promoted();
    let still = project.json(&["apply"]);
    assert_eq!((&still["applied"], &still["rolled_back"]), (&json!(0), &json!(0)), "nothing new has come: {still}");
    // Not enough to decide: nothing is bet on the first twenty bars.
    append(&project, &bars(100, 15, true));
    assert_eq!(project.json(&["apply"])["rolled_back"], 0);
    let watched = project.json(&["query", "SELECT state, bars FROM shadow_history ORDER BY timestamp DESC LIMIT 1"]);
    assert_eq!(watched["rows"], json!([["watching", 15]]));
    append(&project, &bars(115, 120, true));
    let ran = project.json(&["apply"]);
    assert_eq!(ran["rolled_back"], 1, "{ran}");
    assert_eq!(project.bytes("strategies/holder.py"), before);
    let row = project
        .json(&["query", "SELECT manual, old_value, new_value, reason FROM changes WHERE decision = 'rolled_back'"]);
    assert_eq!(row["rows"][0][0], false, "{row}");
    assert!(row["rows"][0][3].as_str().unwrap().contains("135 new real bars the evidence for the old values is E = "));
    // It is taken back once.
    project.ok(&["discover"]);
    assert_eq!(project.json(&["apply"])["rolled_back"], 0);
    let page = project.json(&["explain", "holder_trader.side"]);
    assert!(page["values"][0]["why"].as_str().unwrap().starts_with("set back from 0 on "), "{page}");
}

#[test]
fn new_bars_on_which_the_new_value_is_better_confirm_it() {
    let (project, _) = promoted();
    append(&project, &bars(100, 120, false));
    assert_eq!(project.json(&["apply"])["rolled_back"], 0);
    let state = project.json(&["query", "SELECT state FROM shadow_history ORDER BY timestamp DESC LIMIT 1"]);
    assert_eq!(state["rows"], json!([["new_better"]]));
    assert!(project.read("strategies/holder.py").contains("side=0"));
}

#[test]
fn where_files_are_left_alone_it_only_says_what_it_would_do() {
    let (project, _) = promoted();
    project.configure("system_config: {auto_update_configs: false}\n");
    append(&project, &bars(100, 120, true));
    let ran = project.ok(&["apply"]);
    assert!(ran.stderr.contains("`cbt rollback` takes it back"), "{}", ran.stderr);
    assert!(project.read("strategies/holder.py").contains("side=0"));
}
