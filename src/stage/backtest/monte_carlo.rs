//! The current parameters on paths that are new in every iteration, and the trades of real markets in other orders.

use super::intervals::About;
use super::rows::{Market, Row, small};
use super::{Bench, Tested, badge, courses, outcome};
use crate::artifact::{self, DistributionRow, explained};
use crate::backtest::monte_carlo::{Chance, Distribution, Params, Simulated, reorder, simulate, spread};
use crate::backtest::{Badge, Kind, Path, Seats, trace, variations};
use crate::engine::Metrics;
use crate::stage::Failure;
use crate::stage::generate_scenarios::{generators, scenarios};
use crate::stage::subjects::Subject;
use crate::strategy::ParamSet;

pub fn test(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>) -> Result<Tested, Failure> {
    let mut tested = fresh(bench, subject, seats)?;
    tested.add(reordered(bench, subject, seats)?);
    Ok(tested)
}

fn params(bench: &Bench<'_>) -> Params {
    let config = &bench.context.config.backtest_types.monte_carlo;
    Params { paths: config.paths, ruin_drawdown: config.ruin_drawdown, level: config.level }
}

fn fresh(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>) -> Result<Tested, Failure> {
    let context = bench.context;
    let jitters = context.config.backtest_types.monte_carlo.jitters;
    let nearby = variations(
        &subject.parameters,
        jitters,
        context.seed.child("monte_carlo").child("jitter").child(&subject.strategy.name),
    );
    // The same paths for every strategy, and new ones in the next iteration.
    let seed = context.seed.child("iteration").child(&context.iteration.to_string()).child("monte_carlo");
    let params = params(bench);
    let generators = generators(&scenarios(&context.config.scenarios))?;
    let found = simulate(seats, &generators, &nearby, &params, &bench.rules, seed, &|| bench.stopped())
        .ok_or_else(Failure::interrupted)?;
    let row = Row { subject, kind: Kind::MonteCarlo, set: &ParamSet::new(), variation: 0 };
    let mut tested = Tested::default();
    for Simulated { scenario, bars, periods_per_year, drawn } in &found {
        let market = Market { scenario, badge: Badge::Sim, periods_per_year: *periods_per_year };
        tested.runs += (params.paths * (1 + usize::from(!nearby.is_empty()))) as u64;
        match drawn {
            Ok(drawn) => {
                let metrics: Vec<&Metrics> = drawn.iter().map(|path| &path.own).collect();
                tested.rows.push(row.measured(market, "full", *bars, &metrics)?);
                let (fans, chances) = spread(drawn, &params);
                tested.curves.extend(courses::simulated(&subject.strategy.name, scenario, *bars, drawn));
                keep(&mut tested, subject, scenario, Badge::Sim, &fans, &chances, params.level);
            }
            Err(broken) => {
                let (ended, failure) = (outcome(broken), broken.failure());
                tested.rows.push(row.failed(market, *bars, ended, failure)?);
                tested.failure.get_or_insert_with(|| (ended, failure.clone()));
            }
        }
    }
    Ok(tested)
}

fn reordered(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>) -> Result<Tested, Failure> {
    let real: Vec<Path> = bench.paths.iter().filter(|path| path.badge == Badge::Real).cloned().collect();
    let traces =
        trace(seats, &real, &ParamSet::new(), &bench.rules, &|| bench.stopped()).ok_or_else(Failure::interrupted)?;
    let shuffles = bench.context.config.backtest_types.monte_carlo.shuffles;
    let seed = bench.context.seed.child("monte_carlo").child("trade_order").child(&subject.strategy.name);
    let row = Row { subject, kind: Kind::MonteCarlo, set: &ParamSet::new(), variation: 0 };
    let params = params(bench);
    let mut tested = Tested { runs: real.len() as u64, ..Tested::default() };
    for (path, traced) in real.iter().zip(&traces) {
        match traced {
            Ok(traced) => {
                let capital = bench.rules.engine.initial_capital;
                let (fans, chances) = reorder(traced, capital, shuffles, &params, seed.child(&path.scenario));
                tested.curves.extend(courses::historical(&subject.strategy.name, path, traced));
                keep(&mut tested, subject, &path.scenario, Badge::Resampled, &fans, &chances, params.level);
            }
            Err(broken) => {
                let (ended, failure) = (outcome(broken), broken.failure());
                tested.rows.push(row.failed(path.into(), path.series.len(), ended, failure)?);
                tested.failure.get_or_insert_with(|| (ended, failure.clone()));
            }
        }
    }
    Ok(tested)
}

fn keep(
    tested: &mut Tested,
    subject: &Subject,
    market: &str,
    from: Badge,
    fans: &[Distribution],
    chances: &[Chance],
    level: f64,
) {
    let strategy = &subject.strategy.name;
    tested.distributions.extend(fans.iter().map(|one| distribution(strategy, market, badge(from), one)));
    let about = About { strategy, market, kind: Kind::MonteCarlo, badge: badge(from), level };
    tested.intervals.extend(chances.iter().map(|chance| about.counted(chance)));
}

fn distribution(strategy: &str, market: &str, badge: artifact::Badge, one: &Distribution) -> DistributionRow {
    let fan = &one.fan;
    let quantile = |index: usize| fan.quantiles.ok().map(|quantiles| quantiles[index]);
    let (q05, q05_reason) = explained(fan.quantiles.map(|quantiles| quantiles[0]));
    DistributionRow {
        strategy_name: strategy.to_owned(),
        market_scenario: market.to_owned(),
        backtest_type: Kind::MonteCarlo.name().to_owned(),
        source: one.source.name().to_owned(),
        figure: one.figure.to_owned(),
        badge,
        runs: small(fan.defined),
        undefined_runs: small(fan.undefined),
        q05,
        q05_reason,
        q25: quantile(1),
        q50: quantile(2),
        q75: quantile(3),
        q95: quantile(4),
        mean: fan.mean,
    }
}
