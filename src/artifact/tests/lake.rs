use super::*;
use chrono::NaiveDate;
use std::fs;

const DAY: i64 = 86_400_000_000;

fn stamp(run: &str, day: i64) -> Stamp {
    Stamp { run_id: run.into(), timestamp: Micros(day * DAY + 3_600_000_000) }
}

#[test]
fn one_file_per_run_in_day_folders_and_all_of_it_back() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::new(dir.path());
    assert!(lake.read::<Backtest>().unwrap().is_empty());
    let rows = [backtest("a", "bull", 1.0), backtest("b", "bull", 2.0)];
    lake.append(&stamp("r2", 1), &rows, &json!(null)).unwrap();
    lake.append(&stamp("r1", 1), &rows[..1], &json!(null)).unwrap();
    let file = lake.append(&stamp("r3", 0), &rows, &json!(null)).unwrap();
    assert_eq!(file, dir.path().join("backtest_results/day=1970-01-01/run=r3.parquet"));

    let order: Vec<_> = lake.files::<Backtest>().unwrap().into_iter().map(|file| file.run_id).collect();
    assert_eq!(order, ["r3", "r1", "r2"]);
    let back = lake.read::<Backtest>().unwrap();
    assert_eq!(back.len(), 5);
    assert_eq!(back[2], Stamped { run_id: "r1".into(), timestamp: stamp("r1", 1).timestamp, row: rows[0].clone() });

    // The same run again replaces its file; on another day it would be there twice.
    lake.append(&stamp("r1", 1), &rows, &json!(null)).unwrap();
    assert_eq!(lake.read::<Backtest>().unwrap().len(), 6);
    let error = lake.append(&stamp("r1", 2), &rows, &json!(null)).unwrap_err().to_string();
    assert!(error.contains("run r1 is already recorded in"), "{error}");
}

#[test]
fn what_is_not_the_lakes_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::new(dir.path());
    lake.append(&stamp("r1", 0), &[trial(0)], &json!(null)).unwrap();
    let day = dir.path().join("trials/day=1970-01-01");
    for stray in [".run=r9.parquet.1-0.partial", "notes.txt", "run=.hidden.parquet", "run=a b.parquet"] {
        fs::write(day.join(stray), "half").unwrap();
    }
    fs::create_dir(dir.path().join("trials/day=1970-1-2")).unwrap();
    fs::create_dir(dir.path().join("trials/backup")).unwrap();
    assert_eq!(lake.files::<Trial>().unwrap().len(), 1);
    assert_eq!(lake.read::<Trial>().unwrap().len(), 1);

    for run in ["", "../x", "a/b", ".a", "a b", &"x".repeat(200)] {
        let error = lake.append(&stamp(run, 0), &[trial(0)], &json!(null)).unwrap_err().to_string();
        assert!(error.contains("is not a usable run id"), "{error}");
    }
    let never = Stamp { run_id: "r".into(), timestamp: Micros(i64::MAX) };
    assert!(lake.append(&never, &[trial(0)], &json!(null)).unwrap_err().to_string().contains("usable timestamp"));
}

#[test]
fn retention_removes_whole_days_and_leftovers_of_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::new(dir.path());
    for day in 0..10 {
        lake.append(&stamp(&format!("r{day}"), day), &[run(1)], &json!(null)).unwrap();
    }
    let leftover = dir.path().join("runs/day=1970-01-10/.run=x.parquet.1-0.partial");
    fs::write(&leftover, "half").unwrap();
    let today = NaiveDate::from_ymd_opt(1970, 1, 10).unwrap();
    assert_eq!(lake.retain::<Run>(today, 3).unwrap(), Removed { days: 6, files: 6 });
    let left: Vec<_> = lake.files::<Run>().unwrap().into_iter().map(|file| file.run_id).collect();
    assert_eq!(left, ["r6", "r7", "r8", "r9"], "three days before today, and today");
    assert!(!leftover.exists());
    assert_eq!(lake.retain::<Run>(today, 3).unwrap(), Removed::default());
    assert_eq!(lake.retain::<Change>(today, 3).unwrap(), Removed::default());
}
