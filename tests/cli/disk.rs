//! Disks that are full or may not be written, in mount namespaces of their own.

use super::torture::project::{CONFIG, OLD, SETTINGS, TILTED, whole};
use crate::harness::{MOMENTUM, Project};
use std::process::Command;

/// What a script printed, run where it may mount; None where this system does not let it.
fn mounting(project: &Project, script: &str) -> Option<String> {
    let allowed = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !allowed.is_ok_and(|ran| ran.status.success()) {
        eprintln!("SKIPPED: no mount namespace can be made here");
        return None;
    }
    let ran = Command::new("unshare")
        .args(["-m", "bash", "-euc", script])
        .current_dir(project.path(""))
        .env("CBT", env!("CARGO_BIN_EXE_cbt"))
        .env_remove("VIRTUAL_ENV")
        .output()
        .unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{told}");
    Some(told)
}

/// Its iteration finds something to change in the user's file.
fn project() -> Project {
    let project = Project::empty();
    project.write("strategies/tilted.py", TILTED);
    project.write("strategies/momentum.py", MOMENTUM);
    project.write(SETTINGS, OLD);
    project.write(
        "continuous_backtest_config.yaml",
        CONFIG.replace("    patient_trader: {pinned: [threshold, lookback_period]}\n", ""),
    );
    std::fs::create_dir_all(project.path("data/market")).unwrap();
    project
}

const FIRST: &str = "2026-01-02T03:00:00Z";
const SECOND: &str = "2026-01-02T04:00:00Z";

#[test]
fn a_full_disk_is_a_clear_refusal_and_with_room_the_next_run_finishes() {
    let project = project();
    // From too small for the first artifact to nearly enough for the store.
    for kilobytes in [64, 300, 700, 1500] {
        project.write(SETTINGS, OLD);
        let _ = std::fs::remove_dir_all(project.path("out"));
        let script = format!(
            "mount -t tmpfs -o size={kilobytes}k tmpfs data
             code=0; \"$CBT\" iterate --quiet --at {FIRST} || code=$?
             echo \"ended with $code\"
             cp {SETTINGS} settings.seen
             mount -o remount,size=200m data
             \"$CBT\" iterate --quiet --at {SECOND}
             cp -a data out"
        );
        let Some(told) = mounting(&project, &script) else { return };
        assert!(told.contains("ended with 8") || told.contains("ended with 9"), "{kilobytes} kB: {told}");
        assert!(told.to_lowercase().contains("no space left"), "{kilobytes} kB: {told}");
        let seen = project.read("settings.seen");
        let now = project.read(SETTINGS);
        // One value apart from the old bytes, or the old bytes.
        let shape = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
        assert!(now != OLD && shape(&seen) == shape(OLD) && shape(&now) == shape(OLD), "{kilobytes} kB: {seen}\n{now}");
        let left = project.files("out");
        assert!(left.iter().any(|file| file.ends_with("continuous_training.duckdb")), "{left:?}");
        for file in &left {
            assert!(
                !file.ends_with(".partial") && !file.ends_with("unfinished.json"),
                "{kilobytes} kB: {file} is left"
            );
            assert!(!file.ends_with(".parquet") || whole(&project.bytes(file)), "{kilobytes} kB: {file} is torn");
        }
    }
}

#[test]
fn a_data_directory_that_may_not_be_written_is_named_and_nothing_happens() {
    let project = project();
    let script = "mount --bind data data; mount -o remount,bind,ro data
                  code=0; \"$CBT\" iterate --quiet || code=$?; echo \"ended with $code\"";
    let Some(told) = mounting(&project, script) else { return };
    assert!(told.contains("ended with 8") && told.contains("data/.lock") && told.contains("Read-only"), "{told}");
    assert_eq!(project.read(SETTINGS), OLD);
    assert!(project.files("data").is_empty() && project.files("reports").is_empty());
}

#[test]
fn a_config_that_may_not_be_written_is_refused_with_a_row_and_keeps_its_bytes() {
    let project = project();
    let script = "mount --bind strategies strategies; mount -o remount,bind,ro strategies
                  \"$CBT\" iterate --json --quiet > summary.json";
    if mounting(&project, script).is_none() {
        return;
    }
    let summary: serde_json::Value = serde_json::from_str(&project.read("summary.json")).unwrap();
    let apply = &summary["stages"]["apply"];
    assert_eq!((&apply["applied"], &apply["refused"]), (&0.into(), &1.into()), "{apply}");
    assert!(apply.to_string().contains("settings.yaml is not writable"), "{apply}");
    assert_eq!(project.read(SETTINGS), OLD);
    assert_eq!(project.files("strategies").len(), 3);
    let rows = project.json(&["query", "SELECT decision FROM changes"]);
    assert_eq!(rows["rows"], serde_json::json!([["refused"]]));
    // With the folder writable again, it is found again and written.
    let again = project.json(&["iterate"]);
    assert_eq!(again["stages"]["apply"]["applied"], 1, "{again}");
}
