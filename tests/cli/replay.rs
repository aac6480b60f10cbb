use crate::harness::Project;
use continuous_backtest::artifact::{self, Backtest, Lake, RecipeRow, Stamped};
use serde_json::json;

/// A market of waves beside the simulated ones, and two iterations over them.
fn project() -> Project {
    let project = Project::small();
    project.write("data/market/WAVES_1d.csv", super::shards::market(0, 200));
    project.ok(&["iterate", "--at", "2026-01-02T03:00:00Z", "--threads", "2"]);
    project.ok(&["iterate", "--at", "2026-01-02T04:00:00Z"]);
    project
}

#[test]
fn a_stored_run_made_again_has_the_same_bytes_on_any_number_of_threads() {
    let project = project();
    for threads in ["1", "2"] {
        for run in ["last", "1", "20260102T030000000Z"] {
            let replay = project.json(&["replay", run, "--threads", threads]);
            assert_eq!(replay["same"], true, "{replay}");
            let tables = replay["tables"].as_array().unwrap();
            assert_eq!(tables.len(), 8, "{replay}");
            assert!(tables[0]["rows"].as_u64().unwrap() > 20, "{replay}");
            assert_eq!(replay["left_out"], json!([]), "{replay}");
        }
    }
    // Settings that were changed since do not matter: it is made from those of then.
    project.configure("  batch: 3\n");
    assert_eq!(project.json(&["replay", "1"])["same"], true);
    assert!(project.ok(&["replay", "1"]).stdout.contains("the same bytes"));
}

#[test]
fn what_differs_is_named_to_the_cell() {
    let project = project();
    let lake = Lake::new(&project.path("data"));
    let file = lake.files::<Backtest>().unwrap().remove(0).path;
    let stored = artifact::read_file::<Stamped<Backtest>>(&file).unwrap();
    let mut rows = stored.rows;
    rows[3].row.total_trades += 1;
    artifact::write_file(&file, &rows, &stored.provenance).unwrap();
    let ran = project.run(&["replay", "1"]);
    assert_eq!(ran.code, 14, "{}\n{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("backtest_results: DIFFERS, row 4 (strategy_name=\"momentum_trader\""),
        "{}",
        ran.stdout
    );
    let trades = rows[3].row.total_trades;
    let told = format!("column total_trades: {trades} is stored, {} was made", trades - 1);
    assert!(ran.stdout.contains(&told), "{}", ran.stdout);
    assert!(ran.stdout.contains("intervals: ") && ran.stdout.contains("the same bytes"), "{}", ran.stdout);
}

fn refused(project: &Project, words: &[&str]) {
    let ran = project.run(&["replay", "last"]);
    assert_eq!(ran.code, 15, "{}\n{}", ran.stdout, ran.stderr);
    for word in words {
        assert!(ran.stderr.contains(word), "{word} is missing in {}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_made_again_says_why() {
    let project = project();
    let source = project.read("strategies/momentum.py");
    project.write("strategies/momentum.py", format!("{source}\n# a note\n"));
    refused(&project, &["sources changed since", "momentum_trader", "momentum.py"]);
    project.write("strategies/momentum.py", source);
    assert_eq!(project.json(&["replay", "last"])["same"], true);

    let market = project.read("data/market/WAVES_1d.csv");
    project.write("data/market/WAVES_1d.csv", super::shards::market(0, 201));
    refused(&project, &["historical:WAVES has other bars"]);
    std::fs::remove_file(project.path("data/market/WAVES_1d.csv")).unwrap();
    refused(&project, &["historical:WAVES is gone"]);
    project.write("data/market/WAVES_1d.csv", market);

    let lake = Lake::new(&project.path("data"));
    let file = lake.files::<RecipeRow>().unwrap().pop().unwrap().path;
    let stored = artifact::read_file::<Stamped<RecipeRow>>(&file).unwrap();
    let mut rows = stored.rows.clone();
    rows.iter_mut().find(|row| row.row.ingredient == "engine").unwrap().row.content = "0 0.0.9 amiga".to_owned();
    artifact::write_file(&file, &rows, &stored.provenance).unwrap();
    refused(&project, &["another engine", "amiga"]);
    std::fs::remove_file(&file).unwrap();
    refused(&project, &["was not written down"]);

    let ran = project.run(&["replay", "99"]);
    assert!(ran.code == 4 && ran.stderr.contains("there is no run `99`"), "{}", ran.stderr);
}
