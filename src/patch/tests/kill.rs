//! SIGKILL at random moments: the file is old bytes or new bytes, never a mix.

use super::files::{NEW, OLD, edits, names, params, text};
use crate::patch::{OlderBackup, backup_path, clean_stale, plan, undo, write};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const DIRECTORY: &str = "CBT_PATCH_KILL_DIRECTORY";

#[test]
#[ignore = "the process that the other test kills"]
fn victim() {
    let directory = std::env::var_os(DIRECTORY).map(PathBuf::from).expect("started by the other test");
    let file = directory.join("params.yaml");
    fs::write(directory.join("ready"), "").expect("a file");
    loop {
        // The last victim may have died after its write: take that back first.
        let Ok(planned) = plan(&edits(&file)) else {
            fs::write(directory.join("reset"), OLD).expect("a file");
            fs::rename(directory.join("reset"), &file).expect("renamed");
            continue;
        };
        let written = write(&planned, OlderBackup::Replace).expect("written");
        undo(&written.undo).expect("undone");
    }
}

#[test]
fn killed_at_any_moment_the_file_is_old_or_new() {
    let directory = TempDir::new().expect("a directory");
    let directory = directory.path();
    let file = params(directory);
    let (mut old, mut new, mut caught_inside) = (0, 0, 0);
    // Milliseconds after which it is killed: spread over the first writes, without a random source.
    for round in 0..100_u64 {
        run_and_kill(directory, Duration::from_micros(200 + (round * 7919) % 20_000));
        match text(&file).as_str() {
            OLD => old += 1,
            NEW => new += 1,
            other => panic!("round {round}: {other:?}"),
        }
        let backup = backup_path(&file);
        assert!(!backup.exists() || text(&backup) == OLD, "round {round}: the backup is torn");
        caught_inside += usize::from(names(directory).iter().any(|name| name.contains(".cbt-tmp-")));
        let cleaned = clean_stale(directory).expect("cleaned");
        assert_eq!(cleaned.in_use, Vec::<PathBuf>::new());
        let left = names(directory);
        assert!(left.iter().all(|name| !name.contains(".cbt-tmp-")), "round {round}: {left:?}");
    }
    assert_eq!(old + new, 100);
    assert!(caught_inside > 0, "no kill fell inside a write: {old} old, {new} new");
}

fn run_and_kill(directory: &Path, after: Duration) {
    let ready = directory.join("ready");
    let _ = fs::remove_file(&ready);
    let name = format!("{}::victim", module_path!().split_once("::").map_or("", |(_, path)| path));
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args([name.as_str(), "--exact", "--ignored", "--test-threads=1"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    for _ in 0..10_000 {
        if ready.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(ready.exists(), "the child never started");
    std::thread::sleep(after);
    child.kill().expect("killed");
    let status = child.wait().expect("it is dead");
    assert_eq!(status.signal(), Some(9), "it was at work until then: {status}");
}
