use super::*;
use crate::backtest::tests::{free, market, noise, on_threads, seats};
use crate::discovery::SearchRange;
use crate::optimize::objective::Objective;
use crate::optimize::space::tests::parameter;
use crate::strategy::Value;
use std::sync::atomic::{AtomicUsize, Ordering};

const LENGTHS: Lengths = Lengths { train: 250, test: 100, gap: 10 };

fn goals() -> Vec<Goal> {
    vec![Goal::Named(Objective::Sharpe)]
}

fn plan(goals: &[Goal]) -> Plan<'_> {
    Plan {
        schemes: &Scheme::ALL,
        lengths: LENGTHS,
        search: Settings { trials: 12, startup: 5, batch: 4, ..Settings::default() },
        goals,
        selection: Selection::default(),
    }
}

/// `lag` from 1 to 8, 1 in force.
fn space() -> Space {
    let range = Some(SearchRange::Int { low: 1, high: 8, step: 1 });
    Space::from_parameters(&[parameter("lag", Value::Int(1), range, None)])
}

fn lag(set: &ParamSet) -> usize {
    set.get("lag").and_then(Value::as_f64).map_or(1, |lag| lag as usize)
}

/// In the direction of the return `lag` bars before the next bar's: knows it where returns repeat themselves.
fn follow(series: &Series, bar: usize, set: &ParamSet) -> f64 {
    let then = bar + 1;
    match (then.checked_sub(lag(set)), then.checked_sub(lag(set) + 1)) {
        (Some(one), Some(other)) => (series.close[one] - series.close[other]).signum(),
        _ => 0.0,
    }
}

/// Returns that repeat the one five bars ago, with something new mixed in.
fn planted(bars: usize, seed: u64) -> Vec<f64> {
    let mut returns = noise(bars, seed);
    for bar in 5..bars {
        returns[bar] = 0.01_f64.copysign(returns[bar - 5]) * 0.5 + returns[bar] * 0.5;
    }
    returns
}

fn walk(returns: &[f64], seed: u64) -> Vec<Walk> {
    let goals = goals();
    let seats = seats(follow, |_, _| {});
    walk_forward(&seats, &[market("m", returns)], &space(), &plan(&goals), &free(), Seed::new(seed), &|| false).unwrap()
}

fn walked(walk: &Walk) -> &Walked {
    walk.outcome.as_ref().unwrap_or_else(|why| panic!("{why:?}"))
}

#[test]
fn a_planted_edge_is_found_in_every_window_and_holds_after_it() {
    let found = walk(&planted(1100, 1), 1);
    assert_eq!(found.len(), 2);
    for walk in &found {
        let walked = walked(walk);
        assert_eq!(walked.pieces.len(), 8);
        assert!(walked.pieces.iter().all(|piece| lag(&piece.chosen) == 5 && piece.changed), "{:?}", walked.drift);
        assert_eq!((walked.drift[0].spread, walked.drift[0].values), (0.0, 1));
        let efficiency = walked.sharpe_efficiency.unwrap();
        assert!((0.8..1.2).contains(&efficiency), "{efficiency}");
        assert!(walked.return_efficiency.unwrap() > 0.7, "{:?}", walked.return_efficiency);
        let unchanged = walked.unchanged.metrics.sharpe_ratio.unwrap();
        assert!(walked.stitched.metrics.sharpe_ratio.unwrap() > unchanged + 5.0);
    }
}

#[test]
fn without_an_edge_the_efficiency_is_about_nothing() {
    let efficiencies: Vec<f64> = (0..24)
        .flat_map(|seed| walk(&noise(1100, 100 + seed), seed))
        .filter_map(|w| walked(&w).sharpe_efficiency.ok())
        .collect();
    assert!(efficiencies.len() > 30, "{efficiencies:?}");
    let mean = efficiencies.iter().sum::<f64>() / efficiencies.len() as f64;
    let square = efficiencies.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / (efficiencies.len() - 1) as f64;
    // Rolling and anchored share their pieces: half as many observations.
    let error = (square / (efficiencies.len() as f64 / 2.0)).sqrt();
    assert!(mean.abs() < 3.5 * error && mean.abs() < 0.25, "{mean} ± {error}: {efficiencies:?}");
}

