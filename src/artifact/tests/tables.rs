//! Round trips with extreme values, and every refusal.

use super::*;
use crate::discovery::FunctionCandidate;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

fn round_trip<R: Table + PartialEq + Debug>(rows: &[R]) {
    let dir = tempfile::tempdir().unwrap();
    let provenance = json!({"run": "r1", "seed": 7});
    let file = write(dir.path(), rows, &provenance).unwrap();
    assert_eq!(file.file_name().unwrap().to_str().unwrap(), format!("{}.parquet", R::NAME));
    let back = read_artifact::<R>(dir.path()).unwrap();
    assert_eq!(back, Artifact { rows: read::<R>(dir.path()).unwrap(), provenance: provenance.clone() });
    assert_eq!(format!("{:?}", back.rows), format!("{rows:?}"), "-0.0 and 0.0 differ here");
    let first = fs::read(&file).unwrap();
    write(dir.path(), rows, &provenance).unwrap();
    assert_eq!(fs::read(&file).unwrap(), first, "equal rows, equal bytes");
    assert_eq!(count_file::<R>(&file).unwrap(), rows.len());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing hidden stays");
}

#[test]
fn every_table_comes_back_as_it_went() {
    round_trip(&[StrategyRow::from(strategy("a")), StrategyRow::from(strategy("b'\"\n"))]);
    round_trip(&[FunctionRow { name: "f".into(), path: "p".into(), line: 0 }]);
    round_trip(&[scenario("bull/train/0"), scenario("bull/train/1")]);
    round_trip(&[backtest("a", "bull", f64::MIN), backtest("b", "historical:IBM", -0.0)]);
    round_trip(&[trial(0), trial(u32::MAX)]);
    round_trip(&[walk("a", 3), walk("b", 0)]);
    round_trip(&[window("a", 1, i64::MIN), window("a", 2, i64::MAX)]);
    round_trip(&[distribution("a", "bull", Some(-0.75)), distribution("a", "bear", None)]);
    round_trip(&[interval("a", "bootstrap", "run", Some(-0.5)), interval("a", "walk_forward", "rolling", None)]);
    round_trip(&[curve("a", 0), curve("a", 1), curve("b", u32::MAX / 4)]);
    round_trip(&[candidate("a", Decision::Promote, Some(0.2)), candidate("b", Decision::Keep, None)]);
    round_trip(&[change("1", ChangeDecision::Applied), change("2", ChangeDecision::DryRun)]);
    round_trip(&[run(1)]);
    let ledger = LedgerRow { strategy_name: "a".into(), iteration: 1, source_hash: "h".into(), trials: 50, tests: 1 };
    round_trip(&[ledger]);
    round_trip(&[EquityPoint { timestamp: Micros(i64::MIN), equity: -1.0, exposure: -0.1 }]);
    round_trip(&[TradeRow {
        entry_time: Micros(1),
        exit_time: Micros(2),
        side: TradeSide::Short,
        quantity: 1e-12,
        entry_price: 1.0,
        exit_price: 2.0,
        pnl: -1.0,
        costs: 0.1,
    }]);
    round_trip::<Backtest>(&[]);
}

#[test]
fn what_discovery_found_comes_back_whole() {
    let found = [
        strategy("a"),
        Strategy { entry: None, status: Status::Unreadable, class_name: String::new(), ..strategy("broken.py") },
    ];
    for strategy in found {
        assert_eq!(Strategy::from(StrategyRow::from(strategy.clone())), strategy);
    }
    let choices = vec![Value::Str("ema".into()), Value::Null, Value::Bool(true), Value::Float(1.0), Value::Int(1)];
    let wide = SearchRange::Int { low: i64::MIN, high: i64::MAX, step: i64::MAX };
    let rows = [
        parameter("a", Value::Float(-0.0), Some(wide)),
        parameter("b", Value::Null, None),
        parameter("c", Value::Bool(false), Some(SearchRange::Bool)),
        parameter("d", Value::Str(String::new()), Some(SearchRange::Choice { choices })),
        parameter(
            "e",
            Value::Code { code: "5 * 12".into() },
            Some(SearchRange::Float { low: 1e-300, high: 1e300, step: None, log: true }),
        ),
    ];
    let dir = tempfile::tempdir().unwrap();
    let as_rows: Vec<_> = rows.iter().cloned().map(ParameterRow::from).collect();
    round_trip(&as_rows);
    write(dir.path(), &as_rows, &json!(null)).unwrap();
    let back: Vec<Parameter> = read::<ParameterRow>(dir.path()).unwrap().into_iter().map(Parameter::from).collect();
    assert_eq!(back, rows);
    let function = FunctionCandidate { name: "f".into(), path: "p".into(), line: 1 };
    assert_eq!(FunctionCandidate::from(FunctionRow::from(function.clone())), function);
}

fn refused<R: Table + Debug>(row: &R) -> String {
    let dir = tempfile::tempdir().unwrap();
    let error = write_file(&dir.path().join("t.parquet"), std::slice::from_ref(row), &json!(null)).unwrap_err();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "a refused table leaves nothing");
    error.to_string()
}

