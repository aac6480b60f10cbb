use super::journal::{self, Opening};
use super::lock::Lock;
use super::{Context, Failure, FailureKind, Pipeline, Stage, ledger, notify, publish};
use crate::artifact::{self, Lake, Micros, Run, RunStatus, Stamp};
use chrono::Utc;
use serde_json::{Map, Value, json};

/// One stage on the artifacts as they are, then the store.
///
/// # Errors
/// What the stage says; `Locked` while an iteration runs.
pub fn run_one(context: &Context, stage: Stage) -> Result<Value, Failure> {
    let _lock = Lock::take(&context.data, stage.name(), &context.started.to_rfc3339())?;
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
    let lake = Lake::new(&context.data);
    let iteration = next_iteration(context, &lake)?;
    let context = &watched(context.clone().at_iteration(iteration, &pipeline.name), pipeline);
    let console = &context.console;
    console.say(format!("Iteration {iteration}"));
    let before = notify::look_back(context, &lake);
    let mut summaries = Map::new();
    let outcome = work(context, pipeline, &lake, &mut summaries);
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
    Ok(json!({ "iteration": iteration, "run": context.run_id, "stages": summaries }))
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
    summaries: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let outcome = run_stages(context, pipeline, summaries);
    let row = record(context, summaries, outcome.as_ref().err());
    lake.append(&stamp(context), &[row], &context.provenance())?;
    // Who sent a signal wants to be rid of us at once; the next run publishes what this one recorded.
    if !context.stop.requested() {
        publish::retain(context)?;
        if pipeline.publish {
            publish::publish(context)?;
        }
    }
    outcome
}

fn run_stages(context: &Context, pipeline: &Pipeline, summaries: &mut Map<String, Value>) -> Result<(), Failure> {
    for stage in &pipeline.stages {
        context.stop.check()?;
        if let Some(journal) = context.console.journal() {
            journal.stage_begun(stage.name());
        }
        let summary = stage.run(context)?;
        if let Some(journal) = context.console.journal() {
            journal.stage_ended();
        }
        summaries.insert(stage.name().to_owned(), summary);
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
