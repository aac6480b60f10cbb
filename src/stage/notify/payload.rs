use super::runnable::Stopped;
use crate::config::Event;
use crate::stage::{Context, Failure, FailureKind};
use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Version of the payload's layout; raised when a field changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// What is sent. README.md describes it.
#[derive(Debug, Serialize)]
pub struct Payload {
    schema_version: u32,
    pub event: Event,
    /// One line for people, under the name that chat programs look for.
    text: String,
    /// RFC 3339, UTC.
    sent: String,
    program: &'static str,
    /// The folder of the configuration.
    project: String,
    run: String,
    iteration: u32,
    pipeline: String,
    /// The HTML report; null where the iteration wrote none.
    report: Option<String>,
    /// Of `promotion` and `rollback`.
    changes: Vec<Change>,
    /// Of `not_runnable`.
    strategies: Vec<Stopped>,
    /// Of `failed_iteration`.
    failure: Option<Cause>,
}

/// One parameter.
#[derive(Debug, Clone, Serialize)]
struct Change {
    strategy: String,
    parameter: String,
    old_value: Value,
    new_value: Value,
    /// File and line.
    place: String,
    /// applied, proposed (the configuration leaves files alone), refused or rolled_back.
    decision: &'static str,
    reason: String,
}

#[derive(Debug, Serialize)]
struct Cause {
    kind: FailureKind,
    message: String,
    hints: Vec<String>,
}

/// One payload for each thing that happened, in the order of [`Event::ALL`].
pub fn of(
    context: &Context,
    summaries: &Map<String, Value>,
    failure: Option<&Failure>,
    stopped: Vec<Stopped>,
) -> Vec<Payload> {
    let report = summaries.get("report").and_then(|report| report["html"].as_str()).map(str::to_owned);
    let blank = |event, text| Payload {
        schema_version: SCHEMA_VERSION,
        event,
        text,
        sent: Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
        program: concat!("cbt ", env!("CARGO_PKG_VERSION")),
        project: std::path::absolute(&context.config.base_dir)
            .unwrap_or_else(|_| context.config.base_dir.clone())
            .display()
            .to_string(),
        run: context.run_id.clone(),
        iteration: context.iteration,
        pipeline: context.pipeline.clone(),
        report: report.clone(),
        changes: Vec::new(),
        strategies: Vec::new(),
        failure: None,
    };
    let mut payloads = Vec::new();
    let promoted = promoted(summaries);
    if !promoted.is_empty() {
        let changes = changes(summaries, &["changes", "proposals", "refusals"], &promoted);
        let names: Vec<&str> = promoted.iter().map(String::as_str).collect();
        let text = match &changes[..] {
            [] => format!("Iteration {}: better values for {} passed the gate", context.iteration, names.join(", ")),
            changes => format!("Iteration {}: {}", context.iteration, told(changes)),
        };
        payloads.push(Payload { changes, ..blank(Event::Promotion, text) });
    }
    let all = BTreeSet::new();
    let rolled_back = changes(summaries, &["rollbacks"], &all);
    if !rolled_back.is_empty() {
        let text = format!("Iteration {}: {}", context.iteration, told(&rolled_back));
        payloads.push(Payload { changes: rolled_back, ..blank(Event::Rollback, text) });
    }
    if let Some(failure) = failure {
        let Failure { kind, message, hints } = failure.clone();
        let text = format!("Iteration {} failed: {message}", context.iteration);
        payloads.push(Payload { failure: Some(Cause { kind, message, hints }), ..blank(Event::FailedIteration, text) });
    }
    if !stopped.is_empty() {
        let each: Vec<_> = stopped.iter().map(Stopped::told).collect();
        let text = format!("Iteration {}: {}", context.iteration, each.join("; "));
        payloads.push(Payload { strategies: stopped, ..blank(Event::NotRunnable, text) });
    }
    payloads
}

/// By the gate in this iteration, or in an earlier one whose changes this one wrote.
fn promoted(summaries: &Map<String, Value>) -> BTreeSet<String> {
    let list = |stage: &str, field: &str| summaries.get(stage).and_then(|summary| summary[field].as_array());
    let judged = list("optimize", "outcomes").into_iter().flatten().filter(|outcome| outcome["promoted"] == true);
    let written = ["changes", "proposals"].into_iter().filter_map(|field| list("apply", field)).flatten();
    judged.chain(written).filter_map(|row| row["strategy_name"].as_str().map(str::to_owned)).collect()
}

/// The changes that `apply` lists under `lists`, of the strategies in `of` or, where that is empty, of all.
fn changes(summaries: &Map<String, Value>, lists: &[&str], of: &BTreeSet<String>) -> Vec<Change> {
    let Some(apply) = summaries.get("apply") else { return Vec::new() };
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let rows = lists.iter().flat_map(|list| apply[*list].as_array().into_iter().flatten().map(move |row| (*list, row)));
    rows.map(|(list, row)| Change {
        strategy: text(row, "strategy_name"),
        parameter: text(row, "parameter"),
        old_value: row["old_value"].clone(),
        new_value: row["new_value"].clone(),
        place: text(row, "place"),
        decision: match list {
            "changes" => "applied",
            "proposals" => "proposed",
            "refusals" => "refused",
            _ => "rolled_back",
        },
        reason: text(row, "reason"),
    })
    .filter(|change| of.is_empty() || of.contains(&change.strategy))
    .collect()
}

fn told(changes: &[Change]) -> String {
    let each: Vec<_> = changes
        .iter()
        .map(|change| {
            let Change { strategy, parameter, old_value, new_value, decision, .. } = change;
            format!("{strategy}.{parameter} {old_value} -> {new_value} {}", decision.replace('_', " "))
        })
        .collect();
    each.join("; ")
}
