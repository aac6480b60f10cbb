//! Publishing and reading on small lakes; `readers` holds the file open meanwhile, `volume` fills it.

mod readers;
mod volume;

use super::*;
use crate::artifact::tests as sample;
use crate::artifact::{
    self, ArtifactError, Badge, Candidate, Change, ChangeDecision, Decision, Lake, Micros, ParameterRow, RunOutcome,
    Stamp, StrategyRow,
};
use crate::strategy::Value;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// 2024-01-01T00:00:00Z
const START: i64 = 1_704_067_200_000_000;
const DAY: i64 = 86_400_000_000;

fn stamp(run: &str, day: i64) -> Stamp {
    Stamp { run_id: run.into(), timestamp: Micros(START + day * DAY) }
}

fn target(dir: &Path) -> PathBuf {
    dir.join("continuous_training.duckdb")
}

/// Two runs of three strategies on two scenarios and one historical market.
fn fill(dir: &Path) -> Result<(), ArtifactError> {
    let lake = Lake::new(dir);
    let nothing = json!(null);
    artifact::write(
        dir,
        &[StrategyRow::from(sample::strategy("it's")), StrategyRow::from(sample::strategy("b"))],
        &nothing,
    )?;
    artifact::write(dir, &[ParameterRow::from(sample::parameter("fast", Value::Int(20), None))], &nothing)?;
    artifact::write(dir, &[sample::scenario("bull/train/0")], &nothing)?;
    artifact::write(dir, &[sample::realism()], &nothing)?;
    for (run, day, lift) in [("r1", 0, 0.0), ("r2", 30, 1.0)] {
        let mut rows = Vec::new();
        for (strategy, sharpe) in [("alpha", 0.5), ("beta", 0.25)] {
            rows.push(sample::backtest(strategy, "bull", sharpe + lift));
            rows.push(sample::backtest(strategy, "bear", sharpe + lift - 0.5));
            rows.push(sample::backtest(strategy, "historical:IBM", sharpe + lift + 0.75));
            let mut variation = sample::backtest(strategy, "bull", 99.0);
            variation.is_current = false;
            variation.variation = 1;
            variation.span = "last_year".into();
            rows.push(variation);
        }
        let mut cheat = sample::backtest("cheat", "bull", 1.0);
        cheat.outcome = RunOutcome::LooksAhead;
        cheat.failure_kind = Some("looks_ahead".into());
        cheat.failure_message = Some("bar 17".into());
        for (value, reason) in [
            (&mut cheat.sharpe_ratio, &mut cheat.sharpe_ratio_reason),
            (&mut cheat.total_return, &mut cheat.total_return_reason),
            (&mut cheat.final_equity, &mut cheat.final_equity_reason),
        ] {
            *value = None;
            *reason = Some("looks_ahead".into());
        }
        rows.push(cheat);
        lake.append(&stamp(run, day), &rows, &nothing)?;
        lake.append(&stamp(run, day), &[sample::trial(0), sample::trial(1)], &nothing)?;
        lake.append(&stamp(run, day), &[sample::run(1)], &nothing)?;
    }
    let decisions: [Candidate; 2] =
        [sample::candidate("alpha", Decision::Promote, Some(0.2)), sample::candidate("beta", Decision::Keep, None)];
    lake.append(&stamp("r2", 30), &decisions, &nothing)?;
    let mut applied = sample::change("1", ChangeDecision::Applied);
    applied.strategy_name = "alpha".into();
    let mut refused: Change = sample::change("2", ChangeDecision::Refused);
    refused.strategy_name = "gamma".into();
    lake.append(&stamp("r2", 30), &[applied, refused], &nothing)?;
    Ok(())
}

