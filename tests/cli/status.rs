use crate::harness::Project;

#[test]
fn says_that_nothing_has_run_yet() {
    let project = Project::small();
    let ran = project.ok(&["status"]);
    assert!(ran.stdout.contains("cbt iterate"), "{}", ran.stdout);
}
