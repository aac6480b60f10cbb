//! Files of every schema version there was (tests/schema), as they were written then. Those of the present version are
//! read as they are, older ones where they only lack columns that may be null; all others are refused by name, never
//! misread.

use super::*;
use crate::market::Series;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

/// Visits every table with rows of it and the first version of which there is a file.
trait Visit {
    fn table<R: Table + Clone + PartialEq + Debug>(&mut self, first: u32, rows: &[R]);

    /// The rows as one run of the lake has them.
    fn history<R: History + Clone + PartialEq + Debug>(&mut self, first: u32, rows: &[R]) {
        let stamped = |row: &R| Stamped { run_id: "r1".to_owned(), timestamp: Micros(1), row: row.clone() };
        self.table(first, &rows.iter().map(stamped).collect::<Vec<_>>());
    }

    fn both<R: History + Clone + PartialEq + Debug>(&mut self, first: u32, rows: &[R]) {
        self.table(first, rows);
        self.history(first, rows);
    }
}

/// A table whose version is raised keeps its line: the number says from where on files are kept.
fn every(visit: &mut impl Visit) {
    visit.table(1, &[StrategyRow::from(strategy("a")), StrategyRow::from(strategy("b'\"\n"))]);
    let range = SearchRange::Float { low: 1e-300, high: 1e300, step: None, log: true };
    visit.table(1, &[ParameterRow::from(parameter("a", Value::Float(-0.0), Some(range)))]);
    visit.table(1, &[FunctionRow { name: "f".into(), path: "p".into(), line: 7 }]);
    visit.table(1, &[scenario("bull/train/0")]);
    visit.both(1, &[backtest("a", "bull", f64::MIN), backtest("b", "historical:IBM", -0.0)]);
    visit.both(1, &[walk("a", 3), walk("b", 0)]);
    visit.both(1, &[window("a", 1, i64::MIN)]);
    visit.both(1, &[distribution("a", "bull", Some(-0.75)), distribution("a", "bear", None)]);
    visit.both(1, &[interval("a", "bootstrap", "run", Some(-0.5))]);
    visit.both(1, &[trial(0), trial(u32::MAX)]);
    visit.both(2, &[candidate("a", Decision::Promote, Some(0.2)), candidate("b", Decision::Keep, None)]);
    visit.both(2, &[change("1", ChangeDecision::Applied), change("2", ChangeDecision::DryRun)]);
    visit.both(1, &[run(1)]);
    visit.table(1, &[realism()]);
    visit.table(
        1,
        &[LedgerRow { strategy_name: "a".into(), iteration: 1, source_hash: "h".into(), trials: 50, tests: 1 }],
    );
    visit.table(
        1,
        &[RungRow {
            strategy_name: "a".into(),
            rung: crate::strategy::native::Rung::Compiled,
            native_runs: u64::MAX,
            replayed_runs: 1,
            witnessed_runs: 2,
            obstacle: None,
            file: None,
            line: None,
        }],
    );
    visit.both(
        1,
        &[Shadow {
            change_run: "r0".into(),
            strategy_name: "a".into(),
            bars: 3,
            log_e_old: -0.5,
            log_e_new: 0.25,
            log_threshold: 3.0,
            state: ShadowState::Watching,
            note: "goes on".into(),
        }],
    );
    visit.both(
        1,
        &[Placebo {
            strategy_name: "a".into(),
            source_hash: "h".into(),
            iteration: 1,
            names: 8,
            test_number: 1,
            paths: 40,
            redrawn: 10,
            difference: -0.0,
            margin: 0.05,
            p_value: Some(0.5),
            p_value_reason: None,
            alpha: 0.01,
            promoted: false,
            reason: "improvement".into(),
        }],
    );
    visit.table(1, &[curve("a", 0), curve("a", 1)]);
    visit.both(1, &[RecipeRow { ingredient: "engine".into(), name: String::new(), content: "cbt 0.1.0, 1".into() }]);
    visit.table(1, &[shard::ShardRow { table_name: "trials".into(), number: 0, cells: "[1,null]".into() }]);
    visit.table(
        1,
        &[PlannedShard {
            shard_id: "0123456789abcdef0123456789abcdef".into(),
            backtest_type: "standard".into(),
            strategy_name: "a".into(),
            market_scenario: "bull".into(),
            passing: false,
            known: true,
        }],
    );
    visit.table(1, &[EquityPoint { timestamp: Micros(i64::MIN), equity: -1.0, exposure: -0.1 }]);
    visit.table(
        1,
        &[TradeRow {
            entry_time: Micros(1),
            exit_time: Micros(2),
            side: TradeSide::Short,
            quantity: 1e-12,
            entry_price: 1.0,
            exit_price: 2.0,
            pnl: -1.0,
            costs: 0.1,
        }],
    );
}

