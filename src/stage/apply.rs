mod cluster;

use super::subjects::{Subject, nearest, runnable};
use super::{Assignment, Context, Failure, FailureKind, intent, iterate, publish, rollback, shadow};
use crate::artifact::{self, Candidate, Change, ChangeDecision, Decision, Json, Lake, Shadow, ShadowState};
use crate::discovery::{Parameter, SearchRange, ValueType};
use crate::stage::lock::Lock;
use crate::strategy::Value;
use serde_json::{Value as JsonValue, json};

/// What the command line asked for.
#[derive(Debug, Default)]
pub struct ApplyOptions {
    pub dry_run: bool,
    /// Values to set by hand in the one strategy that was named.
    pub manual: Vec<Assignment>,
}

/// One value that is to become another.
pub struct Wish<'a> {
    subject: &'a Subject,
    parameter: &'a Parameter,
    new: Value,
    manual: bool,
    improvement: Option<f64>,
    reason: String,
    /// Why what it was measured with is not what stands there now.
    stale: Option<String>,
}

/// The command: as [`run`], by itself or by hand, and then the store.
///
/// # Errors
/// As [`run`]; `Refused` when a change by hand was refused.
pub fn apply(context: &Context, options: &ApplyOptions) -> Result<JsonValue, Failure> {
    let _lock = Lock::take(&context.data, "apply", &context.started.to_rfc3339())?;
    intent::settle(context)?;
    let context = &iterate::on_last_iteration(context)?;
    let done = run(context, options);
    // Where it was recorded that is forgotten, else what was written is taken back.
    intent::settle(context)?;
    let summary = done?;
    publish::publish(context)?;
    if !options.manual.is_empty()
        && let Some(refusal) = summary["refusals"].as_array().and_then(|refusals| refusals.first())
    {
        let reason = refusal["reason"].as_str().unwrap_or_default();
        return Err(Failure::new(FailureKind::Refused, reason).hint("the file is untouched"));
    }
    Ok(summary)
}

/// Writes what the gate promoted into the files where the values live. Refusals are rows, not errors.
///
/// # Errors
/// A missing or damaged artifact, an unknown strategy or parameter.
pub fn run(context: &Context, options: &ApplyOptions) -> Result<JsonValue, Failure> {
    let subjects = runnable(context)?;
    let wishes = if options.manual.is_empty() {
        promoted(context, &subjects)?
    } else {
        by_hand(context, &subjects, &options.manual)?
    };
    let write = !options.dry_run && (context.config.system.auto_update_configs || !options.manual.is_empty());
    // A change by hand and a look ahead leave the shadows alone.
    let mut rows =
        if options.manual.is_empty() && !options.dry_run { watch(context, &subjects, write)? } else { Vec::new() };
    let settled: Vec<(String, String)> =
        rows.iter().map(|row: &Change| (row.strategy_name.clone(), row.path.clone())).collect();
    let wishes = wishes.into_iter().map(|wish| held_back(wish, &settled));
    let (sound, unsound): (Vec<_>, Vec<_>) =
        wishes.map(|wish| (admissible(&wish), wish)).partition(|(verdict, _)| verdict.is_ok());
    for (verdict, wish) in &unsound {
        if let Err(reason) = verdict {
            rows.push(row(context, wish, ChangeDecision::Refused, reason.clone()));
        }
    }
    let sound: Vec<Wish<'_>> = sound.into_iter().map(|(_, wish)| wish).collect();
    let earlier = Lake::new(&context.data).read::<Change>()?;
    let backed_up: Vec<String> = earlier.into_iter().filter_map(|change| change.row.old_hash).collect();
    for cluster in cluster::clusters(&sound) {
        rows.extend(cluster::change(context, &cluster, write, &backed_up)?);
    }
    rows.sort_by(|a, b| (&a.strategy_name, &a.parameter).cmp(&(&b.strategy_name, &b.parameter)));
    announce(context, &rows);
    artifact::write(&context.data, &rows, &context.provenance())?;
    Lake::new(&context.data).append(&iterate::stamp(context), &rows, &context.provenance())?;
    intent::settle(context)?;
    Ok(summary(&rows))
}

/// The summary of a run whose changes are in the history.
///
/// # Errors
/// A damaged file of the history.
pub fn recorded(context: &Context) -> Result<JsonValue, Failure> {
    let rows = Lake::new(&context.data).read::<Change>()?.into_iter().filter(|row| row.run_id == context.run_id);
    Ok(summary(&rows.map(|row| row.row).collect::<Vec<_>>()))
}