#[test]
fn rows_that_cannot_be_true_are_not_written() {
    let sound = backtest("a", "bull", 1.0);
    let bad = |edit: &dyn Fn(&mut Backtest)| {
        let mut row = sound.clone();
        edit(&mut row);
        refused(&row)
    };
    assert!(bad(&|r| r.sharpe_ratio = Some(f64::NAN)).contains("column sharpe_ratio: NaN is not a finite number"));
    assert!(bad(&|r| r.sharpe_ratio = None).contains("sharpe_ratio_reason: is empty"));
    assert!(bad(&|r| r.cagr_reason = Some("ruin".into())).contains("cagr_reason: gives a reason"));
    assert!(bad(&|r| r.win_rate = Some(1.5)).contains("win_rate 1.5 is outside [0, 1]"));
    assert!(bad(&|r| r.max_drawdown = Some(0.1)).contains("max_drawdown"));
    assert!(bad(&|r| r.parameters_hash = "x".into()).contains("parameters_hash"));
    assert!(bad(&|r| r.outcome = RunOutcome::Raised).contains("failure_kind"));
    assert!(bad(&|r| r.undefined_paths = 4).contains("4 of 3 paths"));
    let mut cheat = sound.clone();
    cheat.outcome = RunOutcome::LooksAhead;
    cheat.failure_kind = Some("looks_ahead".into());
    cheat.failure_message = Some("bar 17".into());
    assert!(refused(&cheat).contains("did not end ok but has results"));

    let mut wandering = walk("a", 3);
    wandering.drift.0.insert("slow".into(), 1.5);
    assert!(refused(&wandering).contains("the drift of slow is 1.5"));
    let mut unwalked = walk("a", 0);
    unwalked.test_bars = 9;
    assert!(refused(&unwalked).contains("there is no window"));
    let mut peeking = window("a", 1, 2);
    peeking.train_end = peeking.test_start;
    assert!(refused(&peeking).contains("does not end before"));
    let mut folded = distribution("a", "bull", Some(-0.75));
    folded.q95 = Some(-1.0);
    assert!(refused(&folded).contains("do not rise"));
    folded.q95 = None;
    assert!(refused(&folded).contains("some quantiles"));
    let mut steep = curve("a", 1);
    steep.growth_q95 = 1.0;
    assert!(refused(&steep).contains("do not rise"));
    (steep.growth_q95, steep.drawdown_q05) = (1.5, -1.5);
    assert!(refused(&steep).contains("outside [-1, 0]"));
    let mut inside_out = interval("a", "bootstrap", "run", Some(0.0));
    inside_out.high = Some(-1.0);
    assert!(refused(&inside_out).contains("above high"));
    inside_out.method = None;
    assert!(refused(&inside_out).contains("or none"));
    let mut chance = interval("a", "monte_carlo", "fresh_paths", Some(0.0));
    chance.figure = "probability_of_loss".into();
    chance.high = Some(1.5);
    assert!(refused(&chance).contains("outside [0, 1]"));

    let mut failed = trial(1);
    failed.rank = Some(1);
    assert!(refused(&failed).contains("did not end ok"));
    let mut same = candidate("a", Decision::Promote, Some(0.1));
    same.new_parameters = same.old_parameters.clone();
    assert!(refused(&same).contains("are equal"));
    let mut weak = candidate("a", Decision::Promote, Some(0.1));
    weak.conditions.0[0].verdict = Verdict::Fail;
    assert!(refused(&weak).contains("did not hold"));
    let mut silent = change("1", ChangeDecision::Refused);
    silent.new_hash = Some("n".into());
    assert!(refused(&silent).contains("nothing was written"));
    let infinite = parameter("x", Value::Float(f64::INFINITY), None);
    assert!(refused(&ParameterRow::from(infinite)).contains("column default_value: does not survive JSON"));
    let nan = SearchRange::Float { low: f64::NAN, high: 1.0, step: None, log: false };
    assert!(refused(&ParameterRow::from(parameter("x", Value::Null, Some(nan)))).contains("finite"));
    let upside = SearchRange::Int { low: 2, high: 1, step: 1 };
    assert!(refused(&ParameterRow::from(parameter("x", Value::Null, Some(upside)))).contains("search range"));
    let long = FunctionRow { name: "x".repeat(17 << 20), path: String::new(), line: 1 };
    assert!(refused(&long).contains("bytes, at most"));
}

#[test]
fn a_key_is_there_once() {
    let dir = tempfile::tempdir().unwrap();
    let rows = [backtest("a", "bull", 1.0), backtest("b", "bull", 1.0), backtest("a", "bull", 2.0)];
    let error = write(dir.path(), &rows, &json!(null)).unwrap_err().to_string();
    assert!(error.contains("row 3: the key strategy_name=a"), "{error}");
    assert!(error.contains("market_scenario=bull"), "{error}");
}

fn sample(dir: &Path) -> std::path::PathBuf {
    write(dir, &[backtest("a", "bull", 1.0), backtest("b", "bear", -1.0)], &json!({"seed": 1})).unwrap()
}

