//! The current parameters and variations around them, on every test path and every historical market.

use super::rows::{self, groups};
use super::{Bench, Tested, Unit};
use crate::backtest::{Path, Seats, score, variations};
use crate::stage::Failure;
use crate::stage::shards::Inputs;
use crate::stage::subjects::Subject;
use crate::strategy::ParamSet;

/// A scenario with its paths, or a market.
pub fn units(bench: &Bench<'_>, subject: &Subject) -> Vec<Unit> {
    let sets = sets(bench, subject);
    let unit = |group: std::ops::Range<usize>| Unit {
        market: bench.paths[group.start].scenario.clone(),
        inputs: Inputs::default().with_json("sets", &sets).with("paths", bench.prints(group)),
        passing: false,
    };
    groups(&bench.paths).into_iter().map(unit).collect()
}

fn sets(bench: &Bench<'_>, subject: &Subject) -> Vec<ParamSet> {
    let context = bench.context;
    let seed = context.seed.child("variations").child(&subject.strategy.name);
    let mut sets = vec![ParamSet::new()];
    sets.extend(variations(&subject.parameters, context.config.backtest.variations, seed));
    sets
}

pub fn test(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>, wanted: &[usize]) -> Result<Vec<Tested>, Failure> {
    let sets = sets(bench, subject);
    let groups = groups(&bench.paths);
    let of = |unit: &usize| &bench.paths[groups[*unit].clone()];
    let paths: Vec<Path> = wanted.iter().flat_map(of).cloned().collect();
    let scored =
        score(seats, &paths, &sets, &bench.rules, &|_| {}, &|| bench.stopped()).ok_or_else(Failure::interrupted)?;
    let mut scored = scored.into_iter();
    wanted
        .iter()
        .map(|unit| {
            let paths = of(unit);
            let scored: Vec<_> = scored.by_ref().take(paths.len()).collect();
            Ok(Tested {
                rows: rows::rows(subject, paths, &sets, &scored, &bench.rules)?,
                runs: (paths.len() * sets.len()) as u64,
                failure: rows::first_failure(&scored),
                ..Tested::default()
            })
        })
        .collect()
}