/// A third run of `alpha`, under the other three backtest types.
fn fill_types(dir: &Path) -> Result<(), ArtifactError> {
    let lake = Lake::new(dir);
    let (run, nothing) = (stamp("r3", 31), json!(null));
    let rows = ["walk_forward", "monte_carlo", "bootstrap"].map(|kind| {
        let mut row = sample::backtest("alpha", "historical:IBM", 0.5);
        row.backtest_type = kind.into();
        row
    });
    lake.append(&run, &rows, &nothing)?;
    lake.append(&run, &[sample::walk("alpha", 3)], &nothing)?;
    let windows = [(1, 20), (2, 40), (3, 20)].map(|(number, slow)| sample::window("alpha", number, slow));
    lake.append(&run, &windows, &nothing)?;
    let fans =
        [("bull", -0.75), ("bear", -1.0)].map(|(scenario, q05)| sample::distribution("alpha", scenario, Some(q05)));
    lake.append(&run, &fans, &nothing)?;
    let intervals = [
        sample::interval("alpha", "walk_forward", "rolling", Some(-0.25)),
        sample::interval("alpha", "bootstrap", "run", None),
    ];
    lake.append(&run, &intervals, &nothing)?;
    Ok(())
}

fn published(dir: &Path) -> Store {
    publish(dir, &target(dir)).unwrap();
    Store::open_read_only(&target(dir)).unwrap()
}

fn one(store: &Store, sql: &str) -> serde_json::Value {
    let answer = store.query(sql, 10).unwrap();
    assert_eq!((answer.rows.len(), answer.columns.len()), (1, 1), "{sql}");
    answer.rows[0][0].clone()
}

#[test]
fn an_empty_lake_gives_an_empty_store() {
    let dir = tempfile::tempdir().unwrap();
    let error = Store::open_read_only(&target(dir.path())).err().unwrap().to_string();
    assert!(error.ends_with("continuous_training.duckdb is not there; run `cbt iterate` first"), "{error}");
    let store = published(dir.path());
    assert!(store.leaderboard(9).unwrap().is_empty());
    assert!(store.scenario_summary(9).unwrap().is_empty());
    assert!(store.optimization_impact(9).unwrap().is_empty());
    assert!(store.recent_activity(9).unwrap().is_empty());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "one file, no log, nothing hidden");
}

#[test]
fn runs_of_an_earlier_version_arrive_among_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::new(dir.path());
    lake.append(&stamp("a", 0), &[sample::versions::run_of_version_1(1)], &json!(null)).unwrap();
    let only_old = published(dir.path());
    assert_eq!(one(&only_old, "SELECT count(*) FROM runs WHERE shard_hits IS NULL"), json!(1));
    lake.append(&stamp("b", 1), &[sample::run(2)], &json!(null)).unwrap();
    lake.append(&stamp("c", 2), &[sample::versions::run_of_version_1(3)], &json!(null)).unwrap();
    let both = published(dir.path());
    assert_eq!(
        one(&both, "SELECT string_agg(coalesce(shard_hits::VARCHAR, '-'), ',' ORDER BY iteration) FROM runs"),
        json!("-,3,-")
    );
    // And from nothing, all at once.
    fs::remove_file(target(dir.path())).unwrap();
    let anew = published(dir.path());
    assert_eq!(
        one(&anew, "SELECT string_agg(coalesce(shard_hits::VARCHAR, '-'), ',' ORDER BY iteration) FROM runs"),
        json!("-,3,-")
    );
}

