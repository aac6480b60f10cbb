use crate::harness::Project;
use std::process::Child;

fn planned() -> (Project, Vec<String>) {
    let project = super::shards::project();
    let plan = project.json(&["plan"]);
    let ids = plan["shards"].as_array().unwrap().iter().map(|row| row["shard_id"].as_str().unwrap().to_owned());
    let ids = ids.collect();
    (project, ids)
}

#[test]
fn a_second_time_nothing_is_computed() {
    let (project, ids) = planned();
    let some: Vec<&str> = ids.iter().take(5).map(String::as_str).collect();
    let run = || project.json(&[&["run-shard"], &some[..]].concat());
    assert_eq!(run()["computed"].as_array().unwrap().len(), 5);
    let file = project.files("data/shards/lasting");
    let again = run();
    assert_eq!((&again["known"], again["computed"].as_array().unwrap().len()), (&5.into(), 0));
    assert_eq!(project.files("data/shards/lasting"), file);
}

#[test]
fn twice_at_once_is_as_good_as_once() {
    let (project, _) = planned();
    let start = |part: &str| -> Child { project.command(&["run-shard", "--quiet", "--part", part]).spawn().unwrap() };
    let mut at_once = [start("1/1"), start("1/1"), start("1/2"), start("2/2")];
    for child in &mut at_once {
        assert!(child.wait().unwrap().success());
    }
    assert!(project.files("data/shards").iter().all(|file| file.ends_with(".parquet") && !file.contains("/.")));
    assert_eq!(project.json(&["collect"])["shards"]["misses"], 0);
}

#[test]
fn what_is_not_in_the_plan_or_not_as_planned_is_refused() {
    let (project, ids) = planned();
    let ran = project.run(&["run-shard", "0123"]);
    assert!(ran.code == 4 && ran.stderr.contains("there is no shard `0123`"), "{}", ran.stderr);
    let source = project.read("strategies/momentum.py");
    project.write("strategies/momentum.py", source.replace("return \"sell\"", "return \"exit\""));
    project.ok(&["discover"]);
    let ran = project.run(&[&["run-shard"], &ids.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat());
    assert!(ran.code == 5 && ran.stderr.contains("cbt plan"), "{}", ran.stderr);
    let empty = Project::small();
    empty.ok(&["discover"]);
    let ran = empty.run(&["run-shard", "0123"]);
    assert!(ran.code == 5 && ran.stderr.contains("cbt plan"), "{}", ran.stderr);
}
