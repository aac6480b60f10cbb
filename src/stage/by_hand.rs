//! One strategy, one market, one set of values: `backtest --strategy … --market … --set …`; or a grid of them.

mod grid;

pub use grid::{Grid, backtest_grid};

use super::apply::{find, fitting};
use super::generate_scenarios::load;
use super::subjects::{Subject, nearest, one};
use super::workers::Workers;
use super::{Assignment, Context, Failure, FailureKind, iterate};
use crate::artifact::market_file::load_folder;
use crate::artifact::{self, EquityPoint, MarketBars, Micros, TradeRow, TradeSide};
use crate::engine::{self, Side};
use crate::market::Series;
use crate::strategy::{Outcome, ParamSet, exposure};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug)]
pub struct Single {
    pub strategy: String,
    pub market: String,
    pub set: Vec<Assignment>,
    pub save: Option<PathBuf>,
}

/// # Errors
/// An unknown strategy, parameter or market, with the nearest; no Python; the user's code failing.
pub fn backtest_single(context: &Context, single: &Single) -> Result<Value, Failure> {
    let begun = Instant::now();
    let context = &iterate::on_last_iteration(context)?;
    let series = || market(context, &single.market);
    let ready = |(subject, set)| {
        let workers = Workers::find(context)?;
        workers.standing(&subject)?;
        Ok::<_, Failure>((subject, set, workers))
    };
    let ((subject, set, workers), series) = if Path::new(&single.market).is_file() {
        // It is read while the class is translated.
        let (ready, series) = rayon::join(|| class(context, single).and_then(ready), series);
        (ready?, series?)
    } else {
        // Whether there is such a market is known before the class is held against CPython.
        let class = class(context, single)?;
        let series = series()?;
        (ready(class)?, series)
    };
    let outcome = workers.soundly(context, &subject, || {
        let seats = workers.seats(&subject)?;
        Ok(seats.with(|seat| seat.run(&series, std::slice::from_ref(&set))).into_iter().next())
    })?;
    context.stop.check()?;
    workers.keep_verdicts()?;
    let answers = match outcome {
        Some(Outcome::Ok(answers)) => answers,
        Some(
            Outcome::Raised(failure)
            | Outcome::Infeasible(failure)
            | Outcome::Timeout(failure)
            | Outcome::Crash(failure),
        ) => return Err(failed(&subject, &failure)),
        Some(Outcome::Bail { why, .. }) => return Err(Failure::new(FailureKind::Internal, why)),
        None => return Err(Failure::new(FailureKind::Internal, "the worker gave no answer")),
    };
    let rules = context.rules(1);
    let run = engine::simulate(&series, &exposure(&answers.targets), &rules.engine);
    let metrics = engine::metrics(&run, &rules.engine, series.periods_per_year, rules.risk_free_rate);
    let seconds = begun.elapsed().as_secs_f64();
    if let Some(dir) = &single.save {
        save(context, dir, &series, &run)?;
    }
    let mut summary = Map::new();
    summary.insert("strategy_name".to_owned(), json!(subject.strategy.name));
    summary.insert("market".to_owned(), json!(series.name));
    summary.insert("parameters".to_owned(), json!(set));
    summary.insert("bars".to_owned(), json!(series.len()));
    summary.insert("periods_per_year".to_owned(), json!(series.periods_per_year));
    summary.insert("fill".to_owned(), json!(rules.engine.fill.name()));
    summary.insert("rung".to_owned(), json!(workers.standing(&subject)?.rung().name()));
    let mut undefined = Map::new();
    for (name, statistic) in metrics.named() {
        summary.insert(name.to_owned(), statistic.map_or(Value::Null, |value| json!(value)));
        if let Err(why) = statistic {
            undefined.insert(name.to_owned(), json!(why.name()));
        }
    }
    summary.insert("total_trades".to_owned(), json!(metrics.total_trades));
    summary.insert("undefined".to_owned(), Value::Object(undefined));
    // From reading the files to the metrics.
    summary.insert("seconds".to_owned(), json!(seconds));
    summary.insert("assumed".to_owned(), json!(subject.strategy.entry.as_ref().map(|entry| &entry.assumed)));
    tell(context, &subject, &series, &metrics);
    Ok(Value::Object(summary))
}