#[test]
fn the_search_is_handed_its_training_bars_and_no_others() {
    static BEYOND: AtomicUsize = AtomicUsize::new(0);
    static SEARCHED: AtomicUsize = AtomicUsize::new(0);
    let returns = noise(1100, 2);
    let path = market("m", &returns);
    let bars = path.series.len();
    let allowed: Vec<(i64, i64)> = Scheme::ALL
        .iter()
        .flat_map(|&scheme| windows(bars, scheme, LENGTHS))
        .map(|window| (path.series.timestamp[window.train.start], path.series.timestamp[window.train.end - 1]))
        .collect();
    let pieces: Vec<(i64, i64)> = Scheme::ALL
        .iter()
        .flat_map(|&scheme| windows(bars, scheme, LENGTHS))
        .map(|window| (path.series.timestamp[window.train.start], path.series.timestamp[window.test.end - 1]))
        .collect();
    let seats = seats(follow, move |series, sets| {
        let seen = (series.timestamp[0], series.timestamp[series.len() - 1]);
        if allowed.contains(&seen) {
            SEARCHED.fetch_add(sets.len(), Ordering::Relaxed);
        } else if !pieces.contains(&seen) || sets.len() > 2 {
            BEYOND.fetch_add(1, Ordering::Relaxed);
        }
    });
    let goals = goals();
    let found = walk_forward(&seats, &[path], &space(), &plan(&goals), &free(), Seed::new(1), &|| false).unwrap();
    let trials: usize = found.iter().flat_map(|walk| &walked(walk).pieces).map(|piece| piece.trials).sum();
    assert_eq!(SEARCHED.load(Ordering::Relaxed), trials, "every trial ran on a training window");
    assert_eq!(BEYOND.load(Ordering::Relaxed), 0);
}

#[test]
fn other_bars_after_a_training_window_change_nothing_that_was_chosen_in_it() {
    let calm = planted(1100, 3);
    let before = walk(&calm, 7);
    for cut in [260, 300, 460, 800] {
        let mut wild = calm.clone();
        for (bar, change) in noise(1100, 99).into_iter().enumerate().skip(cut) {
            wild[bar] = change * 3.0;
        }
        let after = walk(&wild, 7);
        let mut compared = 0;
        for (one, other) in before.iter().zip(&after) {
            for (one, other) in walked(one).pieces.iter().zip(&walked(other).pieces) {
                if one.window.train.end <= cut {
                    assert_eq!((&one.chosen, &one.train), (&other.chosen, &other.train), "cut {cut} {:?}", one.window);
                    compared += 1;
                }
            }
        }
        assert!(compared >= 2, "cut {cut}");
    }
}

#[test]
fn a_piece_starts_warm_and_is_traded_from_its_own_first_bar() {
    // Long since the first bar it ever saw, and silent from then on: cold, it would have to be asked again.
    let decide = |_: &Series, bar: usize, _: &ParamSet| if bar == 0 { 1.0 } else { f64::NAN };
    let returns = vec![0.001; 600];
    let goals = goals();
    let seats = seats(decide, |_, _| {});
    let found =
        walk_forward(&seats, &[market("m", &returns)], &space(), &plan(&goals), &free(), Seed::new(1), &|| false)
            .unwrap();
    let walked = walked(&found[0]);
    let piece = &walked.pieces[0];
    assert_eq!(piece.window, Window { train: 0..250, test: 260..360 });
    // Filled at the close of the piece's first bar, so one return less than it has bars.
    assert!((piece.test.total_return - (1.001_f64.powi(99) - 1.0)).abs() < 1e-12, "{}", piece.test.total_return);
    // Stitched, the position is held on: one purchase over all three pieces.
    assert_eq!(walked.stitched.returns.len(), 340);
    let growth = walked.stitched.metrics.total_return;
    assert!((growth - (1.001_f64.powi(339) - 1.0)).abs() < 1e-11, "{growth}");
    assert!((walked.pieces[2].growth - 1.0 - growth).abs() < 1e-11);
}

#[test]
fn too_few_bars_and_broken_sets_are_said() {
    let found = walk(&noise(359, 1), 1);
    assert_eq!(found[0].outcome, Err(Unwalked::TooShort { needed: 360 }));
    assert_eq!(walked(&walk(&noise(360, 1), 1)[0]).pieces.len(), 1);
}

#[test]
fn one_thread_and_four_walk_the_same_way_and_another_seed_another() {
    let returns = noise(1100, 5);
    let one = on_threads(1, || walk(&returns, 1));
    assert_eq!(one, on_threads(4, || walk(&returns, 1)));
    assert_ne!(one, walk(&noise(1100, 6), 1));
}

#[test]
fn a_strategy_without_parameters_is_walked_as_it_is() {
    let goals = goals();
    let seats = seats(follow, |_, _| {});
    let found = walk_forward(
        &seats,
        &[market("m", &noise(700, 8))],
        &Space::from_parameters(&[]),
        &plan(&goals),
        &free(),
        Seed::new(1),
        &|| false,
    )
    .unwrap();
    for walk in &found {
        assert!(walked(walk).pieces.iter().all(|piece| piece.trials == 1 && !piece.changed));
        assert_eq!(walked(walk).stitched, walked(walk).unchanged);
    }
}

#[test]
fn a_signal_stops_it() {
    let goals = goals();
    let seats = seats(follow, |_, _| {});
    let path = market("m", &noise(700, 8));
    let halted = walk_forward(&seats, &[path], &space(), &plan(&goals), &free(), Seed::new(1), &|| true);
    assert!(matches!(halted, Err(Halt::Stopped)));
}
