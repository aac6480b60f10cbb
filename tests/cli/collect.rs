use crate::harness::Project;

const TABLES: [&str; 5] = ["backtests", "walk_forward", "walk_forward_windows", "distributions", "intervals"];

fn tables(project: &Project) -> Vec<Vec<u8>> {
    TABLES.iter().map(|name| project.bytes(&format!("data/{name}.parquet"))).collect()
}

#[test]
fn publishes_the_bytes_that_backtest_writes_through_a_folder_and_through_an_object_store() {
    let project = super::shards::project();
    project.ok(&["backtest", "--recompute"]);
    let whole = tables(&project);
    let url = format!("file://{}", project.path("objects").display());
    for place in ["elsewhere", &url] {
        for name in TABLES {
            std::fs::remove_file(project.path(&format!("data/{name}.parquet"))).unwrap();
        }
        project.ok(&["plan", "--shards", place]);
        for part in ["2/3", "1/3", "3/3"] {
            project.ok(&["run-shard", "--shards", place, "--part", part]);
        }
        let summary = project.json(&["collect", "--shards", place]);
        assert_eq!(summary["shards"]["misses"], 0, "{summary}");
        assert!(whole == tables(&project), "{place}: other bytes than `cbt backtest` writes");
        let rows = project.json(&["query", "SELECT count(*) FROM backtest_results"]);
        assert!(rows["rows"][0][0].as_u64().unwrap() > 100, "{rows}");
    }
    assert!(project.files("objects").len() > 40 && project.files("elsewhere").len() > 40);
}

#[test]
fn what_is_missing_or_damaged_is_named_and_nothing_is_published() {
    let project = super::shards::project();
    let plan = project.json(&["plan", "--shards", "s"]);
    project.ok(&["run-shard", "--shards", "s", "--part", "1/1"]);
    let id = plan["shards"][0]["shard_id"].as_str().unwrap();
    std::fs::remove_file(project.path(&format!("s/lasting/{id}.parquet"))).unwrap();
    let ran = project.run(&["collect", "--shards", "s"]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains(id) && ran.stderr.contains("run-shard"), "{}", ran.stderr);
    assert!(!project.path("data/backtests.parquet").exists());
    project.write(&format!("s/lasting/{id}.parquet"), "PAR1 torn");
    let ran = project.run(&["collect", "--shards", "s"]);
    assert!(ran.code == 5 && ran.stderr.contains("damaged"), "{}", ran.stderr);
    assert_eq!(project.json(&["collect", "--shards", "s", "--fill"])["shards"]["misses"], 1);
    assert!(project.path("data/backtests.parquet").exists());
}

#[test]
fn without_a_plan_it_names_the_command_to_run() {
    let project = super::shards::project();
    let ran = project.run(&["collect"]);
    assert!(ran.code == 5 && ran.stderr.contains("cbt plan"), "{}", ran.stderr);
    let ran = project.run(&["collect", "--shards", "s3://bucket/x"]);
    assert!(ran.code == 2 && ran.stderr.contains("s3://"), "{}", ran.stderr);
}
