//! The current parameters on paths that are new in every iteration, and the trades of real markets in other orders.

use super::intervals::About;
use super::rows::{Market, Row, small};
use super::{Bench, Tested, Unit, badge, courses, outcome};
use crate::artifact::{self, DistributionRow, explained};
use crate::backtest::monte_carlo::{Chance, Distribution, Params, Simulated, reorder, simulate, spread};
use crate::backtest::{Badge, Kind, Path, Seats, trace, variations};
use crate::engine::Metrics;
use crate::scenario::Scenario;
use crate::seed::Seed;
use crate::stage::Failure;
use crate::stage::generate_scenarios::{fresh as fresh_seed, generators, scenarios};
use crate::stage::shards::Inputs;
use crate::stage::subjects::Subject;
use crate::strategy::ParamSet;

/// Every scenario's fresh paths, then every market's trades.
pub fn units(bench: &Bench<'_>, subject: &Subject) -> Vec<Unit> {
    let config = &bench.context.config.backtest_types.monte_carlo;
    let inputs = Inputs::default().with_json("draws", config);
    let near =
        inputs.clone().with_json("nearby", &nearby(bench, subject)).with("seed", path_seed(bench).value().to_string());
    let drawn = scenarios(&bench.context.config.scenarios).into_iter().map(|scenario| Unit {
        inputs: near.clone().with_debug("scenario", &scenario),
        market: scenario.name,
        passing: true,
    });
    let inputs = inputs.with("seed", order_seed(bench, subject).value().to_string());
    let traded = real(bench).into_iter().map(|path| Unit {
        market: bench.paths[path].scenario.clone(),
        inputs: inputs.clone().with("path", bench.prints([path])),
        passing: false,
    });
    drawn.chain(traded).collect()
}

pub fn test(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>, wanted: &[usize]) -> Result<Vec<Tested>, Failure> {
    let scenarios = scenarios(&bench.context.config.scenarios).len();
    let (drawn, traded): (Vec<usize>, Vec<usize>) = wanted.iter().partition(|unit| **unit < scenarios);
    let mut found = fresh(bench, subject, seats, &drawn)?;
    let traded: Vec<usize> = traded.into_iter().map(|unit| unit - scenarios).collect();
    found.extend(reordered(bench, subject, seats, &traded)?);
    Ok(found)
}

/// The same paths for every strategy, and new ones in the next iteration.
fn path_seed(bench: &Bench<'_>) -> Seed {
    fresh_seed(bench.context).child("monte_carlo")
}

fn order_seed(bench: &Bench<'_>, subject: &Subject) -> Seed {
    bench.context.seed.child("monte_carlo").child("trade_order").child(&subject.strategy.name)
}

fn nearby(bench: &Bench<'_>, subject: &Subject) -> Vec<ParamSet> {
    let jitters = bench.context.config.backtest_types.monte_carlo.jitters;
    let seed = bench.context.seed.child("monte_carlo").child("jitter").child(&subject.strategy.name);
    variations(&subject.parameters, jitters, seed)
}

/// Places of the real markets.
fn real(bench: &Bench<'_>) -> Vec<usize> {
    (0..bench.paths.len()).filter(|path| bench.paths[*path].badge == Badge::Real).collect()
}

fn params(bench: &Bench<'_>) -> Params {
    let config = &bench.context.config.backtest_types.monte_carlo;
    Params { paths: config.paths, ruin_drawdown: config.ruin_drawdown, level: config.level }
}

fn fresh(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>, wanted: &[usize]) -> Result<Vec<Tested>, Failure> {
    let nearby = nearby(bench, subject);
    let params = params(bench);
    let all = scenarios(&bench.context.config.scenarios);
    let chosen: Vec<Scenario> = wanted.iter().map(|unit| all[*unit].clone()).collect();
    let generators = generators(&chosen)?;
    let found = simulate(seats, &generators, &nearby, &params, &bench.rules, path_seed(bench), &|| bench.stopped())
        .ok_or_else(Failure::interrupted)?;
    let row = Row { subject, kind: Kind::MonteCarlo, set: &ParamSet::new(), variation: 0 };
    let mut all = Vec::with_capacity(wanted.len());
    for Simulated { scenario, bars, periods_per_year, drawn } in &found {
        let market = Market { scenario, badge: Badge::Sim, periods_per_year: *periods_per_year };
        let runs = (params.paths * (1 + usize::from(!nearby.is_empty()))) as u64;
        let mut tested = Tested { runs, ..Tested::default() };
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
                tested.failure = Some((ended, failure.clone()));
            }
        }
        all.push(tested);
    }
    Ok(all)
}

fn reordered(
    bench: &Bench<'_>,
    subject: &Subject,
    seats: &Seats<'_>,
    wanted: &[usize],
) -> Result<Vec<Tested>, Failure> {
    let places = real(bench);
    let real: Vec<Path> = wanted.iter().map(|unit| bench.paths[places[*unit]].clone()).collect();
    let traces =
        trace(seats, &real, &ParamSet::new(), &bench.rules, &|| bench.stopped()).ok_or_else(Failure::interrupted)?;
    let shuffles = bench.context.config.backtest_types.monte_carlo.shuffles;
    let seed = order_seed(bench, subject);
    let row = Row { subject, kind: Kind::MonteCarlo, set: &ParamSet::new(), variation: 0 };
    let params = params(bench);
    let mut all = Vec::with_capacity(wanted.len());
    for (path, traced) in real.iter().zip(&traces) {
        let mut tested = Tested { runs: 1, ..Tested::default() };
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
                tested.failure = Some((ended, failure.clone()));
            }
        }
        all.push(tested);
    }
    Ok(all)
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