/// The class, and the values that it is given.
fn class(context: &Context, single: &Single) -> Result<(Subject, ParamSet), Failure> {
    let subject = one(context, &single.strategy)?;
    let mut set = ParamSet::new();
    for assignment in &single.set {
        let parameter = find(&subject, &assignment.parameter)?;
        set.insert(parameter.name.clone(), fitting(parameter, &assignment.value));
    }
    Ok((subject, set))
}

fn tell(context: &Context, subject: &Subject, series: &Series, metrics: &engine::Metrics) {
    let console = &context.console;
    console.say(format!("{} on {} ({} bars)", subject.strategy.name, series.name, series.len()));
    for (name, statistic) in metrics.named() {
        match statistic {
            Ok(value) => console.say(format!("  {name:<18} {value:>14.4}")),
            Err(why) => console.say(format!("  {name:<18} {:>14}", why.name())),
        }
    }
}

fn failed(subject: &Subject, failure: &crate::strategy::Failure) -> Failure {
    let place = match (&failure.file, failure.line) {
        (Some(file), Some(line)) => format!(" ({file}:{line})"),
        _ => String::new(),
    };
    let bar = failure.bar.map_or_else(String::new, |bar| format!(" at bar {bar}"));
    Failure::new(FailureKind::Strategy, format!("{}{bar}: {}{place}", subject.strategy.name, failure.message))
}

/// A file, a historical market of the market directory, or a path of the last generation.
fn market(context: &Context, name: &str) -> Result<Series, Failure> {
    let file = Path::new(name);
    if file.is_file() {
        return load(context, file);
    }
    let mut known = Vec::new();
    let directory = &context.config.market_data.directory;
    if directory.is_dir() {
        let gap = context.config.market_data.max_gap_days;
        let periods = |name: &str| super::generate_scenarios::periods(context, name);
        let folder = load_folder(directory, gap, &periods)
            .map_err(|refusal| Failure::new(FailureKind::Io, refusal.to_string()))?;
        for market in folder.markets {
            if market.series.name == name || market.series.name.strip_prefix("historical:") == Some(name) {
                return Ok(market.series);
            }
            known.push(market.series.name);
        }
    }
    match MarketBars::open(&context.data) {
        Ok(bars) => {
            if bars.names().any(|other| other == name) {
                return Ok(bars.read(name)?);
            }
            // One path of each scenario is enough to show the pattern.
            known.extend(bars.names().filter(|name| name.ends_with("/test/0")).map(str::to_owned));
        }
        Err(error) if error.is_missing() => {}
        Err(error) => return Err(error.into()),
    }
    Err(Failure::input(format!("there is no market `{name}`")).hint(nearest(name, known.iter().map(String::as_str))))
}

fn save(context: &Context, dir: &Path, series: &Series, run: &engine::Run) -> Result<(), Failure> {
    std::fs::create_dir_all(dir).map_err(|error| Failure::io("cannot make", dir, &error))?;
    let equity: Vec<EquityPoint> = (0..series.len())
        .map(|bar| EquityPoint {
            timestamp: Micros(series.timestamp[bar]),
            equity: run.equity[bar],
            // Nothing is held once nothing is left.
            exposure: if run.equity[bar] > 0.0 { run.quantity[bar] * series.close[bar] / run.equity[bar] } else { 0.0 },
        })
        .collect();
    let trades: Vec<TradeRow> = run
        .trades
        .iter()
        .map(|trade| TradeRow {
            entry_time: Micros(trade.entry_time),
            exit_time: Micros(trade.exit_time),
            side: match trade.side {
                Side::Long => TradeSide::Long,
                Side::Short => TradeSide::Short,
            },
            quantity: trade.quantity,
            entry_price: trade.entry_price,
            exit_price: trade.exit_price,
            pnl: trade.pnl,
            costs: trade.costs + trade.slippage,
        })
        .collect();
    artifact::write(dir, &equity, &context.provenance())?;
    artifact::write(dir, &trades, &context.provenance())?;
    Ok(())
}
