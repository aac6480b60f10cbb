//! Native code in CPython's place: nothing that is computed may tell which of them ran.

use crate::harness::Project;
use continuous_backtest::artifact::{self, Backtest, Candidate, RungRow, Table, Trial};

/// The example codebase, small paths.
fn examples(native: bool) -> Project {
    let project = Project::empty();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    project.write(
        "continuous_backtest_config.yaml",
        format!(
            "strategies:\n  roots: [{root}]\n  native: {{enabled: {native}, verify_share: 0.05}}\nscenarios:\n  bars: 200\n  \
             regimes: [bull, crash, sideways]\n  paths: {{train: 2, validation: 8, test: 2}}\nbacktest_settings:\n  \
             variations: 2\noptimization:\n  trials: 8\n"
        ),
    );
    std::fs::create_dir_all(project.path("data/market")).unwrap();
    for stage in ["discover", "generate-scenarios", "backtest", "optimize"] {
        project.ok(&[stage, "--at", "2026-01-02T03:04:05Z"]);
    }
    project
}

fn rows<R: Table + std::fmt::Debug>(project: &Project) -> Vec<String> {
    artifact::read::<R>(&project.path("data")).unwrap().iter().map(|row| format!("{row:?}")).collect()
}

#[test]
fn native_code_changes_no_figure_of_the_example_codebase() {
    let (native, plain) = (examples(true), examples(false));
    assert_eq!(rows::<Backtest>(&native), rows::<Backtest>(&plain));
    assert_eq!(rows::<Trial>(&native), rows::<Trial>(&plain));
    assert_eq!(rows::<Candidate>(&native), rows::<Candidate>(&plain));
    let rungs = artifact::read::<RungRow>(&native.path("data")).unwrap();
    assert!(rungs.len() > 5, "{rungs:?}");
    for row in &rungs {
        eprintln!(
            "{} {:?} {} native, {} replayed: {}",
            row.strategy_name,
            row.rung,
            row.native_runs,
            row.replayed_runs,
            row.obstacle.as_deref().unwrap_or("-")
        );
    }
    let plain = artifact::read::<RungRow>(&plain.path("data")).unwrap();
    assert!(plain.iter().all(|row| row.native_runs == 0 && row.obstacle.is_some()), "{plain:?}");
}

#[test]
fn verdicts_are_kept_and_rungs_are_told() {
    let project = Project::small();
    project.ok(&["discover"]);
    project.ok(&["generate-scenarios"]);
    let summary = project.json(&["backtest"]);
    let counted: u64 = ["compiled", "interpreted", "columnar", "cpython", "refused"]
        .iter()
        .map(|rung| summary["rungs"][rung].as_u64().unwrap())
        .sum();
    assert_eq!(counted, 1, "{summary}");
    assert_eq!(project.json(&["status"])["rungs"], summary["rungs"]);
    project.ok(&["report"]);
    let report = project.files("reports").into_iter().find(|file| file.ends_with(".json")).unwrap();
    assert!(project.read(&report).contains("rungs: "), "{report}");
    // What was found out once is read the next time.
    let verdicts = project.files("data/native");
    project.ok(&["backtest"]);
    assert_eq!(project.files("data/native"), verdicts);
    let first = verdicts.first().map(|file| project.read(file));
    if let Some(text) = first {
        let verdict: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(verdict["strategy"], "momentum_trader", "{text}");
        assert_eq!(verdict["runs"], 16 * 8, "{text}");
    }
}
