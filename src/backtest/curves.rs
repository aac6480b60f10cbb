use super::score::answered;
use super::{Broken, Path, Rules, Seats};
use crate::engine::simulate;
use crate::stats::returns_of_equity;
use crate::strategy::{ParamSet, exposure};
use rayon::prelude::*;
use std::ops::Range;

/// Returns per bar of each set on one market, over some of its bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// Name of the market.
    pub market: String,
    /// Microseconds since the Unix epoch.
    pub timestamp: Vec<i64>,
    /// By set.
    pub returns: Vec<Vec<f64>>,
    pub periods_per_year: f64,
}

/// Runs every set over the whole of each path and trades it over the bars that `window` picks: the bars before warm
/// it up and earn nothing. The first set that broke ends it. None once `stop` says so.
pub fn curves(
    seats: &Seats<'_>,
    paths: &[Path],
    sets: &[ParamSet],
    rules: &Rules,
    window: &(dyn Fn(&Path) -> Range<usize> + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Result<Vec<Curves>, Broken>> {
    let found: Option<Vec<Result<Curves, Broken>>> = paths
        .par_iter()
        .map(|path| {
            if stop() {
                return None;
            }
            let bars = window(path);
            let traded = path.series.slice(bars.clone());
            let outcomes = seats.with(|seat| seat.run(&path.series, sets));
            let returns = outcomes
                .into_iter()
                .map(|outcome| {
                    let targets = exposure(&answered(outcome)?.targets);
                    let run = simulate(&traded, &targets[bars.clone()], &rules.engine);
                    Ok(returns_of_equity(rules.engine.initial_capital, &run.equity))
                })
                .collect::<Result<Vec<_>, Broken>>();
            Some(returns.map(|returns| Curves {
                market: path.series.name.clone(),
                timestamp: traded.timestamp,
                returns,
                periods_per_year: path.series.periods_per_year,
            }))
        })
        .collect();
    Some(found?.into_iter().collect())
}
