//! Changes that have to happen together: all values of a strategy, and all strategies that share a file.

use super::{Wish, row};
use crate::artifact::{Change, ChangeDecision, Json};
use crate::patch::{self, Edit, Format, OlderBackup, Planned, Written};
use crate::stage::{Context, Failure, intent};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Wishes connected through a strategy or a file.
pub fn clusters<'a, 'w>(wishes: &'w [Wish<'a>]) -> Vec<Vec<&'w Wish<'a>>> {
    let mut found: Vec<Vec<&Wish<'a>>> = Vec::new();
    for wish in wishes {
        let (mut joined, apart): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|cluster| cluster.iter().any(|other| together(wish, other)));
        let mut cluster: Vec<_> = joined.drain(..).flatten().collect();
        cluster.push(wish);
        found = apart;
        found.push(cluster);
    }
    found
}

fn together(one: &Wish<'_>, other: &Wish<'_>) -> bool {
    one.subject.strategy.name == other.subject.strategy.name || file(one) == file(other)
}

fn file(wish: &Wish<'_>) -> PathBuf {
    Path::new(&wish.subject.strategy.root).join(&wish.parameter.place.path)
}

/// Plans and writes a cluster. A strategy whose plan is refused is left out as a whole, the others go on; a disk
/// that fails takes everything of the cluster back.
///
/// # Errors
/// What is about to change cannot be written down; nothing was changed then.
pub fn change(
    context: &Context,
    cluster: &[&Wish<'_>],
    write: bool,
    backed_up: &[String],
) -> Result<Vec<Change>, Failure> {
    let mut rows = Vec::new();
    let refused = refused(cluster);
    let mut remaining = Vec::new();
    for wish in cluster {
        match refused.get(&wish.subject.strategy.name) {
            Some(reason) => rows.push(row(context, wish, ChangeDecision::Refused, reason.clone())),
            None => remaining.push(*wish),
        }
    }
    let all_refused = |reason: &str| -> Vec<Change> {
        remaining.iter().map(|wish| row(context, wish, ChangeDecision::Refused, reason.to_owned())).collect()
    };
    let plans = match plans(&remaining) {
        Ok(plans) => plans,
        Err(reason) => {
            rows.extend(all_refused(&reason));
            return Ok(rows);
        }
    };
    if !write {
        rows.extend(remaining.iter().map(|wish| {
            let mut row = row(context, wish, ChangeDecision::DryRun, wish.reason.clone());
            row.diff = plans.get(&file(wish)).map_or_else(String::new, |plan| plan.diff.clone());
            row
        }));
        return Ok(rows);
    }
    intent::note(context, plans.values().map(|plan| plan.undo.clone()))?;
    match write_all(&plans, backed_up) {
        Ok(written) => rows.extend(remaining.iter().map(|wish| {
            let mut row = row(context, wish, ChangeDecision::Applied, wish.reason.clone());
            if let (Some(plan), Some(done)) = (plans.get(&file(wish)), written.get(&file(wish))) {
                row.diff.clone_from(&plan.diff);
                row.old_hash = Some(done.old_hash.clone());
                row.new_hash = Some(done.new_hash.clone());
                row.backup = Some(done.backup.display().to_string());
                row.undo = Some(Json(done.undo.clone()));
            }
            row
        })),
        Err(reason) => rows.extend(all_refused(&reason)),
    }
    Ok(rows)
}

/// Strategies that cannot be planned on their own, with the reason.
fn refused(cluster: &[&Wish<'_>]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for wish in cluster {
        let name = &wish.subject.strategy.name;
        let own: Vec<&Wish<'_>> =
            cluster.iter().copied().filter(|other| other.subject.strategy.name == *name).collect();
        if !found.contains_key(name)
            && let Err(reason) = plans(&own)
        {
            found.insert(name.clone(), reason);
        }
    }
    found
}

fn plans(wishes: &[&Wish<'_>]) -> Result<BTreeMap<PathBuf, Planned>, String> {
    let mut edits: BTreeMap<PathBuf, Vec<Edit>> = BTreeMap::new();
    for wish in wishes {
        let file = file(wish);
        let format =
            Format::of(&file).ok_or_else(|| format!("{}: files of this kind are not edited", file.display()))?;
        let place = &wish.parameter.place;
        edits.entry(file.clone()).or_default().push(Edit {
            file,
            format,
            start: place.start,
            end: place.end,
            old: wish.parameter.default.clone(),
            new: wish.new.clone(),
            expected_hash: place.file_hash.clone(),
        });
    }
    edits
        .into_iter()
        .map(|(file, edits)| patch::plan(&edits).map(|plan| (file, plan)).map_err(|refusal| refusal.to_string()))
        .collect()
}

fn write_all(plans: &BTreeMap<PathBuf, Planned>, backed_up: &[String]) -> Result<BTreeMap<PathBuf, Written>, String> {
    let mut written: BTreeMap<PathBuf, Written> = BTreeMap::new();
    for (file, plan) in plans {
        if let Some(folder) = plan.target.parent() {
            // Temporary files of a killed run; one that stays does no harm.
            let _ = patch::clean_stale(folder);
        }
        // A backup that has these very bytes already was made by a run that was killed then.
        let ours: Vec<String> = backed_up.iter().chain([&plan.undo.old_hash]).cloned().collect();
        match patch::write(plan, OlderBackup::ReplaceIfOneOf(&ours)) {
            Ok(done) => {
                written.insert(file.clone(), done);
            }
            Err(refusal) => {
                let mut reason = refusal.to_string();
                for done in written.values() {
                    if let Err(stuck) = patch::undo(&done.undo) {
                        reason.push_str(&format!("; {} could not be taken back: {stuck}", done.file.display()));
                    }
                }
                return Err(reason);
            }
        }
    }
    Ok(written)
}