#[test]
fn every_row_arrives() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let answer = publish(dir.path(), &target(dir.path())).unwrap();
    let expected = [
        ("strategies", 2),
        ("parameters", 1),
        ("scenarios", 1),
        ("backtest_results", 18),
        ("walk_forward", 0),
        ("walk_forward_windows", 0),
        ("distributions", 0),
        ("intervals", 0),
        ("equity_curves", 0),
        ("trials", 4),
        ("optimization_history", 2),
        ("changes", 2),
        ("runs", 2),
        ("realism", 1),
        ("ledger", 0),
        ("shadow_history", 0),
        ("placebo_history", 0),
    ];
    assert_eq!(answer.rows, expected);
    assert_eq!(answer.total_rows(), 33);
    assert_eq!(answer.bytes, fs::metadata(target(dir.path())).unwrap().len());
    let store = Store::open_read_only(&target(dir.path())).unwrap();
    for (table, rows) in expected {
        assert_eq!(one(&store, &format!("SELECT count(*) FROM {table}")), json!(rows), "{table}");
    }
    // Extremes and hostile text come through as they are.
    assert_eq!(one(&store, "SELECT DISTINCT seed FROM trials"), json!(u64::MAX));
    assert_eq!(one(&store, "SELECT DISTINCT calmar_ratio FROM backtest_results"), json!(f64::MAX));
    assert_eq!(one(&store, "SELECT DISTINCT cagr FROM backtest_results"), json!(5e-324));
    assert_eq!(one(&store, "SELECT DISTINCT reason FROM strategies"), json!("'; DROP TABLE strategies; --"));
    assert_eq!(one(&store, "SELECT DISTINCT class_name FROM strategies"), json!("Momentum\u{0}Trader"));
    assert_eq!(one(&store, "SELECT DISTINCT (parameters->>'slow')::BIGINT FROM backtest_results"), json!(i64::MAX));
    assert_eq!(one(&store, "SELECT min(timestamp) FROM backtest_results"), json!("2024-01-01T00:00:00Z"));
}

#[test]
fn the_schema_is_that_of_the_parquet_files() {
    let dir = tempfile::tempdir().unwrap();
    let store = published(dir.path());
    for source in source::all(dir.path()).unwrap() {
        let sql = format!(
            "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE table_name = '{}'",
            source.table
        );
        let found = store.query(&sql, 999).unwrap().rows;
        let expected: Vec<_> = source
            .columns
            .iter()
            .map(|column| {
                use crate::artifact::Kind;
                let data_type = match column.kind {
                    Kind::Bool => "BOOLEAN",
                    Kind::Int => "BIGINT",
                    Kind::Unsigned => "UBIGINT",
                    Kind::Real => "DOUBLE",
                    Kind::Text => "VARCHAR",
                    Kind::Json => "JSON",
                    Kind::Micros => "TIMESTAMP",
                };
                vec![json!(column.name), json!(data_type), json!(column.nullable), json!(column.doc)]
            })
            .collect();
        assert_eq!(found, expected, "{}", source.table);
        let grain = format!("SELECT comment FROM duckdb_tables() WHERE table_name = '{}'", source.table);
        assert_eq!(one(&store, &grain), json!(source.grain));
    }
}

#[test]
fn the_leaderboard_is_the_latest_runs_current_parameters() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let rows = published(dir.path()).leaderboard(10).unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|row| {
            let names = (row.rank, row.strategy_name.as_str(), row.run_id.as_str());
            (names, (row.sharpe_ratio, row.sharpe_simulated, row.sharpe_real), (row.markets, row.markets_defined))
        })
        .collect();
    // alpha: (1.5 + 1.0 + 2.25) / 3; beta a quarter less.
    let third = 4.75 / 3.0;
    assert_eq!(
        seen,
        [
            ((Some(1), "alpha", "r2"), (Some(third), Some(1.25), Some(2.25)), (3, 3)),
            ((Some(2), "beta", "r2"), (Some(4.0 / 3.0), Some(1.0), Some(2.0)), (3, 3)),
            ((None, "cheat", "r2"), (None, None, None), (1, 0)),
        ]
    );
    assert_eq!((rows[0].max_drawdown, rows[0].total_trades, rows[0].win_rate), (Some(-1.0), 36, Some(0.5)));
    assert_eq!(rows[0].timestamp, Micros(START + 30 * DAY));
    assert!(rows[0].parameters.contains("\"slow\":9223372036854775807"));
    assert_eq!(rows[2].markets_ok, 0);
}

