//! Taking a change back: the file gets its old bytes, and history a row.

use super::lock::Lock;
use super::shadow::{Group, standing};
use super::subjects::{Subject, nearest, runnable};
use super::{Context, Failure, FailureKind, bars, intent, iterate, publish};
use crate::artifact::{self, Change, ChangeDecision, Json, Lake, PathSet, Stamped};
use crate::patch::{self, Edit, Format, OlderBackup, Planned, Undo};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The command: takes back what the run that made `change` did to its strategy, and publishes the store.
///
/// # Errors
/// No such change, or one that was taken back already; `Refused` where a file is not as the change left it and the
/// value cannot be set back either: the files are untouched then.
pub fn rollback(context: &Context, change: &str) -> Result<Value, Failure> {
    let _lock = Lock::take(&context.data, "rollback", &context.started.to_rfc3339())?;
    intent::settle(context)?;
    let context = &iterate::on_last_iteration(context)?;
    let done = take_back_and_record(context, change);
    // Where it was recorded that is forgotten, else the files get back what they had.
    intent::settle(context)?;
    let rows = done?;
    publish::publish(context)?;
    if let Some(refused) = rows.iter().find(|row| row.decision == ChangeDecision::Refused) {
        return Err(Failure::new(FailureKind::Refused, refused.reason.clone()).hint("the files are untouched"));
    }
    for row in &rows {
        let (from, to) = (&row.old_value.0, &row.new_value.0);
        context.console.say(format!("Took back {}.{}: {from} -> {to}", row.strategy_name, row.parameter));
    }
    let shown = |row: &Change| {
        json!({
            "change_id": row.change_id,
            "takes_back": row.takes_back,
            "strategy_name": row.strategy_name,
            "parameter": row.parameter,
            "old_value": row.old_value.0,
            "new_value": row.new_value.0,
            "place": format!("{}:{}", row.path, row.line),
        })
    };
    Ok(json!({ "rolled_back": rows.iter().map(shown).collect::<Vec<_>>() }))
}

fn take_back_and_record(context: &Context, change: &str) -> Result<Vec<Change>, Failure> {
    let group = find(context, change)?;
    let subjects = runnable(context)?;
    let rows = take_back(context, &subjects, &group, true, "asked for by hand")?;
    artifact::write(&context.data, &rows, &context.provenance())?;
    Lake::new(&context.data).append(&iterate::stamp(context), &rows, &context.provenance())?;
    Ok(rows)
}

/// The standing group with a change of this id, or the only one whose id begins so.
fn find(context: &Context, change: &str) -> Result<Group, Failure> {
    let groups = standing(context)?;
    let begins = |group: &&Group| group.iter().any(|row| row.row.change_id.starts_with(change));
    let found: Vec<&Group> = groups.iter().filter(begins).collect();
    match found[..] {
        [group] if !change.is_empty() => return Ok(group.clone()),
        [_, _, ..] => return Err(Failure::input(format!("several changes begin with `{change}`: write more of it"))),
        _ => {}
    }
    let ever = Lake::new(&context.data).read::<Change>()?;
    if let Some(known) = ever.iter().find(|row| row.row.change_id == change) {
        let why = match known.row.decision {
            ChangeDecision::Applied => "was taken back already",
            ChangeDecision::Refused => "was refused: nothing was written",
            ChangeDecision::DryRun => "was only shown: nothing was written",
            ChangeDecision::RolledBack => "is itself a rollback; set the value with `cbt apply --set` instead",
        };
        return Err(Failure::input(format!("the change {change} {why}")));
    }
    let ids: Vec<&str> = groups.iter().flatten().map(|row| row.row.change_id.as_str()).collect();
    Err(Failure::input(format!("there is no change `{change}`"))
        .hint(nearest(change, ids.into_iter()))
        .hint("`cbt query \"SELECT change_id, strategy_name, parameter, decision FROM changes\"` lists them"))
}

/// The last bar of every real market as it stands now, by name; empty where there are none.
pub fn known_until(context: &Context) -> BTreeMap<String, i64> {
    let last = |path: &crate::backtest::Path| Some((path.series.name.clone(), *path.series.timestamp.last()?));
    bars::paths(context, &[PathSet::Historical])
        .map_or_else(|_| BTreeMap::new(), |real| real.iter().filter_map(last).collect())
}

/// How one file gets its old values.
enum Way {
    /// It is as the change left it: its old bytes, exactly.
    Exact(Undo),
    /// It was edited since: the values alone, by the patcher.
    Values(Box<Planned>),
}

