//! The work of the backtest stage as a list of shards, for machines other than this one.

mod script;

pub use script::Scheduler;

use super::backtest::Bench;
use super::console::counted;
use super::lock::Lock;
use super::subjects::runnable;
use super::workers::Workers;
use super::{Context, Failure, intent, iterate};
use crate::artifact::{self, PlannedShard};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What the command line asked for.
#[derive(Debug, Default)]
pub struct PlanOptions {
    /// Scripts to write, each for one scheduler.
    pub scripts: Vec<(Scheduler, PathBuf)>,
    /// Parts that a script cuts the plan into at most.
    pub parts: usize,
    /// The command that runs this program with this project, for scripts.
    pub command: Vec<String>,
}

/// Writes `shards.parquet`: every shard of every strategy that runs and does not look ahead. Whether it does is found out
/// here, and where a class stands on the ladder of native code.
///
/// # Errors
/// A missing or damaged artifact, no Python, a signal, a depot that cannot be read or written.
pub fn plan(context: &Context, options: &PlanOptions) -> Result<Value, Failure> {
    let _lock = Lock::take(&context.data, "plan", &context.started.to_rfc3339())?;
    intent::settle(context)?;
    let context = &iterate::on_last_iteration(context)?;
    let subjects = runnable(context)?;
    let bench = Bench::enter(context)?;
    let workers = Workers::find(context)?;
    let mut rows = Vec::new();
    let mut alone = Vec::new();
    for subject in &subjects {
        context.stop.check()?;
        let found = workers.soundly(context, subject, || {
            let work = bench.work(&workers, subject)?;
            if let Some(why) = &work.about.unkept {
                return Ok(Err(why.clone()));
            }
            Ok(Ok(if bench.runs(&work)? { bench.planned(&work)? } else { Vec::new() }))
        })?;
        match found {
            Ok(shards) => rows.extend(shards),
            Err(why) => {
                let name = &subject.strategy.name;
                context.console.warn(format!("{name} is left to `cbt collect`, its shards cannot be kept: {why}"));
                alone.push(name.clone());
            }
        }
    }
    workers.keep_verdicts()?;
    artifact::write(&context.data, &rows, &context.provenance())?;
    let open = rows.iter().filter(|row| !row.known).count();
    context.console.say(format!(
        "{} planned, {open} of them to be computed; they go to {}",
        counted(rows.len() as u64, "shard", "shards"),
        context.shards.depot().place()
    ));
    let parts = options.parts.clamp(1, rows.len().max(1));
    for (scheduler, path) in &options.scripts {
        let text = scheduler.script(&options.command, &context.shards.depot().place(), parts);
        std::fs::write(path, text).map_err(|error| Failure::io("cannot write the script", path, &error))?;
        context.console.say(format!("{}: {}", scheduler.name(), path.display()));
    }
    let shown = |row: &PlannedShard| {
        json!({
            "shard_id": row.shard_id,
            "backtest_type": row.backtest_type,
            "strategy_name": row.strategy_name,
            "market_scenario": row.market_scenario,
            "known": row.known,
        })
    };
    Ok(json!({
        "shards": rows.iter().map(shown).collect::<Vec<_>>(),
        "open": open,
        "left_to_collect": alone,
        "place": context.shards.depot().place(),
    }))
}