/// `schema/latest/trials.v1.parquet`; tables of the lake, which have the run in front, in `history`.
fn file<R: Table>(version: u32) -> PathBuf {
    let kind = if R::columns()[0].name == "run_id" { "history" } else { "latest" };
    folder().join(kind).join(format!("{}.v{version}.parquet", R::NAME))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema")
}

fn provenance() -> serde_json::Value {
    json!({"program": "cbt 0.1.0", "seed": 42})
}

struct Read;

impl Visit for Read {
    fn table<R: Table + Clone + PartialEq + Debug>(&mut self, first: u32, rows: &[R]) {
        assert!(first <= R::VERSION, "{}: there was never a version {first}", R::NAME);
        for version in first..=R::VERSION {
            let path = file::<R>(version);
            let shown = path.display();
            assert!(path.is_file(), "{shown} is not there; {HOW}");
            match read_file::<R>(&path) {
                Ok(found) if version == R::VERSION => {
                    assert_eq!(format!("{:?}", found.rows), format!("{rows:?}"), "{shown}; {HOW}");
                    assert_eq!(found.provenance, provenance());
                }
                Ok(found) if R::ADDED.iter().any(|(_, since)| *since > version) => {
                    let old: Vec<_> = found.rows.iter().map(|row| cells(row, version)).collect();
                    assert_eq!(old, rows.iter().map(|row| cells(row, version)).collect::<Vec<_>>(), "{shown}; {HOW}");
                }
                Err(error) if version < R::VERSION => refused::<R>(&error, &path, version),
                other => panic!("{shown}: {:?}; {HOW}", other.map(|found| found.rows.len())),
            }
        }
    }
}

/// Of the columns that there were in `version`.
fn cells<R: Table>(row: &R, version: u32) -> Vec<String> {
    let mut cells = Vec::new();
    row.cells(&mut |scalar| cells.push(format!("{scalar:?}"))).unwrap();
    let younger = |name: &str| R::ADDED.iter().any(|(added, since)| *added == name && *since > version);
    R::columns().iter().zip(cells).filter(|(column, _)| !younger(column.name)).map(|(_, cell)| cell).collect()
}

const HOW: &str = "a table that changed has its version raised, and its file of the new version is written by \
    `cargo test --release --lib write_what_is_missing -- --ignored`";

/// File, version and what to do are named.
fn refused<R: Table>(error: &ArtifactError, path: &Path, found: u32) {
    let told = error.to_string();
    for part in [
        path.display().to_string(),
        format!("table {} in schema version {found}", R::NAME),
        format!("this program reads version {}", R::VERSION),
        format!("run `cbt {}` again", R::STAGE),
    ] {
        assert!(told.contains(&part), "{told} does not say: {part}");
    }
}

#[test]
fn files_of_every_version_are_read_or_refused_by_name() {
    every(&mut Read);
}

/// The table as a program to come would write it.
#[derive(Debug, Clone, PartialEq)]
struct Newer<R>(R);

impl<R: Table> Table for Newer<R> {
    const NAME: &'static str = R::NAME;
    const STAGE: &'static str = R::STAGE;
    const GRAIN: &'static str = R::GRAIN;
    const VERSION: u32 = R::VERSION + 1;

