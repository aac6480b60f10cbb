use crate::harness::Project;

#[test]
fn asks_for_an_iteration_first() {
    let project = Project::small();
    let ran = project.run(&["query", "SELECT 1"]);
    assert_eq!(ran.code, 9, "{}", ran.stderr);
    assert!(ran.stderr.contains("cbt iterate"), "{}", ran.stderr);
}

#[test]
fn answers_and_refuses_to_write() {
    let project = Project::small();
    project.ok(&["discover"]);
    let found = project.json(&["query", "SELECT strategy_name, status FROM strategies"]);
    assert_eq!(found["rows"][0][0], "momentum_trader");
    for sql in ["DELETE FROM strategies", "CREATE TABLE t (i INTEGER)", "DROP VIEW leaderboard"] {
        let ran = project.run(&["query", sql]);
        assert_eq!(ran.code, 9, "{sql}: {}{}", ran.stdout, ran.stderr);
    }
    let ran = project.run(&["query", "SELEC 1"]);
    assert_eq!(ran.code, 9);
    assert!(ran.stderr.contains("SELEC"), "{}", ran.stderr);
}
