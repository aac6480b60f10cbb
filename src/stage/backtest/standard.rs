//! The current parameters and variations around them, on every test path and every historical market.

use super::{Bench, Tested, rows};
use crate::backtest::{Seats, score, variations};
use crate::stage::Failure;
use crate::stage::subjects::Subject;
use crate::strategy::ParamSet;

pub fn test(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>) -> Result<Tested, Failure> {
    let context = bench.context;
    let seed = context.seed.child("variations").child(&subject.strategy.name);
    let mut sets = vec![ParamSet::new()];
    sets.extend(variations(&subject.parameters, context.config.backtest.variations, seed));
    let scored = score(seats, &bench.paths, &sets, &bench.rules, &|_| {}, &|| bench.stopped())
        .ok_or_else(Failure::interrupted)?;
    Ok(Tested {
        rows: rows::rows(subject, &bench.paths, &sets, &scored, &bench.rules)?,
        runs: (bench.paths.len() * sets.len()) as u64,
        failure: rows::first_failure(&scored),
        ..Tested::default()
    })
}
