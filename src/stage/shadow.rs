//! After a promotion the values before it run along: on every real bar that has come since, both are compared, and
//! evidence for the old ones takes the change back.

use super::subjects::Subject;
use super::workers::Workers;
use super::{Context, Failure, bars};
use crate::artifact::{Change, ChangeDecision, Lake, PathSet, Shadow, ShadowState, Stamped};
use crate::backtest::{Broken, Curves, Path, curves};
use crate::stats::EProcess;
use crate::strategy::ParamSet;
use std::collections::{BTreeMap, BTreeSet};

/// Differences of returns at full exposure are clipped here, per bar, and nothing is bet on the first bars.
const CLIP: f64 = 0.05;
const WARM_UP: usize = 20;

/// What one run changed in one strategy.
pub type Group = Vec<Stamped<Change>>;

/// A promotion that is watched, and where it stands.
pub struct Watched {
    pub row: Shadow,
    pub group: Group,
}

/// The groups of applied changes that nothing has taken back, oldest first.
pub fn standing(context: &Context) -> Result<Vec<Group>, Failure> {
    let changes = Lake::new(&context.data).read::<Change>()?;
    let back: BTreeSet<String> = changes
        .iter()
        .filter(|change| change.row.decision == ChangeDecision::RolledBack)
        .filter_map(|change| change.row.takes_back.clone())
        .collect();
    let mut groups: BTreeMap<(i64, String, String), Group> = BTreeMap::new();
    for change in changes {
        if change.row.decision == ChangeDecision::Applied && !back.contains(&change.row.change_id) {
            let key = (change.timestamp.0, change.run_id.clone(), change.row.strategy_name.clone());
            groups.entry(key).or_default().push(change);
        }
    }
    Ok(groups.into_values().collect())
}

