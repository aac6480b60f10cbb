use crate::harness::Project;

#[test]
fn writes_a_configuration_that_works_and_never_over_another() {
    let project = Project::empty();
    project.write("mine/strategies/momentum.py", crate::harness::MOMENTUM);
    project.ok(&["init", "mine"]);
    let before = project.read("mine/continuous_backtest_config.yaml");
    let found = project.json(&["discover", "--config", "mine/continuous_backtest_config.yaml"]);
    assert_eq!(found["runnable"], 1);
    let again = project.run(&["init", "mine"]);
    assert_eq!(again.code, 4, "{}", again.stderr);
    assert_eq!(before, project.read("mine/continuous_backtest_config.yaml"));
}