#[test]
fn the_other_views_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let store = published(dir.path());
    let summary = store.scenario_summary(10).unwrap();
    let names: Vec<_> = summary.iter().map(|row| (row.market_scenario.as_str(), row.badge.as_str())).collect();
    assert_eq!(names, [("bear", "SIM"), ("bull", "SIM"), ("historical:IBM", "REAL")]);
    let bull = &summary[1];
    assert_eq!((bull.strategies, bull.strategies_ok, bull.strategies_defined), (3, 2, 2));
    assert_eq!((bull.sharpe_ratio, bull.best_sharpe, bull.worst_sharpe), (Some(1.375), Some(1.5), Some(1.25)));
    assert_eq!((bull.best_strategy.as_deref(), bull.worst_strategy.as_deref()), (Some("alpha"), Some("beta")));

    let impact = store.optimization_impact(10).unwrap();
    let seen: Vec<_> = impact
        .iter()
        .map(|row| (row.strategy_name.as_str(), row.challengers, row.promoted, row.applied, row.refused))
        .collect();
    assert_eq!(seen, [("alpha", 1, 1, 1, 0), ("beta", 1, 0, 0, 0), ("gamma", 0, 0, 0, 1)]);
    assert_eq!(impact[0].mean_promoted_improvement, Some(0.2));
    assert_eq!((impact[0].sharpe_first, impact[0].sharpe_latest), (Some(1.75 / 3.0), Some(4.75 / 3.0)));
    assert_eq!((impact[2].sharpe_first, impact[2].last_promoted), (None, None));

    // The run of 30 days before the newest event is not recent; how long ago the newest was does not matter.
    let events = store.recent_activity(10).unwrap();
    let seen: Vec<_> = events.iter().map(|row| (row.kind.as_str(), row.decision.as_str())).collect();
    assert_eq!(
        seen,
        [
            ("run", "complete"),
            ("challenge", "promote"),
            ("challenge", "keep"),
            ("change", "applied"),
            ("change", "refused")
        ]
    );
    assert_eq!(events[3].summary, "alpha.fast: 20 -> {\"code\":\"Mode.FAST\"} (because)");
}

#[test]
fn the_views_of_the_types_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    fill_types(dir.path()).unwrap();
    let store = published(dir.path());
    let rows = |sql: &str| json!(store.query(sql, 10).unwrap().rows);
    let sql = "SELECT strategy_name, badge, sharpe_low, sharpe_high, sharpe_efficiency FROM walk_forward_summary";
    assert_eq!(rows(sql), json!([["alpha", "REAL-OOS", -0.25, 0.75, 0.75]]));
    let sql = "SELECT parameter, windows, different_values, chosen FROM parameter_drift";
    assert_eq!(rows(sql), json!([["slow", 3, 2, "[20, 40, 20]"]]));
    // The worst market first.
    let sql = "SELECT market_scenario, q05, q50 FROM risk_fans";
    assert_eq!(rows(sql), json!([["bear", -1.0, -0.75], ["bull", -0.75, -0.5]]));
    let sql = "SELECT backtest_type, low, reason FROM confidence_intervals";
    assert_eq!(rows(sql), json!([["bootstrap", null, "not_enough_data"], ["walk_forward", -0.25, null]]));
}

#[test]
fn every_view_has_a_grain_and_an_example_that_runs() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    fill_types(dir.path()).unwrap();
    let store = published(dir.path());
    for view in VIEWS {
        let sql = format!("SELECT comment FROM duckdb_views() WHERE view_name = '{}'", view.name);
        let comment = one(&store, &sql).as_str().unwrap().to_owned();
        assert!(comment.starts_with("One "), "{comment}");
        let example = view.example().unwrap();
        assert!(comment.ends_with(&format!("Example: {example}")), "{comment}");
        let answer = store.query(&example, 100).unwrap();
        assert!(!answer.rows.is_empty(), "{example}");
    }
    assert_eq!(one(&store, "SELECT count(*) FROM duckdb_views() WHERE NOT internal"), json!(VIEWS.len()));
}

