//! The current parameters once on every test path and market, and what that earned, resampled.

use super::intervals::About;
use super::rows::{Market, Row, cells, explain_absent, groups, small};
use super::{Bench, Tested, outcome};
use crate::artifact::{Backtest, Badge};
use crate::backtest::bootstrap::{Figure, Params, Resampled, bootstrap};
use crate::backtest::{self, Broken, Kind, Seats, Spread, Trace, trace};
use crate::stage::Failure;
use crate::stage::subjects::Subject;
use crate::stats::Undefined;
use crate::strategy::ParamSet;
use rayon::prelude::*;

pub fn test(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>) -> Result<Tested, Failure> {
    let traced = trace(seats, &bench.paths, &ParamSet::new(), &bench.rules, &|| bench.stopped())
        .ok_or_else(Failure::interrupted)?;
    let seed = bench.context.seed.child("bootstrap").child(&subject.strategy.name);
    let groups = groups(&bench.paths);
    let found: Vec<Result<Vec<Resampled>, &Broken>> = groups
        .par_iter()
        .map(|group| {
            let traces = traced[group.clone()].iter().map(Result::as_ref).collect::<Result<Vec<&Trace>, _>>()?;
            let path = &bench.paths[group.start];
            let params = params(bench, path.series.periods_per_year);
            Ok(bootstrap(&traces, &params, seed.child(&path.scenario)))
        })
        .collect();
    let row = Row { subject, kind: Kind::Bootstrap, set: &ParamSet::new(), variation: 0 };
    let mut tested = Tested { runs: bench.paths.len() as u64, ..Tested::default() };
    for (group, found) in groups.into_iter().zip(found) {
        let path = &bench.paths[group.start];
        let market = Market { badge: backtest::Badge::Resampled, ..path.into() };
        let bars = path.series.len();
        match found {
            Ok(found) => {
                let traces: Vec<&Trace> = traced[group].iter().flatten().collect();
                tested.rows.push(resampled(row.blank(market, "full", bars)?, &found, &traces));
                let about = About {
                    strategy: &subject.strategy.name,
                    market: &path.scenario,
                    kind: Kind::Bootstrap,
                    badge: Badge::Resampled,
                    level: bench.context.config.backtest_types.bootstrap.level,
                };
                tested.intervals.extend(found.iter().map(|one| about.resampled("run", one)));
            }
            Err(broken) => {
                let (ended, failure) = (outcome(broken), broken.failure());
                tested.rows.push(row.failed(market, bars, ended, failure)?);
                tested.failure.get_or_insert_with(|| (ended, failure.clone()));
            }
        }
    }
    Ok(tested)
}

pub fn params(bench: &Bench<'_>, periods_per_year: f64) -> Params {
    let config = &bench.context.config.backtest_types.bootstrap;
    Params {
        resamples: config.resamples,
        level: config.level,
        min_blocks: config.min_blocks,
        periods_per_year,
        risk_free_rate: bench.rules.risk_free_rate,
    }
}

/// The resamples' mean, spread and ends; what is not resampled says so.
fn resampled(mut row: Backtest, found: &[Resampled], traces: &[&Trace]) -> Backtest {
    for one in found {
        let spread = Spread::over(one.values.iter().map(|&value| Ok(value)));
        let (mean, mut reason) = cells(&spread);
        if let Err(lack) = one.interval {
            reason = Some(lack.name().to_owned());
        }
        match one.figure {
            Figure::Sharpe => {
                (row.sharpe_ratio, row.sharpe_ratio_reason) = (mean, reason);
                (row.sharpe_std, row.sharpe_min, row.sharpe_max) = (spread.std, spread.min, spread.max);
                row.paths = small(one.values.len());
            }
            Figure::TotalReturn => {
                (row.total_return, row.total_return_reason) = (mean, reason);
                (row.total_return_std, row.total_return_min, row.total_return_max) =
                    (spread.std, spread.min, spread.max);
            }
            Figure::MaxDrawdown => {
                (row.max_drawdown, row.max_drawdown_reason) = (mean, reason);
                row.max_drawdown_worst = spread.min;
            }
            Figure::ProfitFactor => (row.profit_factor, row.profit_factor_reason) = (mean, reason),
        }
    }
    explain_absent(&mut row, "not_resampled");
    row.total_trades = small(traces.iter().map(|trace| trace.metrics.total_trades).sum());
    let costs =
        traces.iter().map(|trace| -> Result<f64, Undefined> { Ok(trace.metrics.costs + trace.metrics.slippage) });
    row.costs = Spread::over(costs).mean;
    row
}