#[test]
fn a_missing_table_names_the_command() {
    let dir = tempfile::tempdir().unwrap();
    let error = read::<StrategyRow>(dir.path()).unwrap_err();
    assert!(error.is_missing());
    assert!(error.to_string().ends_with("strategies.parquet is not there; run `cbt discover` first"));
    let error = read::<ScenarioRow>(dir.path()).unwrap_err().to_string();
    assert!(error.contains("run `cbt generate-scenarios` first"));
}

#[test]
fn no_cut_and_no_flipped_bit_goes_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let rows = [FunctionRow { name: "f".into(), path: "a.py".into(), line: 3 }];
    let file = write(dir.path(), &rows, &json!({"seed": 1})).unwrap();
    let sound = fs::read(&file).unwrap();
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&file, bytes).unwrap();
        let error = read::<FunctionRow>(dir.path()).unwrap_err().to_string();
        assert!(error.contains("functions.parquet (table functions)") && error.contains("damaged"), "{what}: {error}");
    };
    for length in 0..sound.len() {
        refused(&sound[..length], &format!("cut at {length}"));
    }
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        refused(&bytes, &format!("byte {at}"));
    }
    fs::write(&file, &sound).unwrap();
    assert_eq!(read::<FunctionRow>(dir.path()).unwrap(), rows);
}

crate::artifact::table::table! {
    /// One backtest, as another version of this program would store it.
    pub struct OtherBacktest {
        /// The strategy.
        strategy_name: String,
    }
    name: "backtests",
    stage: "backtest",
    version: 7,
    key: ["strategy_name"],
    check: anything,
}

crate::artifact::table::table! {
    /// One backtest, with the version of this program but not its columns.
    pub struct MisdeclaredBacktest {
        /// The strategy.
        strategy_name: String,
    }
    name: "backtests",
    stage: "backtest",
    version: 1,
    key: ["strategy_name"],
    check: anything,
}

fn anything<R>(_row: &R) -> Result<(), String> {
    Ok(())
}

#[test]
fn foreign_tables_and_other_versions_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let file = sample(dir.path());
    fs::copy(&file, dir.path().join("trials.parquet")).unwrap();
    let error = read::<Trial>(dir.path()).unwrap_err().to_string();
    assert!(error.contains("trials.parquet holds the table backtests, not trials"), "{error}");

    write(dir.path(), &[OtherBacktest { strategy_name: "a".into() }], &json!(null)).unwrap();
    let error = read::<Backtest>(dir.path()).unwrap_err().to_string();
    assert!(error.contains("table backtests in schema version 7, this program reads version 1"), "{error}");
    assert!(error.contains("run `cbt backtest` again"), "{error}");
    sample(dir.path());
    let error = read::<OtherBacktest>(dir.path()).unwrap_err().to_string();
    assert!(error.contains("schema version 1, this program reads version 7"), "{error}");

    write(dir.path(), &[MisdeclaredBacktest { strategy_name: "a".into() }], &json!(null)).unwrap();
    let error = read::<Backtest>(dir.path()).unwrap_err().to_string();
    assert!(error.contains("has the columns strategy_name Utf8; expected strategy_name Utf8, parameters"), "{error}");

    fs::write(&file, "strategy_name,sharpe\na,1\n").unwrap();
    assert!(read::<Backtest>(dir.path()).unwrap_err().to_string().contains("does not begin and end as Parquet does"));
}

#[test]
fn parquet_that_somebody_else_wrote_is_refused() {
    use arrow::array::{ArrayRef, Float64Array, RecordBatch};
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("backtests.parquet");
    let column: ArrayRef = std::sync::Arc::new(Float64Array::from(vec![1.0]));
    let batch = RecordBatch::try_from_iter([("sharpe_ratio", column)]).unwrap();
    let sink = fs::File::create(&file).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(sink, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let error = read::<Backtest>(dir.path()).unwrap_err().to_string();
    assert!(error.contains("(table backtests) was not written by cbt"), "{error}");
}

#[test]
fn declarations_are_complete() {
    fn look<R: Table>() {
        assert!(R::GRAIN.trim().ends_with('.') && R::GRAIN.trim().starts_with("One "), "{}", R::GRAIN);
        assert!(R::VERSION > 0);
        let columns = R::columns();
        for key in R::key() {
            let column = columns.iter().find(|column| column.name == key).unwrap();
            assert!(!column.nullable, "{} {key}", R::NAME);
        }
        for column in &columns {
            assert!(column.doc.ends_with('.') && column.doc.len() > 8, "{}.{}: {:?}", R::NAME, column.name, column.doc);
            assert!(!column.name.contains('#'));
        }
    }
    look::<StrategyRow>();
    look::<ParameterRow>();
    look::<FunctionRow>();
    look::<RungRow>();
    look::<ScenarioRow>();
    look::<Stamped<Backtest>>();
    look::<Stamped<Trial>>();
    look::<Stamped<Candidate>>();
    look::<Stamped<Change>>();
    look::<Stamped<Run>>();
    look::<LedgerRow>();
    look::<crate::artifact::RealismRow>();
    look::<Stamped<crate::artifact::Shadow>>();
    look::<EquityPoint>();
    look::<TradeRow>();
}