#[test]
fn a_stale_log_does_not_lock_the_new_file_out() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let file = target(dir.path());
    publish(dir.path(), &file).unwrap();
    // Somebody opened the published file for writing and was killed.
    let copy = dir.path().join("copy.duckdb");
    fs::copy(&file, &copy).unwrap();
    let writer = duckdb::Connection::open(&copy).unwrap();
    writer.execute_batch("SET checkpoint_threshold = '1TB'; CREATE TABLE mine AS SELECT 1").unwrap();
    let log = dir.path().join("continuous_training.duckdb.wal");
    fs::copy(dir.path().join("copy.duckdb.wal"), &log).unwrap();
    assert!(fs::metadata(&log).unwrap().len() > 0);
    drop(writer);

    Lake::new(dir.path()).append(&stamp("r3", 31), &[sample::run(2)], &json!(null)).unwrap();
    publish(dir.path(), &file).unwrap();
    assert!(!log.exists());
    assert_eq!(one(&Store::open_read_only(&file).unwrap(), "SELECT count(*) FROM runs"), json!(3));
}

#[test]
fn retention_removes_rows_and_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::new(dir.path());
    for day in 0..20 {
        let rows: Vec<_> = (0..2500_u32)
            .map(|at| {
                sample::backtest(&format!("{day} {at} {}", blake3::hash(&at.to_le_bytes())), "bull", f64::from(at))
            })
            .collect();
        lake.append(&stamp(&format!("r{day}"), day), &rows, &json!(null)).unwrap();
    }
    let before = publish(dir.path(), &target(dir.path())).unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2024, 1, 20).unwrap();
    assert_eq!(lake.retain::<artifact::Backtest>(today, 4).unwrap().days, 15);
    let after = publish(dir.path(), &target(dir.path())).unwrap();
    assert_eq!((before.total_rows(), after.total_rows()), (50_000, 12_500));
    assert!(after.bytes * 2 < before.bytes, "{} -> {}", before.bytes, after.bytes);
    let store = Store::open_read_only(&target(dir.path())).unwrap();
    assert_eq!(one(&store, "SELECT min(timestamp) FROM backtest_results"), json!("2024-01-16T00:00:00Z"));
}

/// What the tables hold, whichever way they were loaded.
fn content(dir: &Path) -> Vec<serde_json::Value> {
    let store = Store::open_read_only(&target(dir)).unwrap();
    let tables = source::all(dir).unwrap().into_iter().map(|source| source.table).chain(["latest_runs", "standings"]);
    tables
        .map(|table| json!(store.query(&format!("SELECT * FROM {table} ORDER BY ALL"), 100_000).unwrap().rows))
        .collect()
}

#[test]
fn a_store_that_grows_is_the_store_built_from_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let file = target(dir.path());
    publish(dir.path(), &file).unwrap();
    let lake = Lake::new(dir.path());
    for run in 0..3 {
        let stamp = stamp(&format!("x{run}"), 40 + run);
        let rows: Vec<_> = (0..9).map(|at| sample::backtest(&format!("s{at} {run}"), "bull", 1.0)).collect();
        lake.append(&stamp, &rows, &json!(null)).unwrap();
        lake.append(&stamp, &[sample::run(1)], &json!(null)).unwrap();
        // The latest artifacts are replaced, not added to.
        let strategies: Vec<_> =
            (0..=run).map(|at| StrategyRow::from(sample::strategy(&format!("only {at}")))).collect();
        artifact::write(dir.path(), &strategies, &json!(null)).unwrap();
        publish(dir.path(), &file).unwrap();
        let grown = content(dir.path());
        fs::remove_file(&file).unwrap();
        publish(dir.path(), &file).unwrap();
        assert_eq!(content(dir.path()), grown);
    }
    // An artifact that went, and one whose bytes are others now.
    fs::remove_file(artifact::path::<StrategyRow>(dir.path())).unwrap();
    publish(dir.path(), &file).unwrap();
    let store = Store::open_read_only(&file).unwrap();
    assert_eq!(one(&store, "SELECT count(*) FROM strategies"), json!(0));
    lake.append(&stamp("x2", 42), &[sample::backtest("another", "bull", 1.0)], &json!(null)).unwrap();
    publish(dir.path(), &file).unwrap();
    let store = Store::open_read_only(&file).unwrap();
    assert_eq!(one(&store, "SELECT count(*) FROM backtest_results WHERE run_id = 'x2'"), json!(1));
    assert_eq!(one(&store, "SELECT count(*) FROM loaded_files WHERE path LIKE '%x2%'"), json!(2));
}

