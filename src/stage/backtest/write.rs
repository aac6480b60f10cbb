//! The stage's tables. Types that were not asked for keep what they found last.

use super::Tested;
use crate::artifact::{
    self, Backtest, DistributionRow, EquityCurveRow, History, IntervalRow, Lake, Table, WalkForwardRow,
    WalkForwardWindow,
};
use crate::backtest::Kind;
use crate::stage::{Context, Failure, iterate};

pub fn write(context: &Context, kinds: &[Kind], found: Tested) -> Result<(), Failure> {
    let (walk, carlo) = (Kind::WalkForward.name(), Kind::MonteCarlo.name());
    replace::<Backtest>(context, kinds, found.rows, |row| (&row.strategy_name, &row.backtest_type))?;
    replace::<WalkForwardRow>(context, kinds, found.walks, |row| (&row.strategy_name, walk))?;
    replace::<WalkForwardWindow>(context, kinds, found.windows, |row| (&row.strategy_name, walk))?;
    replace::<DistributionRow>(context, kinds, found.distributions, |row| (&row.strategy_name, carlo))?;
    replace::<IntervalRow>(context, kinds, found.intervals, |row| (&row.strategy_name, &row.backtest_type))?;
    if kinds.contains(&Kind::MonteCarlo) { curves(context, found.curves) } else { Ok(()) }
}

/// The latest only: pictures of every hour for ninety days would outweigh all numbers.
fn curves(context: &Context, mut rows: Vec<EquityCurveRow>) -> Result<(), Failure> {
    if !context.only.is_empty() {
        rows.extend(known(context)?.into_iter().filter(|row: &EquityCurveRow| !context.wants(&row.strategy_name)));
    }
    rows.sort_by(|one, other| one.strategy_name.cmp(&other.strategy_name));
    artifact::write(&context.data, &rows, &context.provenance())?;
    Ok(())
}

/// `of` tells a row's strategy and type. Rows come out in that order, so that a type run alone leaves the same
/// bytes as all of them run together.
fn replace<R: History + Clone>(
    context: &Context,
    kinds: &[Kind],
    mut rows: Vec<R>,
    of: impl Fn(&R) -> (&str, &str),
) -> Result<(), Failure> {
    Lake::new(&context.data).append(&iterate::stamp(context), &rows, &context.provenance())?;
    if !context.kinds.is_empty() {
        let run = |row: &R| kinds.iter().any(|kind| kind.name() == of(row).1) && context.wants(of(row).0);
        rows.extend(known(context)?.into_iter().filter(|row| !run(row)));
    }
    let place = |row: &R| Kind::ALL.iter().position(|kind| kind.name() == of(row).1);
    rows.sort_by(|one, other| (of(one).0, place(one)).cmp(&(of(other).0, place(other))));
    artifact::write(&context.data, &rows, &context.provenance())?;
    Ok(())
}

fn known<R: Table>(context: &Context) -> Result<Vec<R>, Failure> {
    match artifact::read(&context.data) {
        Ok(rows) => Ok(rows),
        Err(error) if error.is_missing() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