fn summary(rows: &[Change]) -> JsonValue {
    let count = |decision| rows.iter().filter(|row| row.decision == decision).count();
    let listed =
        |decision| -> Vec<JsonValue> { rows.iter().filter(|row| row.decision == decision).map(show).collect() };
    json!({
        "applied": count(ChangeDecision::Applied),
        "refused": count(ChangeDecision::Refused),
        "rolled_back": count(ChangeDecision::RolledBack),
        "dry_run": count(ChangeDecision::DryRun),
        "changes": listed(ChangeDecision::Applied),
        "refusals": listed(ChangeDecision::Refused),
        "rollbacks": listed(ChangeDecision::RolledBack),
        "proposals": listed(ChangeDecision::DryRun),
    })
}

/// Runs the values before each promotion along on new real bars, records how they stand, and takes back what turned
/// out worse; where files are left alone, the rows say what would be.
fn watch(context: &Context, subjects: &[Subject], write: bool) -> Result<Vec<Change>, Failure> {
    let watched = shadow::watch(context, subjects)?;
    let shadows: Vec<Shadow> = watched.iter().map(|watched| watched.row.clone()).collect();
    artifact::write(&context.data, &shadows, &context.provenance())?;
    Lake::new(&context.data).append(&iterate::stamp(context), &shadows, &context.provenance())?;
    let mut rows = Vec::new();
    for shadow::Watched { row, group } in watched {
        if row.state != ShadowState::OldBetter {
            continue;
        }
        let reason = format!("the old values are better: {}", row.note);
        if write {
            rows.extend(rollback::take_back(context, subjects, &group, false, &reason)?);
        } else {
            context.console.warn(format!("{}: {reason}; `cbt rollback` takes it back", row.strategy_name));
        }
    }
    Ok(rows)
}

/// What was just taken back, or shares a file with it, waits for the next iteration to be read again.
fn held_back<'a>(wish: Wish<'a>, settled: &[(String, String)]) -> Wish<'a> {
    let touched = settled
        .iter()
        .any(|(strategy, path)| *strategy == wish.subject.strategy.name || *path == wish.parameter.place.path);
    let stale = touched.then(|| "a change in this file was just taken back; the next iteration tests again".to_owned());
    Wish { stale: wish.stale.clone().or(stale), ..wish }
}

fn show(row: &Change) -> JsonValue {
    json!({
        "strategy_name": row.strategy_name,
        "parameter": row.parameter,
        "old_value": row.old_value.0,
        "new_value": row.new_value.0,
        "place": format!("{}:{}", row.path, row.line),
        "reason": row.reason,
        "backup": row.backup,
        "diff": row.diff,
    })
}

fn announce(context: &Context, rows: &[Change]) {
    let console = &context.console;
    for row in rows {
        let what = format!("{}.{}: {} -> {}", row.strategy_name, row.parameter, row.old_value.0, row.new_value.0);
        match row.decision {
            ChangeDecision::Applied => console.say(format!("Updated {what}{}", gain(row))),
            ChangeDecision::RolledBack => console.say(format!("Rolled back {what}: {}", row.reason)),
            ChangeDecision::DryRun => {
                console.say(format!("Would update {what}{}\n{}", gain(row), row.diff));
            }
            ChangeDecision::Refused => console.say(format!("Refused {what}: {}", row.reason)),
        }
    }
    if rows.is_empty() {
        console.say("Nothing to change");
    }
}

fn gain(row: &Change) -> String {
    row.improvement.map_or_else(String::new, |gain| format!(" ({:+.1}% on validation paths)", gain * 100.0))
}

/// Every parameter whose value differs in a promoted challenger.
fn promoted<'a>(context: &Context, subjects: &'a [Subject]) -> Result<Vec<Wish<'a>>, Failure> {
    let mut wishes = Vec::new();
    for row in artifact::read::<Candidate>(&context.data)? {
        let subject = subjects.iter().find(|subject| subject.strategy.name == row.strategy_name);
        let (Decision::Promote, Some(subject)) = (row.decision, subject) else { continue };
        for (name, new) in &row.new_parameters.0 {
            let Some(parameter) = subject.parameters.iter().find(|parameter| parameter.name == *name) else { continue };
            let old = row.old_parameters.0.get(name);
            if old != Some(new) {
                let changed = row.source_hash != subject.strategy.source_hash || old != Some(&parameter.default);
                wishes.push(Wish {
                    subject,
                    parameter,
                    new: new.clone(),
                    manual: false,
                    improvement: row.performance_improvement,
                    reason: row.reason.clone(),
                    stale: changed.then(|| {
                        format!("{} has changed since the challenger was tested; run `cbt backtest` and `cbt optimize` again", row.strategy_name)
                    }),
                });
            }
        }
    }
    Ok(wishes)
}

