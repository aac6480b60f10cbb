//! Files of earlier schema versions: read where the table says how, else refused by name.

use super::*;
use crate::artifact::table::table;

table! {
    /// One iteration of the pipeline, as it was stored before shards were counted.
    pub(crate) struct RunOfVersion1 {
        /// Number of the iteration, from 1.
        iteration: u32,
        /// When it started.
        started: Micros,
        /// When it ended.
        finished: Micros,
        /// Seed that everything in it was drawn from.
        seed: u64,
        /// Version of cbt.
        version: String,
        /// blake3 of the resolved configuration.
        config_hash: String,
        /// Classes found, of any status.
        strategies_found: u32,
        /// Classes with status runnable.
        strategies_runnable: u32,
        /// Backtest rows written.
        backtests: u32,
        /// Trials made by all searches.
        trials: u32,
        /// Challengers the gate promoted.
        promoted: u32,
        /// Parameters changed in their files.
        applied: u32,
        /// Changes refused.
        refused: u32,
        /// Strategies that raised, hung or crashed.
        failed: u32,
        /// The HTML report; null where none was written.
        report_path: Option<String>,
        /// complete, abandoned or failed.
        status: RunStatus,
        /// What ended it early; null where it is complete.
        failure_message: Option<String>,
    }
    name: "runs",
    stage: "iterate",
    version: 1,
    key: ["iteration"],
    check: anything,
}

impl History for RunOfVersion1 {
    const FOLDER: &'static str = "runs";
}

fn anything(_: &RunOfVersion1) -> Result<(), String> {
    Ok(())
}

pub(crate) fn run_of_version_1(iteration: u32) -> RunOfVersion1 {
    let run = run(iteration);
    RunOfVersion1 {
        iteration,
        started: run.started,
        finished: run.finished,
        seed: run.seed,
        version: run.version,
        config_hash: run.config_hash,
        strategies_found: run.strategies_found,
        strategies_runnable: run.strategies_runnable,
        backtests: run.backtests,
        trials: run.trials,
        promoted: run.promoted,
        applied: run.applied,
        refused: run.refused,
        failed: run.failed,
        report_path: run.report_path,
        status: run.status,
        failure_message: run.failure_message,
    }
}

#[test]
fn runs_of_before_shards_are_read_with_nothing_in_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::new(dir.path());
    let stamp = |run: &str| Stamp { run_id: run.into(), timestamp: Micros(0) };
    lake.append(&stamp("a"), &[run_of_version_1(1)], &json!(null)).unwrap();
    lake.append(&stamp("b"), &[run(2)], &json!(null)).unwrap();
    let rows = lake.read::<Run>().unwrap();
    assert_eq!(rows[0].row, Run { shard_hits: None, shard_misses: None, ..run(1) });
    assert_eq!(rows[1].row, run(2));
    for file in lake.files::<Run>().unwrap() {
        assert_eq!(count_file::<Stamped<Run>>(&file.path).unwrap(), 1);
    }
    // The other way round it is another version's, and named.
    let error = lake.read::<RunOfVersion1>().unwrap_err().to_string();
    assert!(error.contains("table runs in schema version 2, this program reads version 1"), "{error}");
}

#[test]
fn a_column_that_came_later_may_be_null() {
    for (name, since) in Run::ADDED {
        let column = Run::columns().into_iter().find(|column| column.name == *name).unwrap();
        assert!(column.nullable && (2..=Run::VERSION).contains(since), "{name}");
    }
}
