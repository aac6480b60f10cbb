//! `paired_t.json`, from scipy.

use super::{agrees, json, number};
use continuous_backtest::stats::{Undefined, paired_t};

#[test]
fn one_sided_and_stratified() {
    let oracle = json(include_str!("paired_t.json"));
    let cases = oracle["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let strata: Vec<Vec<f64>> = case["strata"]
            .as_array()
            .unwrap()
            .iter()
            .map(|stratum| stratum.as_array().unwrap().iter().map(number).collect())
            .collect();
        let strata: Vec<&[f64]> = strata.iter().map(Vec::as_slice).collect();
        let found = paired_t(&strata, number(&case["margin"])).unwrap();
        agrees("t", found.t, number(&case["t"]));
        agrees("p", found.p, number(&case["p"]));
        agrees("degrees of freedom", found.degrees_of_freedom, number(&case["df"]));
        assert_eq!(found.pairs, strata.iter().map(|stratum| stratum.len()).sum::<usize>());
    }
}

#[test]
fn no_variance_is_no_certainty() {
    assert_eq!(paired_t(&[], 0.0), Err(Undefined::TooFewBars));
    assert_eq!(paired_t(&[&[1.0]], 0.0), Err(Undefined::TooFewBars));
    assert_eq!(paired_t(&[&[0.0; 20]], 0.0), Err(Undefined::ZeroVariance));
    assert_eq!(paired_t(&[&[0.5; 20]], 0.0), Err(Undefined::ZeroVariance));
    assert_eq!(paired_t(&[&[0.5, f64::NAN]], 0.0), Err(Undefined::NotFinite));
}

/// The margin belongs to the null: an effect of exactly the margin has p = 1/2.
#[test]
fn the_margin_is_part_of_the_null() {
    let differences = [0.1, 0.3, 0.2, 0.4, 0.0];
    let p = |margin| paired_t(&[&differences], margin).unwrap().p;
    agrees("at the margin", p(0.2), 0.5);
    assert!(p(0.0) < 0.05 && p(0.4) > 0.95);
}
