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
    let of = |end: &str| verdicts.iter().find(|file| file.ends_with(end)).expect(end);
    let text = project.read(of(".json"));
    let verdict: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(verdict["strategy"], "momentum_trader", "{text}");
    assert_eq!(verdict["runs"], 16 * 8, "{text}");
    // What the class was lowered to lies beside it; where that is not what was written, it is made again.
    let translation = project.read(of(".ir"));
    assert!(translation.contains("program \"momentum_trader\""), "{translation}");
    project.write(of(".ir"), &translation[..translation.len() / 2]);
    assert_eq!(project.json(&["backtest"])["rungs"], summary["rungs"]);
    assert_eq!(project.read(of(".ir")), translation);
}

/// A class of whole frames: two means of its parameters, in both directions.
const CROSSING: &str = "import pandas as pd\n\n\nclass CrossingStrategy:\n    def __init__(self, fast=4, slow=9):\n        \
     self.fast = fast\n        self.slow = slow\n\n    def generate_signals(self, df: pd.DataFrame) -> pd.DataFrame:\n        \
     df = df.copy()\n        df[\"fast\"] = df[\"close\"].rolling(window=self.fast).mean()\n        \
     df[\"slow\"] = df[\"close\"].ewm(span=self.slow, adjust=False).mean()\n        df[\"signal\"] = 0\n        \
     df.loc[df[\"fast\"] > df[\"slow\"], \"signal\"] = 1\n        df.loc[df[\"fast\"] < df[\"slow\"], \"signal\"] = -1\n        \
     return df\n";

/// The same with a bar too early.
const PEEKING: &str = "import pandas as pd\n\n\nclass PeekingStrategy:\n    \
     def generate_signals(self, df: pd.DataFrame) -> pd.Series:\n        \
     return (df[\"close\"].shift(-1) > df[\"close\"]).astype(int)\n";

#[test]
fn whole_frames_run_on_columns_and_change_no_figure() {
    let Ok(python) = std::env::var("CBT_TEST_PYTHON_PANDAS") else {
        eprintln!("SKIPPED: CBT_TEST_PYTHON_PANDAS names no interpreter with numpy and pandas");
        return;
    };
    let backtested = |native: bool| {
        let project = Project::empty();
        project.write(
            "continuous_backtest_config.yaml",
            format!(
                "strategies:\n  roots: [code]\n  interpreter: {python}\n  native: {{enabled: {native}, verify_share: \
                 0.05}}\nscenarios:\n  bars: 200\n  regimes: [bull, crash]\n  paths: {{train: 2, validation: 2, test: \
                 2}}\nbacktest_settings:\n  variations: 3\n"
            ),
        );
        project.write("code/crossing.py", CROSSING);
        project.write("code/peeking.py", PEEKING);
        std::fs::create_dir_all(project.path("data/market")).unwrap();
        for stage in ["discover", "generate-scenarios", "backtest"] {
            project.ok(&[stage, "--at", "2026-01-02T03:04:05Z"]);
        }
        project
    };
    let (native, plain) = (backtested(true), backtested(false));
    assert_eq!(rows::<Backtest>(&native), rows::<Backtest>(&plain));
    let rungs = artifact::read::<RungRow>(&native.path("data")).unwrap();
    let crossing = rungs.iter().find(|row| row.strategy_name == "crossing_strategy").unwrap();
    assert!(format!("{:?}", crossing.rung) == "Columnar" && crossing.native_runs > 0, "{rungs:?}");
    assert_eq!(crossing.replayed_runs, 0, "{rungs:?}");
    let told = native.json(&["explain", "crossing_strategy"])["speed"].clone();
    assert_eq!((&told["causal"], &told["looks_ahead"]), (&true.into(), &serde_json::json!([])), "{told}");
    assert!(told["kernels"].to_string().contains("rolling(v3, mean, 4, 4)"), "{told}");
    let told = native.json(&["explain", "peeking_strategy"])["speed"].clone();
    assert_eq!(told["causal"], false, "{told}");
    assert!(told["looks_ahead"].to_string().contains("peeking.py:6: shift(-1)"), "{told}");
}
