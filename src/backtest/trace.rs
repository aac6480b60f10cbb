use super::score::answered;
use super::{Broken, Path, Rules, Seats};
use crate::engine::{self, Metrics};
use crate::stats::returns_of_equity;
use crate::strategy::{ParamSet, exposure};
use rayon::prelude::*;

/// What one set earned on one path, bar by bar and trade by trade.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Simple returns per bar, the first against the initial capital.
    pub returns: Vec<f64>,
    /// Profit and loss of the closed trades in money after costs, in the order of their exits.
    pub profits: Vec<f64>,
    pub metrics: Metrics,
}

impl Trace {
    /// Exposures that are known beforehand, traded on their bars.
    pub(super) fn of(series: &crate::market::Series, exposures: &[f64], rules: &Rules) -> Self {
        let run = engine::simulate(series, exposures, &rules.engine);
        Self {
            returns: returns_of_equity(rules.engine.initial_capital, &run.equity),
            profits: run.trades.iter().map(|trade| trade.pnl).collect(),
            metrics: engine::metrics(&run, &rules.engine, series.periods_per_year, rules.risk_free_rate),
        }
    }
}

/// One run of `set` on every path, in order. None once `stop` says so.
pub fn trace(
    seats: &Seats<'_>,
    paths: &[Path],
    set: &ParamSet,
    rules: &Rules,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Result<Trace, Broken>>> {
    paths
        .par_iter()
        .map(|path| {
            if stop() {
                return None;
            }
            let outcomes = seats.with(|seat| seat.run(&path.series, std::slice::from_ref(set)));
            let outcome = outcomes.into_iter().next()?;
            Some(answered(outcome).map(|answers| Trace::of(&path.series, &exposure(&answers.targets), rules)))
        })
        .collect()
}
