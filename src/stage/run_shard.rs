//! Shards of a plan, computed here. It may run anywhere, many times and many at once: a shard is known by what it follows
//! from, whoever makes it makes the same bytes, and they are put in place whole.

use super::backtest::Bench;
use super::console::counted;
use super::subjects::runnable;
use super::workers::Workers;
use super::{Context, Failure, FailureKind, iterate};
use crate::artifact::{self, PlannedShard};
use crate::backtest::Kind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// Which shards of the plan.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// By name.
    Ids(Vec<String>),
    Part(Part),
}

/// `3/8`: the third of eight parts of about equal size, counting from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    number: usize,
    of: usize,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write it as NUMBER/PARTS, such as 3/8 for the third of eight".to_owned();
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let part = Self { number: number.parse().map_err(|_| wrong())?, of: of.parse().map_err(|_| wrong())? };
        if part.number == 0 || part.number > part.of { Err(wrong()) } else { Ok(part) }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Part {
    /// Every `of`-th, so that long and short ones are spread.
    fn holds(self, place: usize) -> bool {
        place % self.of == self.number - 1
    }
}

/// Computes those of `wanted` that are not there yet. Takes no lock and writes nothing but shards.
///
/// # Errors
/// No plan, a name that is not in it, sources or markets or settings that changed since it was made; no Python, a signal,
/// a depot that cannot be read or written.
pub fn run_shard(context: &Context, wanted: &Wanted) -> Result<Value, Failure> {
    let context = &iterate::on_last_iteration(context)?;
    let plan = artifact::read::<PlannedShard>(&context.data)?;
    let mut work: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for row in chosen(&plan, wanted)? {
        work.entry((&row.strategy_name, &row.backtest_type)).or_default().insert(&row.shard_id);
    }
    let names: Vec<String> =
        work.keys().map(|(strategy, _)| (*strategy).to_owned()).collect::<BTreeSet<_>>().into_iter().collect();
    let context = &context.clone().only(names.clone());
    // Nothing may be wanted; an empty list of names would mean all.
    let subjects = if names.is_empty() { Vec::new() } else { runnable(context)? };
    let bench = Bench::enter(context)?;
    let workers = Workers::find(context)?;
    let (mut computed, mut unkept) = (Vec::new(), Vec::new());
    for ((strategy, kind), ids) in &work {
        context.stop.check()?;
        let subject = subjects.iter().find(|subject| subject.strategy.name == *strategy);
        let (Some(subject), Some(kind)) = (subject, Kind::named(kind)) else { return Err(stale(strategy)) };
        let made = workers.soundly(context, subject, || bench.make_named(&workers, subject, kind, ids))?;
        let made = made.ok_or_else(|| stale(strategy))?;
        computed.extend(made.kept);
        unkept.extend(made.unkept);
    }
    let wanted: usize = work.values().map(BTreeSet::len).sum();
    context.console.say(format!(
        "{} computed, {} known from before",
        counted(computed.len() as u64, "shard", "shards"),
        wanted - computed.len() - unkept.len()
    ));
    for id in &unkept {
        context
            .console
            .warn(format!("{id} hit a limit of time or memory and is not kept; `cbt collect --fill` tries again"));
    }
    Ok(json!({
        "known": wanted - computed.len() - unkept.len(),
        "computed": computed,
        "not_kept": unkept,
    }))
}

fn chosen<'p>(plan: &'p [PlannedShard], wanted: &Wanted) -> Result<Vec<&'p PlannedShard>, Failure> {
    match wanted {
        Wanted::Part(part) => {
            Ok(plan.iter().enumerate().filter(|(place, _)| part.holds(*place)).map(|(_, row)| row).collect())
        }
        Wanted::Ids(ids) => ids
            .iter()
            .map(|id| {
                plan.iter().find(|row| row.shard_id == *id).ok_or_else(|| {
                    Failure::input(format!("there is no shard `{id}` in the plan")).hint("`cbt plan` lists them")
                })
            })
            .collect(),
    }
}

fn stale(strategy: &str) -> Failure {
    Failure::new(
        FailureKind::MissingArtifact,
        format!("the plan is not of {strategy} as it is now: its sources, the settings or the markets changed"),
    )
    .hint("run `cbt plan` again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_everything_once() {
        for (text, count) in [("1/3", 4), ("2/3", 3), ("3/3", 3), ("1/1", 10)] {
            let part: Part = text.parse().unwrap();
            assert_eq!(part.to_string(), text);
            assert_eq!((0..10).filter(|place| part.holds(*place)).count(), count, "{text}");
        }
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"] {
            assert!(wrong.parse::<Part>().is_err(), "{wrong}");
        }
    }
}
