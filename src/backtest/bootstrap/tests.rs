use super::resample::Method;
use super::*;
use crate::backtest::tests::{free, market, noise};
use crate::stats::sharpe;

const PARAMS: Params =
    Params { resamples: 1000, level: 0.9, min_blocks: 10.0, periods_per_year: 252.0, risk_free_rate: 0.0 };

/// Long on every bar from the first, so that the returns are the market's, but for the first bar.
fn held(returns: &[f64]) -> Trace {
    let path = market("m", returns);
    Trace::of(&path.series, &vec![1.0; returns.len()], &free())
}

fn of(trace: &Trace) -> Vec<Resampled> {
    bootstrap(&[trace], &PARAMS, Seed::new(1))
}

#[test]
fn estimates_are_those_of_the_run() {
    let trace = held(&noise(800, 1));
    let found = of(&trace);
    let (sharpe, growth, drawdown) = (&found[0], &found[1], &found[2]);
    let near = |one: f64, other: f64| assert!((one - other).abs() < 1e-12, "{one} {other}");
    near(sharpe.estimate.unwrap(), trace.metrics.sharpe_ratio.unwrap());
    near(growth.estimate.unwrap(), trace.metrics.total_return);
    near(drawdown.estimate.unwrap(), trace.metrics.max_drawdown);
    assert_eq!(found[3].interval, Err(Lack::Undefined(Undefined::NoTrades)));
    let interval = sharpe.interval.unwrap();
    assert!(interval.low < sharpe.estimate.unwrap() && sharpe.estimate.unwrap() < interval.high);
    assert_eq!((interval.method, sharpe.values.len()), (Method::Bca, 1000));
    assert_eq!(drawdown.interval.unwrap().method, Method::Percentile);
}

/// Independent returns: the standard error of a Sharpe ratio is known (Lo 2002).
#[test]
fn the_spread_of_a_sharpe_ratio_is_the_one_theory_gives() {
    let found = of(&held(&noise(2000, 2)));
    let values = &found[0].values;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let error = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt();
    let theory = (252.0 / 2000.0_f64).sqrt();
    assert!((error / theory - 1.0).abs() < 0.12, "{error} {theory}");
}

/// The promise itself: ninety percent of such intervals hold the truth, which is zero here.
#[test]
fn intervals_cover_what_they_say() {
    let params = Params { resamples: 300, ..PARAMS };
    let covered = (0..200)
        .filter(|&seed| {
            let trace = held(&noise(300, 1000 + seed));
            let found = bootstrap(&[&trace], &params, Seed::new(seed));
            found[0].interval.is_ok_and(|interval| interval.low <= 0.0 && 0.0 <= interval.high)
        })
        .count();
    // 180 expected, a binomial standard deviation of 4.2.
    assert!((165..=195).contains(&covered), "{covered} of 200");
}

#[test]
fn the_profit_factor_by_hand() {
    let mut trace = held(&noise(100, 3));
    trace.profits = noise(60, 9).into_iter().map(|change| if change < 0.0 { -100.0 } else { 150.0 }).collect();
    let won = trace.profits.iter().filter(|profit| **profit > 0.0).count() as f64;
    let factor = 1.5 * won / (60.0 - won);
    let found = of(&trace);
    assert!(found[3].estimate.is_ok_and(|estimate| (estimate - factor).abs() < 1e-12), "{:?}", found[3].estimate);
    let interval = found[3].interval;
    assert!(interval.is_ok_and(|interval| interval.low < factor && factor < interval.high), "{interval:?}");
    trace.profits = vec![10.0; 60];
    assert_eq!(of(&trace)[3].estimate, Err(Undefined::NoLosses));
}

#[test]
fn fewer_than_ten_blocks_are_not_enough_data() {
    // Volatility that comes in spells asks for long blocks for the drawdown, short ones for the mean.
    let calm: Vec<f64> = noise(160, 4).into_iter().enumerate().map(|(t, r)| if t < 80 { r * 0.1 } else { r }).collect();
    let found = of(&held(&calm));
    assert!(found[0].interval.is_ok(), "{:?}", found[0].block_length);
    assert_eq!(found[2].interval, Err(Lack::NotEnoughData), "{:?}", found[2].block_length);
    assert!(found[2].block_length.is_some_and(|length| 160.0 / length < 10.0) && found[2].values.is_empty());
    // Eight bars are too few to look at their correlation.
    assert!(of(&held(&noise(8, 4)))[..3].iter().all(|one| one.interval == Err(Lack::NotEnoughData)));
}

#[test]
fn a_flat_account_and_a_ruined_one_have_no_interval() {
    let path = market("m", &noise(300, 5));
    let flat = Trace::of(&path.series, &vec![0.0; 300], &free());
    assert_eq!(of(&flat)[0].interval, Err(Lack::Undefined(Undefined::ZeroVariance)));
    let mut ruined = held(&noise(300, 5));
    ruined.metrics.ruin = true;
    assert!(of(&ruined)[..3].iter().all(|one| one.interval == Err(Lack::Undefined(Undefined::Ruin))));
}

#[test]
fn paths_of_one_scenario_are_one_pool_and_a_growth_is_that_of_one_path() {
    let (one, other) = (held(&noise(300, 6)), held(&noise(300, 7)));
    let found = bootstrap(&[&one, &other], &PARAMS, Seed::new(1));
    assert_eq!(found[0].observations, 600);
    let pooled: Vec<f64> = one.returns.iter().chain(&other.returns).copied().collect();
    assert!((found[0].estimate.unwrap() - sharpe(&pooled, 252.0, 0.0).unwrap()).abs() < 1e-12);
    let growth = ((1.0 + one.metrics.total_return) * (1.0 + other.metrics.total_return)).sqrt() - 1.0;
    assert!((found[1].estimate.unwrap() - growth).abs() < 1e-12);
    let mean = (one.metrics.max_drawdown + other.metrics.max_drawdown) / 2.0;
    assert_eq!(found[2].estimate, Ok(mean));
}

#[test]
fn the_seed_decides() {
    let trace = held(&noise(300, 8));
    assert_eq!(of(&trace), of(&trace));
    assert_ne!(of(&trace)[0].values, bootstrap(&[&trace], &PARAMS, Seed::new(2))[0].values);
}
