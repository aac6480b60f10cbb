//! `overfit.json`: controls against overfitting, from skfolio, arch and worked examples.

use super::{Grid, RETURNS, agrees, column, json, number};
use continuous_backtest::stats::{
    SharpeEstimate, Spread, Undefined, bca, block_length, deflated_sharpe, expected_max_sharpe,
    min_track_record_length, probabilistic_sharpe, sharpe_difference,
};
use serde_json::Value;

const ORACLE: &str = include_str!("overfit.json");

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

#[test]
fn probabilistic_sharpe_and_track_record() {
    let oracle = json(ORACLE);
    for (name, text) in RETURNS {
        let expected = &oracle["psr"][name];
        let estimate = SharpeEstimate::of(&column(text, 0)).unwrap();
        let check = |what: &str, found: f64| agrees(&format!("{name} {what}"), found, number(&expected[what]));
        check("sr_per_bar", estimate.sharpe);
        check("g3", estimate.g1);
        check("g4", estimate.g4);
        check("se_sr", estimate.standard_error().unwrap());
        check("psr_0", probabilistic_sharpe(&estimate, 0.0).unwrap());
        check("skfolio_psr_0", probabilistic_sharpe(&estimate, 0.0).unwrap());
        check("psr_vs_sr0_0_02", probabilistic_sharpe(&estimate, 0.02).unwrap());
        check("dsr_if_best_of_100_trials_sd_0_02", deflated_sharpe(&estimate, 100, 0.02).unwrap());
        check("min_trl_bars_sr0_0_alpha05", min_track_record_length(&estimate, 0.0, 0.05).unwrap());
        let longer = min_track_record_length(&estimate, 0.02, 0.05);
        match &expected["min_trl_bars_sr0_0_02_alpha05"] {
            Value::Null => assert_eq!(longer, Err(Undefined::NotFinite)),
            value => agrees(&format!("{name} track record"), longer.unwrap(), number(value)),
        }
    }
}

#[test]
fn expected_maximum_of_null_trials() {
    for (trials, expected) in json(ORACLE)["expected_max_sr_unit_sd"].as_object().unwrap() {
        agrees(trials, expected_max_sharpe(trials.parse().unwrap(), 1.0), number(expected));
    }
}

#[test]
fn deflated_sharpe_of_the_paper_and_of_a_grid() {
    let oracle = json(ORACLE);
    let year = 250_f64.sqrt();
    let paper = SharpeEstimate { bars: 1250, sharpe: 2.5 / year, g1: -3.0, g4: 10.0 };
    let deviation = 0.5_f64.sqrt() / year;
    let expected = &oracle["dsr_paper_example"];
    agrees("sr0", expected_max_sharpe(100, deviation), number(&expected["sr0_per_bar"]));
    agrees("N = 100", deflated_sharpe(&paper, 100, deviation).unwrap(), number(&expected["dsr"]));
    agrees("N = 46", deflated_sharpe(&paper, 46, deviation).unwrap(), number(&expected["dsr_N46"]));

    let expected = &oracle["grid"]["dsr"];
    let trials = numbers(&oracle["grid"]["sr_per_bar"]);
    let deviation = Spread::of(&trials).unwrap().deviation().unwrap();
    agrees("trial deviation", deviation, number(&expected["trial_sr_sd_ddof1"]));
    let best = SharpeEstimate::of(Grid::read().named("sma_5_200")).unwrap();
    agrees("best", best.sharpe, number(&expected["best_sr"]));
    agrees("grid", deflated_sharpe(&best, 19, deviation).unwrap(), number(&expected["dsr"]));
    agrees("skfolio", deflated_sharpe(&best, 19, deviation).unwrap(), number(&expected["skfolio_dsr"]));
}

#[test]
fn block_lengths_of_arch() {
    let oracle = json(ORACLE);
    for (name, text) in RETURNS {
        let returns = column(text, 0);
        for (what, values) in [
            ("r", returns.clone()),
            ("abs_r", returns.iter().map(|r| r.abs()).collect()),
            ("r2", returns.iter().map(|r| r * r).collect()),
        ] {
            let found = block_length(&values).unwrap();
            let expected = &oracle["block_length"][name][what];
            agrees(&format!("{name} {what} stationary"), found.stationary, number(&expected["stationary"]));
            agrees(&format!("{name} {what} circular"), found.circular, number(&expected["circular"]));
        }
    }
}

#[test]
fn difference_of_two_sharpe_ratios() {
    let oracle = json(ORACLE);
    let grid = Grid::read();
    let (challenger, champion) = (grid.named("sma_5_200"), grid.named("sma_20_100"));
    let expected = &oracle["grid"]["ledoit_wolf"];
    let found = sharpe_difference(challenger, champion, 10).unwrap();
    agrees("difference", found.difference, number(&expected["delta_sr_per_bar_ddof0"]));
    agrees("standard error", found.standard_error, number(&expected["se"]));
    agrees("z", found.z, number(&expected["z"]));
    agrees("one-sided", found.one_sided, number(&expected["p_one_sided"]));
    agrees("two-sided", found.two_sided, number(&expected["p_two_sided"]));

    let paired: Vec<f64> = challenger.iter().zip(champion).map(|(a, b)| a - b).collect();
    let blocks = block_length(&paired).unwrap();
    agrees("paired blocks", blocks.stationary, number(&oracle["grid"]["paired_diff_block"]["stationary"]));

    assert_eq!(sharpe_difference(champion, champion, 10), Err(Undefined::ZeroVariance));
    assert_eq!(sharpe_difference(champion, &champion[1..], 10), Err(Undefined::TooFewBars));
}

#[test]
fn bca_worked_example() {
    let oracle = json(ORACLE);
    let example = &oracle["bca_worked_example"];
    let (bootstrap, jackknife) = (numbers(&example["boot_stats"]), numbers(&example["jackknife"]));
    for (level, expected) in example["result"].as_object().unwrap() {
        let found = bca(number(&example["theta"]), &bootstrap, &jackknife, level.parse().unwrap()).unwrap();
        agrees("acceleration", found.acceleration, number(&example["acceleration"]));
        agrees("bias", found.bias, number(&example["z0"]));
        let (probabilities, interval) = (numbers(&expected["adj_probs"]), numbers(&expected["interval"]));
        agrees("lower probability", found.probabilities[0], probabilities[0]);
        agrees("upper probability", found.probabilities[1], probabilities[1]);
        agrees("low", found.low, interval[0]);
        agrees("high", found.high, interval[1]);
    }
    assert_eq!(bca(1.0, &bootstrap, &jackknife, 0.95), Err(Undefined::NotFinite));
    assert_eq!(bca(0.0, &bootstrap, &[0.1; 10], 0.95), Err(Undefined::ZeroVariance));
}