#[test]
fn what_was_loaded_is_not_read_again_and_a_broken_store_is_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let file = target(dir.path());
    let first = publish(dir.path(), &file).unwrap();
    // Bytes that changed under the same size and time: nobody reads them, the store has the rows already.
    let victim = dir.path().join("backtest_results/day=2024-01-01/run=r1.parquet");
    let time = fs::metadata(&victim).unwrap().modified().unwrap();
    let mut bytes = fs::read(&victim).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    fs::write(&victim, &bytes).unwrap();
    fs::File::options().write(true).open(&victim).unwrap().set_modified(time).unwrap();
    Lake::new(dir.path()).append(&stamp("r3", 31), &[sample::run(2)], &json!(null)).unwrap();
    assert_eq!(publish(dir.path(), &file).unwrap().total_rows(), first.total_rows() + 1);
    // Building from nothing does.
    fs::write(&file, "not a database").unwrap();
    let error = publish(dir.path(), &file).unwrap_err().to_string();
    assert!(error.contains("run=r1.parquet (table backtest_results) is damaged"), "{error}");
    bytes[middle] ^= 16;
    fs::write(&victim, &bytes).unwrap();
    assert_eq!(publish(dir.path(), &file).unwrap().total_rows(), first.total_rows() + 1);
}

#[test]
fn bad_parquet_stops_the_publishing_and_the_old_store_stays() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let file = target(dir.path());
    publish(dir.path(), &file).unwrap();
    let sound = fs::read(&file).unwrap();
    let victim = dir.path().join("backtest_results/day=2024-01-01/run=r1.parquet");
    let mut bytes = fs::read(&victim).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    fs::write(&victim, &bytes).unwrap();
    let error = publish(dir.path(), &file).unwrap_err().to_string();
    assert!(error.contains("run=r1.parquet (table backtest_results) is damaged"), "{error}");
    fs::copy(dir.path().join("scenarios.parquet"), &victim).unwrap();
    let error = publish(dir.path(), &file).unwrap_err().to_string();
    assert!(error.contains("holds the table scenarios, not backtest_results"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), sound);
    let hidden = fs::read_dir(dir.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0);

    fs::write(&file, "not a database").unwrap();
    let error = Store::open_read_only(&file).err().unwrap().to_string();
    assert!(error.contains("cannot be opened") && error.contains("publishes it again"), "{error}");
}

#[test]
fn folders_with_hostile_names() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["it's", "a[b]c", "star*", "day=1999-01-01", "ü λ"] {
        let data = dir.path().join(name);
        fill(&data).unwrap();
        let answer = publish(&data, &target(&data)).unwrap();
        assert_eq!(answer.total_rows(), 33, "{name}");
    }
    let odd = dir.path().join("what?");
    fill(&odd).unwrap();
    assert!(publish(&odd, &target(&odd)).unwrap_err().to_string().contains("question mark"));
    // The store may stand elsewhere; the Parquet files may not mind.
    assert_eq!(publish(&odd, &target(dir.path())).unwrap().total_rows(), 33);
}

