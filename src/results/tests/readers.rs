//! Who holds the published file open, for good or again and again, sees whole states only and keeps nobody from
//! publishing.

use super::*;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const READER: &str = include_str!("readers.py");
/// Publishes beside the readers; `CBT_TEST_PUBLISHES=50` is the long version.
const PUBLISHES: i64 = 12;

/// An interpreter with the package `duckdb`, made beside the test binary the first time.
fn python() -> Result<PathBuf, String> {
    let folder = std::env::current_exe().unwrap().with_file_name("venv-duckdb");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let import = || run(Command::new(&python).args(["-c", "import duckdb"]));
    if import().is_err() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "duckdb>=1.4,<2"];
        run(Command::new(&python).args(install))?;
    }
    import().map(|()| python)
}

fn reader(python: &Path, dir: &Path, how: &str) -> Child {
    let mut command = Command::new(python);
    command.arg("-c").arg(READER).arg(target(dir)).arg(how).arg(dir.join("done"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Nine results and the run they are of.
fn one_more(lake: &Lake, run: i64) {
    let stamp = stamp(&format!("x{run:03}"), 40 + run);
    let rows: Vec<_> = (0..9).map(|at| sample::backtest(&format!("s{at}"), "bull", 1.0)).collect();
    lake.append(&stamp, &rows, &json!(null)).unwrap();
    lake.append(&stamp, &[sample::run(1)], &json!(null)).unwrap();
}

#[test]
fn readers_of_our_own_hold_the_file_while_it_is_published() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let file = target(dir.path());
    let held = published(dir.path());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut reads = 0;
                    while !done.load(Ordering::Relaxed) {
                        let store = Store::open_read_only(&file).unwrap();
                        let runs = one(&store, "SELECT count(*) FROM runs").as_i64().unwrap();
                        let rows = one(&store, "SELECT count(*) FROM backtest_results").as_i64().unwrap();
                        assert_eq!(rows, runs * 9, "a torn state");
                        reads += 1;
                    }
                    reads
                })
            })
            .collect();
        let lake = Lake::new(dir.path());
        for run in 0..8 {
            one_more(&lake, run);
            publish(dir.path(), &file).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
    });
    assert_eq!(one(&held, "SELECT count(*) FROM runs"), json!(2), "an open reader keeps what it opened");
    let fresh = Store::open_read_only(&file).unwrap();
    assert_eq!(one(&fresh, "SELECT count(*) FROM runs"), json!(10));
}

/// DuckDB's own Python package, in processes of their own, as people's notebooks are.
#[test]
fn pythons_readers_hold_the_file_while_it_is_published() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => return eprintln!("SKIPPED: the Python package duckdb is not to be had from PyPI here: {why}"),
    };
    let publishes = std::env::var("CBT_TEST_PUBLISHES").map_or(PUBLISHES, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    publish(dir.path(), &target(dir.path())).unwrap();
    let readers = ["held", "again", "again"].map(|how| (how, reader(&python, dir.path(), how)));
    // So that they are there from the first publish on.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let (lake, mut longest) = (Lake::new(dir.path()), 0.0_f64);
    for run in 0..publishes {
        // Every tenth is built from nothing, the way it is after retention.
        if run % 10 == 9 {
            fs::remove_dir_all(dir.path().join(format!("backtest_results/day={}", day(40 + run - 5)))).unwrap();
            fs::remove_dir_all(dir.path().join(format!("runs/day={}", day(40 + run - 5)))).unwrap();
        }
        one_more(&lake, run);
        let begun = Instant::now();
        publish(dir.path(), &target(dir.path())).unwrap();
        longest = longest.max(begun.elapsed().as_secs_f64());
    }
    fs::write(dir.path().join("done"), "").unwrap();
    for (how, reader) in readers {
        let output = reader.wait_with_output().unwrap();
        assert!(output.status.success(), "{how}: {}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let counts: Vec<u64> = told.split_whitespace().filter_map(|count| count.parse().ok()).collect();
        assert_eq!(counts.len(), 2, "{how}: {told:?}");
        assert!(counts[0] >= 2 && if how == "held" { counts[1] == 1 } else { counts[1] > 1 }, "{how}: {told}");
        println!("{how}: {} reads of {} states", counts[0], counts[1]);
    }
    println!("{publishes} publishes, the longest took {longest:.2} s");
}

/// 2024-01-01 and so many days.
fn day(number: i64) -> chrono::NaiveDate {
    chrono::DateTime::from_timestamp_micros(START + number * DAY).unwrap().date_naive()
}
