//! The current parameters once on every test path and market, and what that earned, resampled.

use super::intervals::About;
use super::rows::{Market, Row, cells, explain_absent, groups, small};
use super::{Bench, Tested, Unit, outcome};
use crate::artifact::{Backtest, Badge};
use crate::backtest::bootstrap::{Figure, Params, Resampled, bootstrap};
use crate::backtest::{self, Broken, Kind, Path, Seats, Spread, Trace, trace};
use crate::seed::Seed;
use crate::stage::Failure;
use crate::stage::shards::Inputs;
use crate::stage::subjects::Subject;
use crate::stats::Undefined;
use crate::strategy::ParamSet;
use rayon::prelude::*;

/// A scenario with its paths, or a market.
pub fn units(bench: &Bench<'_>, subject: &Subject) -> Vec<Unit> {
    let inputs = Inputs::default()
        .with_json("resamples", &bench.context.config.backtest_types.bootstrap)
        .with("seed", seed(bench, subject).value().to_string());
    let unit = |group: std::ops::Range<usize>| Unit {
        market: bench.paths[group.start].scenario.clone(),
        inputs: inputs.clone().with("paths", bench.prints(group)),
        passing: false,
    };
    groups(&bench.paths).into_iter().map(unit).collect()
}

fn seed(bench: &Bench<'_>, subject: &Subject) -> Seed {
    bench.context.seed.child("bootstrap").child(&subject.strategy.name)
}

pub fn test(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>, wanted: &[usize]) -> Result<Vec<Tested>, Failure> {
    let all = groups(&bench.paths);
    let paths: Vec<Path> = wanted.iter().flat_map(|unit| &bench.paths[all[*unit].clone()]).cloned().collect();
    let traced =
        trace(seats, &paths, &ParamSet::new(), &bench.rules, &|| bench.stopped()).ok_or_else(Failure::interrupted)?;
    let seed = seed(bench, subject);
    let groups = groups(&paths);
    let found: Vec<Result<Vec<Resampled>, &Broken>> = groups
        .par_iter()
        .map(|group| {
            let traces = traced[group.clone()].iter().map(Result::as_ref).collect::<Result<Vec<&Trace>, _>>()?;
            let path = &paths[group.start];
            let params = params(bench, path.series.periods_per_year);
            Ok(bootstrap(&traces, &params, seed.child(&path.scenario)))
        })
        .collect();
    let row = Row { subject, kind: Kind::Bootstrap, set: &ParamSet::new(), variation: 0 };
    let mut all = Vec::with_capacity(wanted.len());
    for (group, found) in groups.into_iter().zip(found) {
        let mut tested = Tested { runs: group.len() as u64, ..Tested::default() };
        let path = &paths[group.start];
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
                tested.failure = Some((ended, failure.clone()));
            }
        }
        all.push(tested);
    }
    Ok(all)
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
