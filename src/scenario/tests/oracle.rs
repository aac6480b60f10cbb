//! The reference simulation of statistics §4.3, an implementation of its own with other random numbers.

use crate::scenario::stylised::{mean, sd};
use crate::scenario::{Dynamics, Generator, Model, Realised, Regime, Set, standard};
use crate::seed::Seed;
use serde_json::Value;

const PATHS: usize = 2000;

/// Standard errors allowed. There are 88 comparisons: by chance one in 180 runs of this test would go beyond.
const SIGMAS: f64 = 4.0;

/// The reference has three decimals, kurtosis two.
const ROUNDING: f64 = 0.0005;

fn reference() -> Value {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenario/regimes_sim.json"));
    serde_json::from_str(text).unwrap()
}

fn reference_paths(regime: Regime) -> f64 {
    if regime == Regime::Mixed { 400.0 } else { 2000.0 }
}

#[test]
fn knobs_are_the_references() {
    let reference = reference();
    let same = |name: &str, model: &Model| {
        let row = &reference["params"][name];
        let knob = |key: &str| row[key].as_f64().unwrap_or(0.0);
        let found = [
            (knob("mu"), model.drift_per_year),
            (knob("vol"), model.vol_per_year),
            (row["g"][0].as_f64().unwrap(), model.garch.arch),
            (row["g"][1].as_f64().unwrap(), model.garch.leverage),
            (row["g"][2].as_f64().unwrap(), model.garch.memory),
            (knob("nu"), model.tail_nu),
            (knob("lam"), model.skew_lambda),
            (knob("jl"), model.jumps.per_year),
            (knob("jm"), model.jumps.mean),
            (knob("js"), model.jumps.sd),
            (knob("kap"), model.pull_per_year),
        ];
        assert!(found.iter().all(|(expected, found)| (expected - found).abs() < 1e-12), "{name}: {found:?}");
    };
    for regime in Regime::ALL {
        match regime.dynamics() {
            Dynamics::Single(model) => same(regime.name(), &model),
            Dynamics::Phases(phases) => {
                for (name, phase) in ["precrash", "crash_leg", "aftermath"].into_iter().zip(&phases) {
                    same(name, &phase.model);
                }
                // The fall starts at its own variance: v − j(m² + s²).
                let leg = phases[1].model;
                let own = leg.vol_per_year.powi(2) - 30.0 * (0.01_f64.powi(2) + 0.05_f64.powi(2));
                assert!((leg.initial_vol.unwrap() - own.sqrt()).abs() < 1e-6);
            }
            Dynamics::Chain(chain) => {
                for state in &chain.states {
                    same(&state.name, &state.model);
                    assert_eq!(reference["mixed_durations"][&state.name].as_f64(), Some(state.mean_bars));
                    let row = reference["mixed_transitions"][&state.name].as_object().unwrap();
                    assert_eq!(row.len(), state.next.len());
                    for next in &state.next {
                        assert_eq!(row[&next.to].as_f64(), Some(next.probability), "{} to {}", state.name, next.to);
                    }
                }
            }
        }
    }
}

/// The reference's quantile must lie between our quantiles at ± 4 standard errors of the share: the difference of
/// two empirical shares at level p has variance p(1−p)(1/n + 1/m), whatever the law.
fn compare_quantiles(regime: Regime, what: &str, values: &mut [f64], expected: Vec<(f64, f64)>, rounding: f64) {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    for (share, expected) in expected {
        let error = SIGMAS * (share * (1.0 - share) * (1.0 / n + 1.0 / reference_paths(regime))).sqrt();
        let at = |share: f64| values[(share.clamp(0.0, 1.0) * (n - 1.0)).round() as usize];
        let (low, high) = (at(share - error) - rounding, at(share + error) + rounding);
        assert!(
            (low..=high).contains(&expected),
            "{regime} {what} at {share}: reference {expected}, ours {} ({low} to {high})",
            at(share)
        );
    }
}

#[test]
fn paths_are_distributed_as_the_references() {
    let reference = reference();
    for regime in Regime::ALL {
        let generator = Generator::new(&standard(regime)).unwrap();
        let facts: Vec<Realised> = (0..PATHS)
            .map(|index| {
                let path = generator.draw(Seed::new(2024), Set::Train, index);
                assert_eq!(path.check(), Ok(()), "{}", path.name);
                // The reference counts from the price before the first bar, which is its open.
                let closes: Vec<f64> = path.open[..1].iter().chain(&path.close).copied().collect();
                Realised::of_closes(&closes, path.periods_per_year)
            })
            .collect();
        let column = |get: fn(&Realised) -> f64| facts.iter().map(get).collect::<Vec<f64>>();
        let row = &reference["sim"][regime.name()];
        let quantiles = |key: &str| -> Vec<(f64, f64)> {
            let values = row[key].as_array().unwrap();
            [0.05, 0.5, 0.95].into_iter().zip(values.iter().map(|value| value.as_f64().unwrap())).collect()
        };
        let mut falls = column(|facts| -facts.max_drawdown.unwrap());
        compare_quantiles(
            regime,
            "log return",
            &mut column(|facts| facts.log_return.unwrap()),
            quantiles("logret"),
            ROUNDING,
        );
        compare_quantiles(
            regime,
            "volatility",
            &mut column(|facts| facts.annual_volatility.unwrap()),
            quantiles("vol"),
            ROUNDING,
        );
        compare_quantiles(regime, "drawdown", &mut falls, quantiles("mdd"), ROUNDING);
        let kurtosis = vec![(0.5, row["exkurt_path_med"].as_f64().unwrap())];
        compare_quantiles(
            regime,
            "kurtosis",
            &mut column(|facts| facts.excess_kurtosis.unwrap()),
            kurtosis,
            10.0 * ROUNDING,
        );

        let expected = row["mdd_mean"].as_f64().unwrap();
        let error = SIGMAS * sd(&falls) * (1.0 / PATHS as f64 + 1.0 / reference_paths(regime)).sqrt() + ROUNDING;
        let found = mean(&falls);
        assert!((found - expected).abs() < error, "{regime} mean drawdown {found} ± {error}, reference {expected}");
    }
}
