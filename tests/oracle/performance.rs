//! `metrics.json`: four real series and the edge cases, with what each package says.

use super::{RETURNS, agrees, column, json, number};
use continuous_backtest::stats::{
    Spread, Statistic, Undefined, cagr, calmar, conditional_value_at_risk, max_drawdown, moments, omega, sharpe,
    sortino, tail_ratio, total_return, ulcer, value_at_risk, volatility,
};
use serde_json::Value;

const ORACLE: &str = include_str!("metrics.json");

/// Our value beside the name it has under `reference`.
fn ours(returns: &[f64], periods: f64) -> Vec<(&'static str, Statistic)> {
    vec![
        ("mean_per_bar", Spread::of(returns).map(|spread| spread.mean)),
        ("std_per_bar_ddof1", Spread::of(returns).and_then(|spread| spread.deviation())),
        ("volatility_ann", volatility(returns, periods)),
        ("sharpe_ann", sharpe(returns, periods, 0.0)),
        ("sortino_ann", sortino(returns, periods, 0.0)),
        ("total_return", total_return(returns)),
        ("max_drawdown", max_drawdown(returns)),
        ("cagr", cagr(returns, periods)),
        ("calmar", max_drawdown(returns).and_then(|depth| calmar(cagr(returns, periods), depth))),
        ("var95_hist_linear", value_at_risk(returns, 0.05)),
        ("cvar95_hist_tail_mean_le_var", conditional_value_at_risk(returns, 0.05)),
        ("skew_biased_g1", moments(returns).map(|m| m.g1)),
        ("kurt_biased_nonexcess", moments(returns).map(|m| m.g4)),
        ("omega_0", omega(returns, 0.0)),
        ("tail_ratio", tail_ratio(returns)),
        ("ulcer_index_n", ulcer(returns)),
    ]
}

#[test]
fn four_real_series_agree_with_the_reference() {
    let oracle = json(ORACLE);
    for (name, text) in RETURNS {
        let expected = &oracle["series"][name];
        let returns = column(text, 0);
        assert_eq!(returns.len() as u64, expected["n"].as_u64().unwrap());
        for (what, found) in ours(&returns, number(&expected["periods_per_year"])) {
            agrees(&format!("{name} {what}"), found.unwrap(), number(&expected["reference"][what]));
        }
    }
}

#[test]
fn four_real_series_agree_with_empyrical_and_quantstats() {
    let oracle = json(ORACLE);
    for (name, text) in RETURNS {
        let expected = &oracle["series"][name];
        let periods = number(&expected["periods_per_year"]);
        let returns = column(text, 0);
        for (package, theirs, what) in [
            ("empyrical_reloaded", "sharpe", "sharpe_ann"),
            ("empyrical_reloaded", "sortino", "sortino_ann"),
            ("empyrical_reloaded", "calmar", "calmar"),
            ("empyrical_reloaded", "cagr", "cagr"),
            ("empyrical_reloaded", "max_drawdown", "max_drawdown"),
            ("empyrical_reloaded", "annual_volatility", "volatility_ann"),
            ("empyrical_reloaded", "value_at_risk_5", "var95_hist_linear"),
            ("empyrical_reloaded", "omega_0", "omega_0"),
            ("empyrical_reloaded", "tail_ratio", "tail_ratio"),
            ("empyrical_reloaded", "cum_returns_final", "total_return"),
            ("quantstats", "sharpe", "sharpe_ann"),
            ("quantstats", "sortino", "sortino_ann"),
            ("quantstats", "calmar", "calmar"),
            ("quantstats", "cvar_95_historical", "cvar95_hist_tail_mean_le_var"),
            ("scipy", "skew_biased", "skew_biased_g1"),
        ] {
            let found = ours(&returns, periods).into_iter().find(|(name, _)| *name == what).unwrap().1;
            agrees(&format!("{name} {package} {theirs}"), found.unwrap(), number(&expected[package][theirs]));
        }
    }
}

/// What the packages answer with NaN, infinity, 8.7e16 or an exception is one of these.
fn reason(case: &str, what: &str) -> Option<Undefined> {
    use Undefined::{NoDrawdown, NoLosses, TooFewBars, ZeroVariance};
    let rises_only = ["single", "all_zero", "constant_positive", "all_gains"].contains(&case);
    let constant = ["all_zero", "constant_positive"].contains(&case);
    match (case, what) {
        ("empty", _) => Some(TooFewBars),
        ("single", "std_per_bar_ddof1" | "volatility_ann" | "sharpe_ann") => Some(TooFewBars),
        ("single", "skew_biased_g1" | "kurt_biased_nonexcess") => Some(TooFewBars),
        (_, "sharpe_ann" | "skew_biased_g1" | "kurt_biased_nonexcess") if constant => Some(ZeroVariance),
        (_, "sortino_ann" | "omega_0") if rises_only => Some(NoLosses),
        (_, "calmar") if rises_only => Some(NoDrawdown),
        ("all_zero", "tail_ratio") => Some(NoLosses),
        _ => None,
    }
}

#[test]
fn edge_cases_are_values_or_reasons() {
    let oracle = json(ORACLE);
    let cases = oracle["edge_cases"].as_object().unwrap();
    assert_eq!(cases.len(), 10);
    for (case, expected) in cases {
        let returns: Vec<f64> = expected["returns"].as_array().unwrap().iter().map(number).collect();
        for (what, found) in ours(&returns, number(&expected["periods_per_year"])) {
            let reference = &expected["reference"][what];
            match reason(case, what) {
                Some(reason) => {
                    assert_eq!(found, Err(reason), "{case} {what}");
                    // The moments of a constant sample are rounding noise in the reference.
                    let noise = case == "constant_positive" && reference.is_number();
                    assert!(matches!(reference, Value::Null | Value::String(_)) || noise, "{case} {what}: {reference}");
                }
                None => agrees(&format!("{case} {what}"), found.unwrap(), number(reference)),
            }
        }
    }
}

#[test]
fn a_value_that_is_not_finite_is_an_error_and_not_dropped() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for (what, found) in ours(&[0.01, bad, -0.02, 0.03], 252.0) {
            assert_eq!(found, Err(Undefined::NotFinite), "{what}");
        }
    }
}
