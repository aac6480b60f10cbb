use crate::harness::Project;
use std::time::{Duration, Instant};

#[test]
fn repeats_and_ends_on_a_signal() {
    let project = Project::small();
    project.configure("system_config:\n  scan_interval_hours: 0.0001\n");
    project.ok(&["loop", "--iterations", "2", "--quiet"]);
    assert_eq!(project.json(&["status"])["runs"][0]["iteration"], 2);

    let text = project.read("continuous_backtest_config.yaml").replace("0.0001", "1");
    project.write("continuous_backtest_config.yaml", text);
    let mut child = project.command(&["loop", "--quiet"]).spawn().unwrap();
    let begun = Instant::now();
    while project.json(&["status"])["runs"][0]["iteration"] != 3 {
        assert!(begun.elapsed() < Duration::from_secs(120), "the third iteration never ended");
        std::thread::sleep(Duration::from_millis(200));
    }
    std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
