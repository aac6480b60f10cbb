//! `overfit.json`, what concerns a whole grid: cross-validated overfitting, superior ability, effective trials, and the
//! e-process.

use super::{Grid, agrees, json, number};
use continuous_backtest::seed::Seed;
use continuous_backtest::stats::{
    EProcess, SharpeEstimate, Spread, backtest_overfitting, deflated_sharpe_effective, effective_trials,
    min_backtest_length, reality_check, superior_ability,
};
use serde_json::Value;

fn oracle() -> Value {
    json(include_str!("overfit.json"))
}

#[test]
fn probability_of_backtest_overfitting() {
    let grid = Grid::read();
    for blocks in [8, 10, 16] {
        let expected = &oracle()["grid"]["pbo"][format!("S{blocks}")];
        let found = backtest_overfitting(&grid.slices(), blocks / 2).unwrap();
        let check = |what: &str, value: f64| agrees(&format!("S{blocks} {what}"), value, number(&expected[what]));
        check("S", found.blocks as f64);
        check("T_used", found.bars as f64);
        check("n_combinations", found.splits as f64);
        check("pbo", found.probability);
        check("pbo_strict_lt0", found.strict);
        check("mean_logit", found.mean_logit);
        check("median_logit", found.median_logit);
        check("prob_oos_loss", found.loss);
        check("mean_is_sr_best", found.mean_in_sample);
        check("mean_oos_sr_best", found.mean_out_of_sample);
        check("degradation_slope", found.degradation.unwrap().slope);
        check("degradation_intercept", found.degradation.unwrap().intercept);
        // Of two chosen equally often the first; max_by_key answers the last.
        let most = (0..found.chosen.len()).rev().max_by_key(|&column| found.chosen[column]).unwrap();
        check("most_selected", most as f64);
        assert_eq!(found.unmoved, 0);
    }
}

#[test]
fn superior_ability_and_reality_check() {
    let grid = Grid::read();
    let against_holding: Vec<Vec<f64>> = grid
        .columns
        .iter()
        .map(|column| column.iter().zip(&grid.buy_hold).map(|(own, held)| own - held).collect())
        .collect();
    let against_holding = against_holding.iter().map(Vec::as_slice).collect();
    for (what, differences) in [("spa_vs_zero", grid.slices()), ("spa_vs_buy_hold", against_holding)] {
        let oracle = oracle();
        let expected = &oracle["grid"][what]["own_studentised_Hansen"];
        let (block, resamples) = (number(&expected["block"]), 10_000);
        let found = superior_ability(&differences, block, resamples, &mut Seed::new(1).rng()).unwrap();
        agrees(what, found.statistic, number(&expected["T_SPA"]));
        assert_eq!(found.best as u64, expected["argmax"].as_u64().unwrap());
        let omegas = expected["omega"].as_array().unwrap();
        assert_eq!(found.deviations.len(), omegas.len());
        for (omega, expected) in found.deviations.iter().zip(omegas) {
            agrees("omega", *omega, number(expected));
        }
        for (omega, variance) in
            found.deviations.iter().zip(oracle["grid"][what]["arch_variance_first3"].as_array().unwrap())
        {
            agrees("variance of arch", omega * omega, number(variance));
        }
        let check = reality_check(&differences, block, resamples, &mut Seed::new(2).rng()).unwrap();
        agrees("reality check", check.statistic, number(&expected["white_rc_stat"]));
        // Both p-values are shares of resamples: 2,000 there, 10,000 here.
        let near = |name: &str, found: f64| {
            let p = number(&expected[name]);
            let error = (p * (1.0 - p) * (1.0 / number(&expected["reps"]) + 1.0 / resamples as f64)).sqrt();
            assert!((found - p).abs() <= 4.0 * error, "{what} {name}: {found}, the oracle has {p} +- {error}");
        };
        near("p_lower", found.lower);
        near("p_consistent", found.consistent);
        near("p_upper", found.upper);
        near("white_rc_p", check.p);
    }
}

#[test]
fn effective_number_of_trials() {
    let (grid, oracle) = (Grid::read(), oracle());
    let expected = &oracle["grid"]["dsr"];
    let found = effective_trials(&grid.slices()).unwrap();
    agrees("average correlation", found.by_average_correlation, number(&expected["neff_avg_corr"]));
    agrees("eigenvalues", found.by_eigenvalues, number(&expected["neff_eigen_participation"]));

    let ratios: Vec<f64> = grid.columns.iter().map(|column| SharpeEstimate::of(column).unwrap().sharpe).collect();
    let deviation = Spread::of(&ratios).unwrap().deviation().unwrap();
    let best = SharpeEstimate::of(grid.named("sma_5_200")).unwrap();
    let deflated = deflated_sharpe_effective(&best, found.by_eigenvalues, deviation).unwrap();
    agrees("deflated", deflated, number(&expected["dsr_with_neff_eigen"]));
    // The length is the square of the expected maximum of unit deviation.
    for (trials, expected) in oracle["expected_max_sr_unit_sd"].as_object().unwrap() {
        agrees(trials, min_backtest_length(trials.parse().unwrap(), 1.0), number(expected).powi(2));
    }
}

#[test]
fn e_process_of_two_crossings() {
    let (grid, oracle) = (Grid::read(), oracle());
    let expected = &oracle["e_process"]["SPX_1d_2000_2020"];
    let challenger = grid.named(expected["challenger"].as_str().unwrap());
    let champion = grid.named(expected["champion"].as_str().unwrap());
    let mut process = EProcess::new(number(&expected["clip_c"]), expected["warm"].as_u64().unwrap() as usize);
    let path: Vec<f64> = challenger.iter().zip(champion).map(|(a, b)| process.observe(a - b).unwrap()).collect();
    assert_eq!(path.len() as u64, expected["n"].as_u64().unwrap());
    agrees("final", process.log_e(), number(&expected["final_log_e"]));
    agrees("peak", process.peak(), number(&expected["max_log_e"]));
    agrees("after 500", path[500], number(&expected["log_e_at_500"]));
    agrees("after 1,000", path[1000], number(&expected["log_e_at_1000"]));
    let peak = (0..path.len()).max_by(|&a, &b| path[a].total_cmp(&path[b])).unwrap();
    assert_eq!(peak as u64, expected["argmax"].as_u64().unwrap());
    assert_eq!(process.rejects(0.05), expected["crosses_log20"].as_bool().unwrap());
}