/// Compares old and new values of the last promotion of each strategy on the real bars that came after it. The
/// comparison is made anew from the first such bar each time, so that no state can be lost or counted twice.
///
/// # Errors
/// A damaged artifact, no Python, a signal.
pub fn watch(context: &Context, subjects: &[Subject]) -> Result<Vec<Watched>, Failure> {
    let mut last: BTreeMap<String, Group> = BTreeMap::new();
    for group in standing(context)? {
        if let Some(change) = group.first() {
            last.insert(change.row.strategy_name.clone(), group);
        }
    }
    // A change by hand after a promotion ends its watch: nobody is second-guessed who decided themselves.
    last.retain(|_, group| group.iter().all(|change| !change.row.manual));
    if last.is_empty() {
        return Ok(Vec::new());
    }
    let real = match bars::paths(context, &[PathSet::Historical]) {
        Ok(real) => real,
        Err(failure) if failure.kind == super::FailureKind::MissingArtifact => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let mut workers = None;
    let mut watched = Vec::new();
    for (name, group) in last {
        let Some(subject) = subjects.iter().find(|subject| subject.strategy.name == name) else { continue };
        let fresh: Vec<Path> = real.iter().filter(|path| new_bars(path, &group) > 0).cloned().collect();
        let verdict = if !stands(subject, &group) {
            Verdict::closed("the values in the file are not those that were promoted any more")
        } else if fresh.is_empty() {
            Verdict::closed("no real bar has come since").watching()
        } else {
            let workers = match &mut workers {
                Some(workers) => workers,
                none => none.insert(Workers::find(context)?),
            };
            compare(context, workers, subject, &group, &fresh)?
        };
        watched.push(Watched { row: verdict.row(context, &name, &group), group });
    }
    Ok(watched)
}

struct Verdict {
    old: f64,
    new: f64,
    bars: usize,
    state: Option<ShadowState>,
    note: String,
}

impl Verdict {
    fn closed(note: &str) -> Self {
        Self { old: 0.0, new: 0.0, bars: 0, state: Some(ShadowState::Closed), note: note.to_owned() }
    }

    fn watching(self) -> Self {
        Self { state: None, ..self }
    }

    fn row(self, context: &Context, strategy: &str, group: &Group) -> Shadow {
        let threshold = context.config.optimization.gate.rollback_evidence;
        let state = self.state.unwrap_or(if self.old >= threshold.ln() {
            ShadowState::OldBetter
        } else if self.new >= threshold.ln() {
            ShadowState::NewBetter
        } else {
            ShadowState::Watching
        });
        let figures = format!(
            "on {} new real bars the evidence for the old values is E = {:.2} and for the new ones E = {:.2}; {threshold} \
             decides",
            self.bars,
            self.old.exp(),
            self.new.exp()
        );
        Shadow {
            change_run: group.first().map_or_else(String::new, |change| change.run_id.clone()),
            strategy_name: strategy.to_owned(),
            bars: u32::try_from(self.bars).unwrap_or(u32::MAX),
            log_e_old: self.old,
            log_e_new: self.new,
            log_threshold: threshold.ln(),
            state,
            note: if self.note.is_empty() { figures } else { self.note },
        }
    }
}

/// The values in the files are those that were promoted.
fn stands(subject: &Subject, group: &Group) -> bool {
    group.iter().all(|change| {
        subject
            .parameters
            .iter()
            .any(|parameter| parameter.name == change.row.parameter && parameter.default == change.row.new_value.0)
    })
}

/// A market that was not there at the time has no bar that is known to be new.
fn known_until(market: &str, group: &Group) -> i64 {
    group.first().and_then(|change| change.row.known_until.0.get(market)).copied().unwrap_or(i64::MAX)
}

fn new_bars(path: &Path, group: &Group) -> usize {
    let known = known_until(&path.series.name, group);
    path.series.timestamp.iter().filter(|&&time| time > known).count()
}

fn compare(
    context: &Context,
    workers: &Workers,
    subject: &Subject,
    group: &Group,
    paths: &[Path],
) -> Result<Verdict, Failure> {
    let old: ParamSet =
        group.iter().map(|change| (change.row.parameter.clone(), change.row.old_value.0.clone())).collect();
    let seats = workers.seats(subject)?;
    let rules = context.rules(1);
    let whole = |path: &Path| 0..path.series.len();
    let found = curves(&seats, paths, &[ParamSet::new(), old], &rules, &whole, &|| context.stop.requested())
        .ok_or_else(Failure::interrupted)?;
    let curves = match found {
        Ok(curves) => curves,
        Err(broken) => return Ok(broke(&broken)),
    };
    let (mut for_old, mut for_new) = (EProcess::new(CLIP, WARM_UP), EProcess::new(CLIP, WARM_UP));
    for difference in differences(&curves, group) {
        let full = difference / rules.engine.max_position_size;
        if for_old.observe(full).is_err() || for_new.observe(-full).is_err() {
            return Ok(Verdict::closed("a return on a real bar is not finite"));
        }
    }
    Ok(Verdict { old: for_old.peak(), new: for_new.peak(), bars: for_old.bars(), state: None, note: String::new() })
}

fn broke(broken: &Broken) -> Verdict {
    let note = format!("it {} on the real bars: {}", broken.name(), broken.failure().message);
    Verdict { state: Some(ShadowState::Broken), ..Verdict::closed(&note) }
}

/// Old less new per moment after the change, in order of time, averaged over the markets that have a bar there.
fn differences(curves: &[Curves], group: &Group) -> Vec<f64> {
    let mut moments: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for curve in curves {
        let [new, old] = &curve.returns[..] else { continue };
        let known = known_until(&curve.market, group);
        for (time, (new, old)) in curve.timestamp.iter().zip(new.iter().zip(old)).filter(|(time, _)| **time > known) {
            let (sum, count) = moments.entry(*time).or_default();
            *sum += old - new;
            *count += 1.0;
        }
    }
    moments.into_values().map(|(sum, count)| sum / count).collect()
}
