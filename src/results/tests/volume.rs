//! Stores of months: their size stays, deleted days are gone, and a million rows are no matter. The long versions are
//! run by hand: `just volume`.

use super::*;
use crate::artifact::{Backtest, LakeFile, Run, Trial};
use std::time::Instant;

const HOUR: i64 = DAY / 24;

/// One iteration's history, `results` rows of it results.
struct Hourly {
    lake: Lake,
    rows: Vec<Backtest>,
}

impl Hourly {
    fn new(dir: &Path, results: u32) -> Self {
        let row = |at: u32| {
            // Digits that do not compress away.
            let noise = u32::from_le_bytes(blake3::hash(&at.to_le_bytes()).as_bytes()[..4].try_into().unwrap());
            sample::backtest(&format!("strategy_{}", at % 50), &format!("market_{}", at / 50), f64::from(noise) / 1e9)
        };
        Self { lake: Lake::new(dir), rows: (0..results).map(row).collect() }
    }

    fn write(&self, at: i64) {
        let stamp = Stamp { run_id: format!("r{at:016}"), timestamp: Micros(START + at) };
        self.lake.append(&stamp, &self.rows, &json!(null)).unwrap();
        self.lake.append(&stamp, &[sample::trial(0), sample::trial(1)], &json!(null)).unwrap();
        self.lake.append(&stamp, &[sample::candidate("alpha", Decision::Keep, None)], &json!(null)).unwrap();
        self.lake.append(&stamp, &[sample::change("1", ChangeDecision::Applied)], &json!(null)).unwrap();
        self.lake.append(&stamp, &[sample::run(1)], &json!(null)).unwrap();
    }

    fn retain(&self, day: i64, keep: u32) {
        let today = chrono::DateTime::from_timestamp_micros(START + day * DAY).unwrap().date_naive();
        self.lake.retain::<Backtest>(today, keep).unwrap();
        self.lake.retain::<Trial>(today, keep).unwrap();
        self.lake.retain::<Candidate>(today, keep).unwrap();
        self.lake.retain::<Change>(today, keep).unwrap();
        self.lake.retain::<Run>(today, keep).unwrap();
    }

    fn files(&self) -> Vec<LakeFile> {
        [
            self.lake.files::<Backtest>().unwrap(),
            self.lake.files::<Trial>().unwrap(),
            self.lake.files::<Candidate>().unwrap(),
            self.lake.files::<Change>().unwrap(),
            self.lake.files::<Run>().unwrap(),
        ]
        .concat()
    }
}

/// Bytes of all Parquet files, and of the store.
fn sizes(hourly: &Hourly, dir: &Path) -> (u64, u64) {
    let bytes = |path: &Path| fs::metadata(path).unwrap().len();
    (hourly.files().iter().map(|file| bytes(&file.path)).sum(), bytes(&target(dir)))
}

/// Nothing older than `keep` days is left, in either.
fn old_days_are_gone(hourly: &Hourly, dir: &Path, day: i64, keep: i64) {
    let oldest = chrono::DateTime::from_timestamp_micros(START + (day - keep) * DAY).unwrap().date_naive();
    assert!(hourly.files().iter().all(|file| file.day >= oldest));
    let store = Store::open_read_only(&target(dir)).unwrap();
    for table in ["backtest_results", "trials", "optimization_history", "changes", "runs"] {
        let first = one(&store, &format!("SELECT min(timestamp)::DATE::VARCHAR FROM {table}"));
        assert_eq!(first, json!(oldest.to_string()), "{table}");
    }
    let loaded = format!("SELECT count(*) FROM loaded_files WHERE path LIKE '%day={}%'", oldest.pred_opt().unwrap());
    assert_eq!(one(&store, &loaded), json!(0));
}

fn within_a_tenth(first: u64, last: u64) {
    assert!(first.abs_diff(last) * 10 <= first, "{first} -> {last} bytes");
}

#[test]
fn the_size_stays_and_old_days_are_gone() {
    const KEEP: u32 = 4;
    let keep = i64::from(KEEP);
    let dir = tempfile::tempdir().unwrap();
    let hourly = Hourly::new(dir.path(), 200);
    let mut full = None;
    for day in 0..=2 * keep + 1 {
        for run in 0..3 {
            hourly.write(day * DAY + run * 8 * HOUR);
            if day >= keep {
                hourly.retain(day, KEEP);
                // The first of a day is built from nothing, the others are added to a copy.
                publish(dir.path(), &target(dir.path())).unwrap();
            }
        }
        if day >= keep {
            old_days_are_gone(&hourly, dir.path(), day, keep);
            let now = sizes(&hourly, dir.path());
            let full = *full.get_or_insert(now);
            within_a_tenth(full.0, now.0);
            within_a_tenth(full.1, now.1);
        }
    }
}

/// A day folder more than ninety are there: today's and those of the ninety days before.
#[test]
#[ignore = "writes 21,600 files and takes minutes: just volume"]
fn half_a_year_of_hourly_runs() {
    const KEEP: u32 = 90;
    let dir = tempfile::tempdir().unwrap();
    let hourly = Hourly::new(dir.path(), 300);
    let mut full = None;
    for day in 0..=180 {
        for hour in 0..24 {
            hourly.write(day * DAY + hour * HOUR);
        }
        hourly.retain(day, KEEP);
        if day < 90 || day % 30 != 0 {
            continue;
        }
        let begun = Instant::now();
        let published = publish(dir.path(), &target(dir.path())).unwrap();
        let whole = begun.elapsed().as_secs_f64();
        hourly.write(day * DAY + 23 * HOUR + 1);
        let begun = Instant::now();
        publish(dir.path(), &target(dir.path())).unwrap();
        let next = begun.elapsed().as_secs_f64();
        old_days_are_gone(&hourly, dir.path(), day, i64::from(KEEP));
        let now = sizes(&hourly, dir.path());
        println!(
            "day {day}: {} rows, Parquet {} bytes, store {} bytes; from nothing {whole:.1} s, the next run {next:.2} s",
            published.total_rows(),
            now.0,
            now.1
        );
        let full = *full.get_or_insert(now);
        within_a_tenth(full.0, now.0);
        within_a_tenth(full.1, now.1);
    }
}

#[test]
#[ignore = "writes a million rows: just volume"]
fn a_million_rows() {
    let dir = tempfile::tempdir().unwrap();
    let hourly = Hourly::new(dir.path(), 10_000);
    let begun = Instant::now();
    (0..100).for_each(|run| hourly.write(run * 12 * HOUR));
    println!("1,000,000 rows written in 100 runs: {:.1} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let published = publish(dir.path(), &target(dir.path())).unwrap();
    println!("from nothing: {:.2} s, {} bytes", begun.elapsed().as_secs_f64(), published.bytes);
    hourly.write(100 * 12 * HOUR);
    let begun = Instant::now();
    let published = publish(dir.path(), &target(dir.path())).unwrap();
    println!("the next run: {:.2} s, {} rows", begun.elapsed().as_secs_f64(), published.total_rows());
    assert!(published.total_rows() > 1_000_000);
    let store = Store::open_read_only(&target(dir.path())).unwrap();
    let mut times: Vec<f64> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            assert_eq!(store.leaderboard(50).unwrap().len(), 50);
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("leaderboard: {:.1} ms at the median of 21, {:.1} to {:.1}", times[10], times[0], times[20]);
    assert!(times[10] < 50.0, "the leaderboard takes {} ms", times[10]);
}