#[test]
fn anybodys_sql() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    let store = published(dir.path());
    let answer = store
        .query(
            "SELECT true AS b, 1::TINYINT AS i, 170141183460469231731687303715884105727::HUGEINT AS h, \
             1.50::DECIMAL(9,2) AS d, \
             'nan'::DOUBLE AS n, DATE '2024-02-29' AS day, TIME '12:30:00.5' AS t, \
             TIMESTAMP '2024-01-01 00:00:01' AS ts, INTERVAL 2 DAYS AS iv, [1, NULL] AS l, {'a': 1, 'b': 'x'} AS s, \
             MAP {'k': 2} AS m, NULL AS z, 'é' AS \"x y\", '\\xAA'::BLOB AS bl, sum(1) AS total",
            5,
        )
        .unwrap();
    let row = &answer.rows[0];
    assert_eq!(answer.columns[13], "x y");
    let expected = json!([
        true, 1, "170141183460469231731687303715884105727", "1.50", "NaN", "2024-02-29", "12:30:00.500",
        "2024-01-01T00:00:01Z", "0 months 2 days 0 us", [1, null], {"a": 1, "b": "x"}, {"k": 2}, null, "é", "\\xAA", 1
    ]);
    assert_eq!(json!(row), expected);

    let cut = store.query("SELECT range FROM range(100)", 7).unwrap();
    assert_eq!((cut.rows.len(), cut.cut), (7, true));
    let whole = store.query("SELECT range FROM range(7)", 7).unwrap();
    assert_eq!((whole.rows.len(), whole.cut), (7, false));
    assert_eq!(store.query("DESCRIBE runs", 3).unwrap().rows[0][0], json!("run_id"));

    let refused = |sql: &str| store.query(sql, 5).unwrap_err().to_string();
    assert!(refused("SELECT nothing FROM runs").contains("nothing"));
    assert!(refused("SELEC 1").contains("syntax error"));
    assert!(!refused("").is_empty());
    assert!(refused("DELETE FROM runs").contains("read-only"));
    let outside = dir.path().join("out.csv");
    assert!(refused(&format!("COPY runs TO '{}'", outside.display())).contains("disabled"));
    assert!(!outside.exists());
    assert!(refused("SELECT * FROM read_csv('/etc/hostname')").contains("disabled"));
    let badge = serde_json::to_value(Badge::Sim).unwrap();
    assert_eq!(one(&store, "SELECT DISTINCT badge FROM backtest_results WHERE market_scenario = 'bull'"), badge);
}

const LIMITS: Limits = Limits { rows: 3, memory: "256MB", threads: 1 };

#[test]
fn every_question_of_the_store_has_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    fill_types(dir.path()).unwrap();
    let store = published(dir.path());
    for question in questions::ALL {
        let of = question.sql.contains('?').then_some("alpha");
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = store.ask(*question, of).unwrap();
        // The samples name other strategies' parameters and places.
        let known = rows.is_empty() || rows.iter().all(|row| !row.is_empty());
        assert!(known, "{question:?}");
    }
    let rows = |question, of| -> Vec<serde_json::Map<String, serde_json::Value>> { store.ask(question, of).unwrap() };
    let totals = &rows(questions::TOTALS, None)[0];
    // Two runs of two strategies on three markets with so many paths each, and the third run's three.
    let paths = u64::from(sample::backtest("alpha", "bull", 1.0).paths);
    assert_eq!(totals["backtests"], json!((2 * 2 * 3 + 3) * paths));
    assert_eq!((&totals["trials"], &totals["promoted"], &totals["applied"]), (&json!(4), &json!(1), &json!(1)));
    let averages = rows(questions::AVERAGES, None);
    let standard = averages.iter().find(|row| row["backtest_type"] == "standard" && row["badge"] == "SIM").unwrap();
    // Of alpha 1.5 and 1.0, of beta 1.25 and 0.75; the cheat did not end ok.
    assert_eq!((&standard["strategies"], &standard["sharpe_ratio"]), (&json!(2), &json!(1.125)));
    assert_eq!(rows(questions::CHANGES, Some("alpha")).len(), 1);
    assert_eq!(rows(questions::CHANGES, Some("' OR 1 = 1 --")).len(), 0);
    assert!(!rows(questions::CONDITIONS, Some("alpha")).is_empty());
    assert!(!rows(questions::INTERVALS, Some("alpha")).is_empty());
}