/// Takes `group` back in all its files, or in none; a row per change.
///
/// # Errors
/// What is about to change cannot be written down; nothing was changed then.
pub fn take_back(
    context: &Context,
    subjects: &[Subject],
    group: &Group,
    manual: bool,
    reason: &str,
) -> Result<Vec<Change>, Failure> {
    let refused = |why: String| -> Result<Vec<Change>, Failure> {
        Ok(group.iter().map(|change| row(context, change, manual, &why, ChangeDecision::Refused, None)).collect())
    };
    let ways = match ways(subjects, group) {
        Ok(ways) => ways,
        Err(why) => return refused(why),
    };
    let backed_up: Vec<String> = match Lake::new(&context.data).read::<Change>() {
        Ok(earlier) => earlier.into_iter().filter_map(|change| change.row.old_hash).collect(),
        Err(error) => return refused(error.to_string()),
    };
    let again = |way: &Way| match way {
        Way::Exact(undo) => undo.reversed(),
        Way::Values(plan) => plan.undo.clone(),
    };
    intent::note(context, ways.values().map(again))?;
    let mut done: BTreeMap<PathBuf, Undo> = BTreeMap::new();
    for (file, way) in ways {
        let written = match &way {
            Way::Exact(undo) => patch::undo(undo).map(|_| undo.reversed()),
            Way::Values(plan) => {
                patch::write(plan, OlderBackup::ReplaceIfOneOf(&backed_up)).map(|written| written.undo)
            }
        };
        match written {
            Ok(undo) => drop(done.insert(file, undo)),
            Err(refusal) => {
                let mut why = refusal.to_string();
                for undo in done.values() {
                    if let Err(stuck) = patch::undo(undo) {
                        why.push_str(&format!("; {} could not be set back again: {stuck}", undo.file.display()));
                    }
                }
                return refused(why);
            }
        }
    }
    let taken_back = group.iter().map(|change| {
        let undo = file(subjects, change).and_then(|file| done.get(&file));
        row(context, change, manual, reason, ChangeDecision::RolledBack, undo)
    });
    Ok(taken_back.collect())
}

/// The file a change was made in, under its strategy's root.
fn file(subjects: &[Subject], change: &Stamped<Change>) -> Option<PathBuf> {
    let subject = subjects.iter().find(|subject| subject.strategy.name == change.row.strategy_name)?;
    Some(PathBuf::from(&subject.strategy.root).join(&change.row.path))
}

fn ways(subjects: &[Subject], group: &Group) -> Result<BTreeMap<PathBuf, Way>, String> {
    let mut by_file: BTreeMap<PathBuf, Vec<&Stamped<Change>>> = BTreeMap::new();
    for change in group {
        let strategy = &change.row.strategy_name;
        let file = file(subjects, change).ok_or_else(|| format!("{strategy} is not among the runnable strategies"))?;
        by_file.entry(file).or_default().push(change);
    }
    by_file
        .into_iter()
        .map(|(file, changes)| {
            let undo = changes.first().and_then(|change| change.row.undo.as_ref()).map(|undo| undo.0.clone());
            let as_left = |undo: &Undo| {
                // Another strategy's values may have been written into the same file by the same run.
                undo.changes.len() == changes.len()
                    && std::fs::read(&undo.file).is_ok_and(|bytes| patch::hash(&bytes) == undo.new_hash)
            };
            match undo.filter(as_left) {
                Some(undo) => Ok((file, Way::Exact(undo))),
                None => values(subjects, &changes, file.clone()).map(|plan| (file, Way::Values(Box::new(plan)))),
            }
        })
        .collect()
}

fn values(subjects: &[Subject], changes: &[&Stamped<Change>], file: PathBuf) -> Result<Planned, String> {
    let format = Format::of(&file).ok_or_else(|| format!("{}: files of this kind are not edited", file.display()))?;
    let edits = changes
        .iter()
        .map(|change| {
            let Change { strategy_name, parameter, old_value, new_value, .. } = &change.row;
            let subject = subjects.iter().find(|subject| subject.strategy.name == *strategy_name);
            let found = subject.and_then(|subject| subject.parameters.iter().find(|found| found.name == *parameter));
            let found = found.ok_or_else(|| format!("{strategy_name} has no parameter {parameter} any more"))?;
            // What discovery read of the file may be older than the change itself.
            if !std::fs::read(&file).is_ok_and(|bytes| patch::hash(&bytes) == found.place.file_hash) {
                let name = file.display();
                return Err(format!("{name} was edited since it was last read; run `cbt discover` and try again"));
            }
            if found.default != new_value.0 {
                let now = &found.default;
                return Err(format!(
                    "{strategy_name}.{parameter} is {now} now and not {}: it was changed since",
                    new_value.0
                ));
            }
            Ok(Edit {
                file: file.clone(),
                format,
                start: found.place.start,
                end: found.place.end,
                old: found.default.clone(),
                new: old_value.0.clone(),
                expected_hash: found.place.file_hash.clone(),
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    patch::plan(&edits).map_err(|refusal| format!("{refusal}; run `cbt discover` and try again"))
}

/// A row about taking `change` back; `undo` is what would take the rollback back.
fn row(
    context: &Context,
    change: &Stamped<Change>,
    manual: bool,
    reason: &str,
    decision: ChangeDecision,
    undo: Option<&Undo>,
) -> Change {
    let before = &change.row;
    let identity = format!("{}\0{}\0back", context.run_id, before.change_id);
    let spelled = |undo: &Undo| {
        undo.changes.iter().map(|change| format!("-{}\n+{}\n", change.old_text, change.new_text)).collect::<String>()
    };
    Change {
        change_id: blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned(),
        old_value: Json(before.new_value.0.clone()),
        new_value: Json(before.old_value.0.clone()),
        decision,
        manual,
        reason: reason.to_owned(),
        old_hash: undo.map(|undo| undo.old_hash.clone()),
        new_hash: undo.map(|undo| undo.new_hash.clone()),
        backup: None,
        improvement: None,
        diff: undo.map(spelled).unwrap_or_default(),
        undo: undo.cloned().map(Json),
        known_until: Json(known_until(context)),
        takes_back: Some(before.change_id.clone()),
        ..before.clone()
    }
}
