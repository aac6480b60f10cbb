//! How many classes of a folder stand on which rung, and what holds back the rest, most frequent first.

use super::rung::describe;
use crate::discovery::Status;
use crate::stage::discover::scanned;
use crate::stage::subjects::Subject;
use crate::stage::workers::Workers;
use crate::stage::{Context, Failure};
use crate::strategy::native::Rung;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Scans `folder`, or the configured roots, and holds every runnable class against CPython. Needs no artifact and
/// writes none but verdicts.
///
/// # Errors
/// Those of `discover`; no Python.
pub fn explain_all(context: &Context, folder: Option<PathBuf>) -> Result<Value, Failure> {
    let mut context = context.clone();
    if let Some(folder) = folder {
        context.config.strategies.roots = vec![folder];
        context.config.strategies.overrides.clear();
    }
    let found = scanned(&context)?;
    let workers = Workers::find(&context)?;
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    let mut classes = Vec::new();
    let runnable = found.strategies.iter().filter(|strategy| strategy.status == Status::Runnable).count();
    let progress = context.console.progress("classes", runnable as u64);
    for strategy in found.strategies.iter().filter(|strategy| context.wants(&strategy.name)) {
        *statuses.entry(strategy.status.name()).or_default() += 1;
        if strategy.status != Status::Runnable {
            continue;
        }
        context.stop.check()?;
        let own = found.parameters.iter().filter(|parameter| parameter.strategy == strategy.name);
        let subject = Subject { strategy: strategy.clone(), parameters: own.cloned().collect() };
        let mut told = describe(&workers, &subject, false)?;
        told["protocol"] = json!(strategy.entry.as_ref().map(|entry| entry.protocol.name()));
        told["whole_series"] = json!(strategy.entry.as_ref().is_some_and(|entry| entry.protocol.sees_whole_frame()));
        classes.push(told);
        progress.advance(1);
    }
    drop(progress);
    let table = json!({
        "classes_found": found.strategies.iter().filter(|strategy| !strategy.class_name.is_empty()).count(),
        "runnable": classes.len(),
        "statuses": statuses,
        "bar_by_bar": share(&classes, false),
        "whole_series": share(&classes, true),
        "reasons": reasons(&classes),
        "classes": classes,
    });
    context.console.say(text(&table));
    Ok(table)
}

/// Classes by rung, and the native ones as a fraction of them; null of none.
fn share(classes: &[Value], whole_series: bool) -> Value {
    let of_kind: Vec<&Value> = classes.iter().filter(|class| class["whole_series"] == whole_series).collect();
    let on = |rung: Rung| of_kind.iter().filter(|class| class["rung"] == rung.name()).count();
    let native = on(Rung::Compiled) + on(Rung::Interpreted) + on(Rung::Columnar);
    let mut counts: Map<String, Value> = Rung::ALL
        .into_iter()
        .filter(|rung| *rung != Rung::Refused)
        .map(|rung| (rung.name().to_owned(), json!(on(rung))))
        .collect();
    counts.insert("classes".to_owned(), json!(of_kind.len()));
    counts.insert(
        "native_share".to_owned(),
        if of_kind.is_empty() { Value::Null } else { json!(native as f64 / of_kind.len() as f64) },
    );
    Value::Object(counts)
}

/// What keeps classes in CPython, most frequent first, each with one class as an example.
fn reasons(classes: &[Value]) -> Value {
    let mut counted: BTreeMap<&str, (usize, &Value)> = BTreeMap::new();
    for class in classes.iter().filter(|class| class["rung"] == Rung::Cpython.name()) {
        let kind = class["obstacle_kind"].as_str().unwrap_or("none");
        counted.entry(kind).or_insert((0, class)).0 += 1;
    }
    let mut ordered: Vec<_> = counted.into_iter().collect();
    ordered.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(b.0)));
    ordered
        .into_iter()
        .map(|(reason, (classes, example))| {
            json!({ "reason": reason, "classes": classes, "example": example["obstacle"], "strategy_name": example["strategy_name"] })
        })
        .collect()
}

fn text(table: &Value) -> String {
    let mut lines = vec![format!("{} classes found, {} runnable", table["classes_found"], table["runnable"])];
    lines.push(format!(
        "{:<14} {:>8} {:>9} {:>12} {:>9} {:>8}  native",
        "", "classes", "compiled", "interpreted", "columnar", "cpython"
    ));
    for kind in ["bar_by_bar", "whole_series"] {
        let row = &table[kind];
        let native =
            row["native_share"].as_f64().map_or_else(|| "-".to_owned(), |share| format!("{:.0}%", share * 100.0));
        lines.push(format!(
            "{kind:<14} {:>8} {:>9} {:>12} {:>9} {:>8}  {native}",
            row["classes"].to_string(),
            row["compiled"].to_string(),
            row["interpreted"].to_string(),
            row["columnar"].to_string(),
            row["cpython"].to_string(),
        ));
    }
    for reason in table["reasons"].as_array().into_iter().flatten() {
        let words = |name: &str| reason[name].as_str().unwrap_or_default().to_owned();
        lines.push(format!("{:>5}  {}, such as {}", reason["classes"], words("reason"), words("example")));
    }
    lines.join("\n")
}