fn by_hand<'a>(
    context: &Context,
    subjects: &'a [Subject],
    assignments: &[Assignment],
) -> Result<Vec<Wish<'a>>, Failure> {
    let subject = match (&context.only[..], subjects) {
        ([_], [subject]) => subject,
        _ => return Err(Failure::usage("a change by hand takes exactly one --strategy")),
    };
    assignments
        .iter()
        .map(|assignment| {
            let parameter = find(subject, &assignment.parameter)?;
            Ok(Wish {
                subject,
                parameter,
                new: fitting(parameter, &assignment.value),
                manual: true,
                improvement: None,
                reason: "asked for by hand".to_owned(),
                stale: None,
            })
        })
        .collect()
}

/// The parameter of this name.
///
/// # Errors
/// Nobody has it; with the nearest.
pub fn find<'a>(subject: &'a Subject, name: &str) -> Result<&'a Parameter, Failure> {
    subject.parameters.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
        let names = subject.parameters.iter().map(|parameter| parameter.name.as_str());
        Failure::input(format!("{} has no parameter `{name}`", subject.strategy.name)).hint(nearest(name, names))
    })
}

/// `2` is a fine value for a float.
pub fn fitting(parameter: &Parameter, value: &Value) -> Value {
    match (parameter.value_type, value) {
        (ValueType::Float, Value::Int(whole)) => Value::Float(*whole as f64),
        _ => value.clone(),
    }
}

/// Of the parameter's type and within its bounds.
fn admissible(wish: &Wish<'_>) -> Result<(), String> {
    if let Some(stale) = &wish.stale {
        return Err(stale.clone());
    }
    let Parameter { name, value_type, range, .. } = wish.parameter;
    let new = &wish.new;
    let what = format!("{}.{name}", wish.subject.strategy.name);
    let fits = match value_type {
        ValueType::Int => matches!(new, Value::Int(_)),
        ValueType::Float => matches!(new, Value::Float(_)),
        ValueType::Bool => matches!(new, Value::Bool(_)),
        ValueType::Str => matches!(new, Value::Str(_)),
        ValueType::Categorical | ValueType::Enum => true,
        ValueType::Null | ValueType::Expression => false,
    };
    if !fits {
        let kind = format!("{value_type:?}").to_lowercase();
        return Err(format!("{what} is of type {kind}; {new} is not a value for it"));
    }
    let outside = |admissible: String| Err(format!("{what} = {new} is out of bounds: {admissible}"));
    match (range, new) {
        (Some(SearchRange::Int { low, high, .. }), Value::Int(value)) if !(low..=high).contains(&value) => {
            outside(format!("{low} to {high}"))
        }
        (Some(SearchRange::Float { low, high, .. }), Value::Float(value)) if !(low..=high).contains(&value) => {
            outside(format!("{low} to {high}"))
        }
        (Some(SearchRange::Choice { choices }), value) if !choices.contains(value) => {
            outside(choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        _ => Ok(()),
    }
}

/// A row about `wish`; what was written is filled in by whoever wrote.
fn row(context: &Context, wish: &Wish<'_>, decision: ChangeDecision, reason: String) -> Change {
    let Parameter { name, default, place, .. } = wish.parameter;
    let strategy = &wish.subject.strategy.name;
    let identity = format!("{}\0{strategy}\0{name}", context.run_id);
    Change {
        change_id: blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned(),
        strategy_name: strategy.clone(),
        parameter: name.clone(),
        old_value: Json(default.clone()),
        new_value: Json(wish.new.clone()),
        path: place.path.clone(),
        line: place.line,
        decision,
        manual: wish.manual,
        reason,
        old_hash: None,
        new_hash: None,
        backup: None,
        improvement: wish.improvement,
        diff: String::new(),
        undo: None,
        known_until: Json(rollback::known_until(context)),
        takes_back: None,
    }
}