    fn key() -> Vec<&'static str> {
        R::key()
    }

    fn columns() -> Vec<Column> {
        R::columns()
    }

    fn cells<'a>(&'a self, each: &mut dyn FnMut(Scalar<'a>)) -> Result<(), RowFault> {
        self.0.cells(each)
    }

    fn from_cells<'a>(next: &mut dyn FnMut() -> Scalar<'a>) -> Result<Self, RowFault> {
        R::from_cells(next).map(Self)
    }

    fn check(&self) -> Result<(), String> {
        self.0.check()
    }
}

struct RefuseNewer(PathBuf);

impl Visit for RefuseNewer {
    fn table<R: Table + Clone + PartialEq + Debug>(&mut self, _: u32, rows: &[R]) {
        let path = self.0.join(format!("{}.parquet", R::NAME));
        let newer: Vec<_> = rows.iter().cloned().map(Newer).collect();
        write_file(&path, &newer, &provenance()).unwrap();
        refused::<R>(&read_file::<R>(&path).unwrap_err(), &path, R::VERSION + 1);
        refused::<R>(&count_file::<R>(&path).unwrap_err(), &path, R::VERSION + 1);
        // What only looks like the present version is not read either.
        assert_eq!(read_file::<Newer<R>>(&path).unwrap().rows, newer);
    }
}

#[test]
fn newer_versions_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    every(&mut RefuseNewer(dir.path().to_path_buf()));
}

#[derive(Default)]
struct Names {
    tables: BTreeSet<String>,
    histories: usize,
}

impl Visit for Names {
    fn table<R: Table + Clone + PartialEq + Debug>(&mut self, _: u32, _: &[R]) {
        self.tables.insert(R::NAME.to_owned());
    }

    fn history<R: History + Clone + PartialEq + Debug>(&mut self, _: u32, _: &[R]) {
        self.histories += 1;
    }
}

#[test]
fn no_table_is_left_out() {
    let mut names = Names::default();
    every(&mut names);
    let (mut declared, mut histories) = (BTreeSet::new(), 0);
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/artifact");
    for entry in fs::read_dir(sources).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
        histories += text.matches("\nimpl History for ").count();
        // A table's own name stands four spaces deep.
        let named = text.lines().filter_map(|line| line.strip_prefix("    name: \"")?.strip_suffix("\","));
        if text.contains("\ntable! {") {
            declared.extend(named.map(str::to_owned));
        }
    }
    assert_eq!(names.tables, declared);
    assert_eq!(names.histories, histories);
}

fn bars() -> Vec<Series> {
    let series = |name: &str, first: f64| Series {
        name: name.to_owned(),
        periods_per_year: 252.0,
        timestamp: (0..3).map(|day| day * 86_400_000_000).collect(),
        open: vec![first; 3],
        high: vec![first + 1.0; 3],
        low: vec![first - 1.0; 3],
        close: vec![first + 0.5; 3],
        volume: vec![0.0; 3],
    };
    vec![series("bull/train/0", 100.0), series("historical:IBM", 80.25)]
}

/// The bars of all markets have a form of their own.
#[test]
fn bars_of_the_first_version_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let kept = folder().join("latest/market_bars.v1.parquet");
    fs::copy(&kept, market_bars::path(dir.path())).unwrap_or_else(|error| panic!("{}: {error}; {HOW}", kept.display()));
    assert_eq!(MarketBars::open(dir.path()).unwrap().read_all().unwrap(), bars());
}

struct Write;

impl Visit for Write {
    fn table<R: Table + Clone + PartialEq + Debug>(&mut self, _: u32, rows: &[R]) {
        let path = file::<R>(R::VERSION);
        if !path.exists() {
            write_file(&path, rows, &provenance()).unwrap();
            println!("{}", path.display());
        }
    }
}

#[test]
#[ignore = "writes into tests/schema"]
fn write_what_is_missing() {
    every(&mut Write);
    let kept = folder().join("latest/market_bars.v1.parquet");
    if !kept.exists() {
        let dir = tempfile::tempdir().unwrap();
        let written = market_bars::write(dir.path(), &bars(), &provenance()).unwrap();
        fs::copy(written, kept).unwrap();
    }
}
