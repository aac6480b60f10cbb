use super::*;
use crate::backtest::tests::{free, on_threads, seats};
use crate::scenario::{Regime, standard};
use crate::strategy::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;

const PARAMS: Params = Params { paths: 6, ruin_drawdown: 0.5, level: 0.95 };

fn generators() -> Vec<Generator> {
    [Regime::Bull, Regime::Bear].map(|regime| Generator::new(&standard(regime)).unwrap()).to_vec()
}

fn nearby() -> Vec<ParamSet> {
    (2..5).map(|n| ParamSet::from([("every".to_owned(), Value::Int(n))])).collect()
}

/// In and out every second bar, or as the set says.
fn restless(_: &Series, bar: usize, set: &ParamSet) -> f64 {
    let every = set.get("every").and_then(Value::as_f64).map_or(1, |every| every as usize);
    f64::from(u8::from((bar / every).is_multiple_of(2)))
}

fn rules() -> Rules {
    let mut rules = free();
    rules.engine.commission_rate = 0.001;
    rules.engine.slippage_rate = 0.0005;
    rules
}

fn simulated(seed: u64) -> Vec<Simulated> {
    let seats = seats(restless, |_, _| {});
    simulate(&seats, &generators(), &nearby(), &PARAMS, &rules(), Seed::new(seed), &|| false).unwrap()
}

#[test]
fn every_scenario_has_its_own_fresh_paths_and_each_is_run_as_it_is_and_with_a_nearby_set() {
    static SEEN: Mutex<BTreeSet<(String, u64)>> = Mutex::new(BTreeSet::new());
    let seats = seats(restless, |series, sets| {
        assert_eq!(sets.len(), 2);
        assert!(sets[0].is_empty() && sets[1].contains_key("every"));
        SEEN.lock().unwrap().insert((series.name.clone(), series.close[series.len() - 1].to_bits()));
    });
    let found = simulate(&seats, &generators(), &nearby(), &PARAMS, &rules(), Seed::new(1), &|| false).unwrap();
    let names: Vec<&str> = found.iter().map(|one| one.scenario.as_str()).collect();
    assert_eq!(names, ["bull", "bear"]);
    assert_eq!(SEEN.lock().unwrap().len(), 12);
}

#[test]
fn higher_costs_leave_less_on_the_very_same_path() {
    for scenario in simulated(1) {
        for path in scenario.drawn.unwrap() {
            assert!(path.own.final_equity > path.half_more.final_equity);
            assert!(path.half_more.final_equity > path.tripled.final_equity);
            assert_eq!(path.own.total_trades, path.tripled.total_trades);
            assert_ne!(path.jittered.unwrap().total_trades, path.own.total_trades);
            assert!(path.reordered.is_some());
        }
    }
}

#[test]
fn chances_and_fans_count_the_paths() {
    let found = simulated(2);
    let drawn = found[1].drawn.as_ref().unwrap();
    let (fans, chances) = spread(drawn, &PARAMS);
    // Four sources with three figures, and the order of the trades with one.
    assert_eq!((fans.len(), chances.len()), (13, 9));
    assert!(fans.iter().all(|one| one.fan.defined == 6 && one.fan.quantiles.is_ok()));
    let loss = chances.iter().find(|one| one.event == "probability_of_loss").unwrap();
    let lost = drawn.iter().filter(|path| path.own.total_return < 0.0).count();
    assert_eq!((loss.source, loss.happened, loss.runs), (Source::FreshPaths, lost, 6));
    assert!(loss.low <= lost as f64 / 6.0 && lost as f64 / 6.0 <= loss.high);
    let careless = Params { ruin_drawdown: 1e-9, ..PARAMS };
    let (_, chances) = spread(drawn, &careless);
    assert!(chances.iter().filter(|one| one.event == "probability_of_ruin").all(|one| one.happened == 6));
}

#[test]
fn a_real_run_is_put_in_other_orders() {
    let path = crate::backtest::tests::market("m", &crate::backtest::tests::noise(200, 1));
    let exposures: Vec<f64> = (0..200).map(|bar| restless(&path.series, bar, &ParamSet::new())).collect();
    let trace = Trace::of(&path.series, &exposures, &rules());
    let (fans, chances) = reorder(&trace, rules().engine.initial_capital, 500, &PARAMS, Seed::new(1));
    assert_eq!((fans.len(), fans[0].fan.defined, chances[0].runs), (1, 500, 500));
    let [low, .., high] = fans[0].fan.quantiles.unwrap();
    assert!(low < high && high < 0.0);
    let idle = Trace::of(&path.series, &[0.0; 200], &rules());
    assert!(reorder(&idle, 1.0, 500, &PARAMS, Seed::new(1)).0.is_empty());
}

#[test]
fn one_thread_and_four_draw_the_same_and_another_seed_something_else() {
    let one = on_threads(1, || simulated(1));
    assert_eq!(one, on_threads(4, || simulated(1)));
    assert_ne!(one, simulated(2));
}

#[test]
fn a_signal_stops_it() {
    let seats = seats(restless, |_, _| {});
    assert_eq!(simulate(&seats, &generators(), &nearby(), &PARAMS, &rules(), Seed::new(1), &|| true), None);
}
