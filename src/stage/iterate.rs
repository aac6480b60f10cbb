use super::journal::{self, Opening};
use super::lock::Lock;
use super::unfinished::Unfinished;
use super::{Context, Failure, FailureKind, Pipeline, Stage, apply, intent, ledger, notify, publish, recipe};
use crate::artifact::{self, Lake, Micros, Run, RunStatus, Stamp};
use chrono::Utc;
use serde_json::{Map, Value, json};

/// One stage on the artifacts as they are, then the store.
///
/// # Errors
/// What the stage says; `Locked` while an iteration runs.
pub fn run_one(context: &Context, stage: Stage) -> Result<Value, Failure> {
    let _lock = Lock::take(&context.data, stage.name(), &context.started.to_rfc3339())?;
    intent::settle(context)?;
    let context = &on_last_iteration(context)?;
    let summary = stage.run(context)?;
    publish::publish(context)?;
    Ok(summary)
}

/// The pipeline's stages in order, a row about the run, retention, and the published store.
///
/// # Errors
/// The first stage that fails; its run is recorded as failed, or as abandoned after a signal.
pub fn iterate(context: &Context, pipeline: &Pipeline) -> Result<Value, Failure> {
    let _lock = Lock::take(&context.data, "iterate", &context.started.to_rfc3339())?;
    // What killed runs left half-written; nobody else writes here while we hold the lock.
    artifact::sweep(&context.data).map_err(|error| Failure::io("cannot tidy", &context.data, &error))?;
    intent::settle(context)?;
    let lake = Lake::new(&context.data);
    let (context, mut unfinished, goes_on) = begin(context, pipeline, &lake)?;
    let (context, console) = (&context, &context.console);
    let before = notify::look_back(context, &lake);
    let outcome = work(context, pipeline, &lake, &mut unfinished, goes_on);
    let summaries = unfinished.summaries;
    if outcome.is_ok()
        && let Some(path) = summaries.get("report").and_then(|report| report["html"].as_str())
    {
        console.say(format!("Report: {path}"));
    }
    notify::after(context, before, &summaries, outcome.as_ref().err());
    if let Some(journal) = console.journal() {
        journal.ended(status(outcome.as_ref().err()).name(), outcome.as_ref().err().map(ToString::to_string));
    }
    outcome?;
    Ok(json!({ "iteration": context.iteration, "run": context.run_id, "stages": summaries }))
}

/// Who watches learns from here on what is being done.
fn watched(mut context: Context, pipeline: &Pipeline) -> Context {
    let opening = Opening {
        run: &context.run_id,
        iteration: context.iteration,
        pipeline: &pipeline.name,
        stages: pipeline.stages.iter().map(|stage| stage.name().to_owned()).collect(),
    };
    context.console = context.console.clone().journaled(&journal::path(&context.data), opening);
    context
}

fn work(
    context: &Context,
    pipeline: &Pipeline,
    lake: &Lake,
    unfinished: &mut Unfinished,
    goes_on: bool,
) -> Result<(), Failure> {
    let outcome = run_stages(context, pipeline, unfinished, goes_on);
    if outcome.is_err() {
        // What was changed in the user's files and could not be recorded.
        intent::settle(context)?;
    }
    if outcome.is_ok() {
        recipe::write(context, pipeline)?;
    }
    let row = record(context, &unfinished.summaries, outcome.as_ref().err());
    lake.append(&stamp(context), &[row], &context.provenance())?;
    Unfinished::forget(&context.data)?;
    // Who sent a signal wants to be rid of us at once; the next run publishes what this one recorded.
    if !context.stop.requested() {
        publish::retain(context)?;
        if outcome.is_ok() {
            context.shards.clear(context)?;
        }
        if pipeline.publish {
            publish::publish(context)?;
        }
    }
    outcome
}

