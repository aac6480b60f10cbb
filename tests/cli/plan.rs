use std::process::Command;

#[test]
fn lists_every_shard_and_what_is_there_already() {
    let project = super::shards::project();
    let plan = project.json(&["plan"]);
    let shards = plan["shards"].as_array().unwrap();
    // A probe is made by the plan itself.
    assert_eq!(shards.len() as u64, 2 * (super::shards::OF_ONE - 1));
    assert_eq!(plan["open"], shards.len());
    let id = shards[0]["shard_id"].as_str().unwrap();
    project.ok(&["run-shard", id]);
    let again = project.json(&["plan"]);
    assert_eq!(again["open"], shards.len() - 1);
    assert_eq!(again["shards"][0]["known"], true);
    assert!(project.path("data/shards.parquet").is_file());
}

#[test]
fn a_class_that_does_not_run_has_no_shards() {
    let project = super::shards::project();
    project.write(
        "strategies/broken.py",
        "class BrokenTrader:\n    def __init__(self, period=5):\n        self.period = period\n\n    def on_bar(self, bar):\n        return 1 if bar.close / 0 > 1 else 0\n",
    );
    project.ok(&["discover"]);
    let plan = project.json(&["plan"]).to_string();
    assert!(plan.contains("momentum_trader") && !plan.contains("broken_trader"), "{plan}");
}

/// The scripts, with what is this machine's taken out.
#[test]
fn scripts_for_schedulers_are_as_they_were_and_bash_reads_them() {
    let project = super::shards::project();
    project.ok(&["plan", "--slurm", "s.sh", "--hyperqueue", "h.sh", "--parts", "8", "--shards", "it's here"]);
    for (file, golden) in
        [("s.sh", include_str!("../golden/plan/slurm.sh")), ("h.sh", include_str!("../golden/plan/hyperqueue.sh"))]
    {
        let text = project.read(file);
        let root = std::fs::canonicalize(project.path("")).unwrap();
        let program = std::fs::canonicalize(env!("CARGO_BIN_EXE_cbt")).unwrap();
        let told = text.replace(&*program.to_string_lossy(), "CBT").replace(&*root.to_string_lossy(), "PROJECT");
        let told = told.replace(env!("CARGO_BIN_EXE_cbt"), "CBT");
        assert_eq!(told, golden, "{file}");
        let read = Command::new("bash").arg("-n").arg(project.path(file)).output().unwrap();
        assert!(read.status.success(), "{file}: {}", String::from_utf8_lossy(&read.stderr));
    }
}

/// The array of the Slurm script, its tasks run one after the other as Slurm would start them.
#[test]
fn the_tasks_of_an_array_do_the_whole_plan() {
    let project = super::shards::project();
    project.ok(&["plan", "--slurm", "s.sh", "--parts", "3"]);
    for task in ["2", "3", "1"] {
        let ran = Command::new("bash").arg(project.path("s.sh")).env("SLURM_ARRAY_TASK_ID", task).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    let summary = project.json(&["collect"]);
    assert_eq!(summary["shards"]["misses"], 0, "{summary}");
}