#[test]
fn the_store_of_another_version_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    drop(published(dir.path()));
    let connection = duckdb::Connection::open(target(dir.path())).unwrap();
    connection
        .execute_batch("DROP VIEW totals; DROP VIEW leaderboard; UPDATE loaded_files SET layout = 'before'")
        .unwrap();
    drop(connection);
    let store = Store::open_read_only(&target(dir.path())).unwrap();
    let asked = store.ask::<serde_json::Value>(questions::TOTALS, None).unwrap_err();
    for error in [asked, store.leaderboard(9).unwrap_err()] {
        let error = error.to_string();
        assert!(error.contains("was published by another version") && error.contains("run `cbt iterate`"), "{error}");
    }
    let theirs = store.query("SELECT * FROM totals", 9).unwrap_err().to_string();
    assert!(theirs.contains("totals"), "somebody's own SQL has DuckDB's own words: {theirs}");
    drop(published(dir.path()));
    assert_eq!(Store::open_read_only(&target(dir.path())).unwrap().leaderboard(9).unwrap().len(), 3);
}

#[test]
fn only_one_statement_that_reads_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    published(dir.path());
    let store = Store::open_guarded(&target(dir.path()), &LIMITS).unwrap();
    for sql in [
        "SELECT 1",
        "SELECT 1;",
        "SELECT 1 -- one",
        "SELECT 1; -- one",
        "/* a */ WITH a AS (SELECT 1) SELECT * FROM a",
        "FROM leaderboard",
        "DESCRIBE runs",
        "SHOW TABLES",
        "SUMMARIZE runs",
        "VALUES (1)",
    ] {
        let answer = store.answer(sql, &LIMITS).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert!((1..=3).contains(&answer.rows.len()), "{sql}: {answer:?}");
    }
    let answer = store.answer("SELECT * FROM range(100000000000)", &LIMITS).unwrap();
    assert_eq!((answer.rows.len(), answer.cut), (3, true));
    for sql in [
        "",
        "  ; ",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE runs",
        "'; DROP TABLE runs; --",
        "DROP TABLE runs",
        "CREATE TABLE t (i INTEGER)",
        "INSERT INTO runs SELECT * FROM runs",
        "COPY runs TO '/tmp/runs.csv'",
        "ATTACH ':memory:' AS m",
        "SET lock_configuration = false",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "INSTALL httpfs",
        "LOAD json",
        "EXPLAIN ANALYZE SELECT 1",
        "CHECKPOINT",
        "EXPORT DATABASE '/tmp/x'",
        "SELECT 1\0",
    ] {
        let error = store.answer(sql, &LIMITS).unwrap_err();
        assert!(matches!(error, ResultsError::NotAQuestion { .. } | ResultsError::Sql { .. }), "{sql}: {error:?}");
    }
    for sql in [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_parquet('*.parquet')",
    ] {
        assert!(matches!(store.answer(sql, &LIMITS), Err(ResultsError::Sql { .. })), "{sql}");
    }
}

#[test]
fn a_statement_that_takes_too_long_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path()).unwrap();
    published(dir.path());
    let store = Store::open_guarded(&target(dir.path()), &LIMITS).unwrap();
    let interrupt = store.interrupt();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(std::time::Duration::from_millis(50));
                interrupt.now();
            }
        });
        let sql = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7";
        let error = store.answer(sql, &LIMITS).unwrap_err();
        done.store(true, Ordering::Relaxed);
        assert!(error.to_string().to_lowercase().contains("interrupt"), "{error}");
    });
    assert_eq!(store.answer("SELECT 1", &LIMITS).unwrap().rows, [[json!(1)]]);
}