/// The next iteration, or the one that was killed, under its own name; then the last is true.
fn begin(context: &Context, pipeline: &Pipeline, lake: &Lake) -> Result<(Context, Unfinished, bool), Failure> {
    if let Some(left) = Unfinished::left(&context.data)?
        && !lake.files::<Run>()?.iter().any(|file| file.run_id == left.run_id)
    {
        let killed = left.continued(context)?;
        if left.is_of(context, pipeline) {
            let killed = watched(killed, pipeline);
            killed.console.say(format!("Iteration {}, which was killed, goes on", left.iteration));
            return Ok((killed, left, true));
        }
        let failure = Failure::new(
            FailureKind::Interrupted,
            "the program was killed, and the next run had other settings or another pipeline",
        );
        let row = record(&killed, &left.summaries, Some(&failure));
        lake.append(&stamp(&killed), &[row], &killed.provenance())?;
    }
    let iteration = next_iteration(context, lake)?;
    let context = watched(context.clone().at_iteration(iteration, &pipeline.name), pipeline);
    context.console.say(format!("Iteration {iteration}"));
    let unfinished = Unfinished::of(&context, pipeline);
    unfinished.note(&context.data)?;
    Ok((context, unfinished, false))
}

fn run_stages(
    context: &Context,
    pipeline: &Pipeline,
    unfinished: &mut Unfinished,
    goes_on: bool,
) -> Result<(), Failure> {
    let mut done = 0;
    if goes_on && intent::recorded(context, &context.run_id)? {
        // The user's files have their new values, and what led to them cannot be found again.
        done = Unfinished::done_once_applied(pipeline);
        unfinished.summaries.insert(Stage::Apply.name().to_owned(), apply::recorded(context)?);
    } else {
        // Quickly done again: shards of what was finished are there.
        unfinished.summaries.clear();
    }
    for stage in &pipeline.stages[done..] {
        context.stop.check()?;
        if let Some(journal) = context.console.journal() {
            journal.stage_begun(stage.name());
        }
        let summary = stage.run(context)?;
        if let Some(journal) = context.console.journal() {
            journal.stage_ended();
        }
        unfinished.summaries.insert(stage.name().to_owned(), summary);
        unfinished.note(&context.data)?;
    }
    Ok(())
}

/// A stage run alone belongs to the last iteration.
pub fn on_last_iteration(context: &Context) -> Result<Context, Failure> {
    let last = last_recorded(&Lake::new(&context.data))?.max(1);
    Ok(context.clone().at_iteration(last, &context.pipeline))
}

/// The iteration after the last one that was recorded. One that was killed before its end is done again under
/// its own number; the ledger remembers where retention has removed the runs.
fn next_iteration(context: &Context, lake: &Lake) -> Result<u32, Failure> {
    let counted = ledger::last_iteration(&context.data)?;
    Ok(last_recorded(lake)?.max(counted.saturating_sub(1)) + 1)
}

fn last_recorded(lake: &Lake) -> Result<u32, Failure> {
    Ok(lake.read::<Run>()?.iter().map(|run| run.row.iteration).max().unwrap_or(0))
}

pub fn stamp(context: &Context) -> Stamp {
    Stamp { run_id: context.run_id.clone(), timestamp: Micros(context.started.timestamp_micros()) }
}

fn record(context: &Context, summaries: &Map<String, Value>, failure: Option<&Failure>) -> Run {
    let count = |stage: Stage, field: &str| {
        let number = summaries.get(stage.name()).and_then(|summary| summary[field].as_u64()).unwrap_or(0);
        u32::try_from(number).unwrap_or(u32::MAX)
    };
    let started = Micros(context.started.timestamp_micros());
    Run {
        iteration: context.iteration,
        started,
        finished: Micros(Utc::now().timestamp_micros().max(started.0)),
        seed: context.seed.value(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_hash: context.config.hash.clone(),
        strategies_found: count(Stage::Discover, "strategies_found"),
        strategies_runnable: count(Stage::Discover, "runnable"),
        backtests: count(Stage::Backtest, "rows"),
        trials: count(Stage::Optimize, "trials"),
        promoted: count(Stage::Optimize, "promoted"),
        applied: count(Stage::Apply, "applied"),
        refused: count(Stage::Apply, "refused"),
        failed: count(Stage::Backtest, "strategies_failed"),
        shard_hits: Some(context.shards.counts().hits),
        shard_misses: Some(context.shards.counts().misses),
        report_path: summaries.get("report").and_then(|report| report["html"].as_str()).map(str::to_owned),
        status: status(failure),
        failure_message: failure.map(ToString::to_string),
    }
}

fn status(failure: Option<&Failure>) -> RunStatus {
    match failure {
        None => RunStatus::Complete,
        Some(failure) if failure.kind == FailureKind::Interrupted => RunStatus::Abandoned,
        Some(_) => RunStatus::Failed,
    }
}
