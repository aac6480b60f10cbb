use super::{Direction, Goal, MetricRow};
use crate::optimize::sum::sum;
use std::collections::BTreeMap;
use std::fmt;

/// The paths of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioRows {
    pub scenario: String,
    pub rows: Vec<MetricRow>,
}

/// How the figures of many paths become one.
///
/// The mean over the paths of each scenario, then the weighted mean over scenarios. A path on which the
/// figure is undefined counts as the worse of two numbers: what doing nothing is worth, and the mean of the
/// scenario's defined paths (for an expression: the scenario's worst defined path). A scenario without a
/// defined path counts likewise against the other scenarios. So staying out earns no more than nothing, and
/// no more than trading did; and where it is the habit, that is, on more than `max_undefined_share` of all
/// paths, the whole figure is undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregation {
    weights: BTreeMap<String, f64>,
    max_undefined_share: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// None ranks below every number.
    pub value: Option<f64>,
    pub paths: usize,
    pub undefined_paths: usize,
    /// In the order given.
    pub scenarios: Vec<(String, Option<f64>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum AggregationError {
    Weight { scenario: String, weight: f64 },
    Share(f64),
}

impl fmt::Display for AggregationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weight { scenario, weight } => {
                write!(f, "the weight of scenario {scenario} is {weight}; it has to be zero or more and finite")
            }
            Self::Share(share) => write!(f, "the share of undefined paths is {share}; it has to lie in 0..1"),
        }
    }
}

impl std::error::Error for AggregationError {}

impl Default for Aggregation {
    fn default() -> Self {
        Self { weights: BTreeMap::new(), max_undefined_share: 0.2 }
    }
}

impl Aggregation {
    /// A scenario that is not named weighs 1. `max_undefined_share` lies in [0, 1).
    pub fn new(weights: BTreeMap<String, f64>, max_undefined_share: f64) -> Result<Self, AggregationError> {
        if let Some((scenario, &weight)) = weights.iter().find(|(_, weight)| !(weight.is_finite() && **weight >= 0.0)) {
            return Err(AggregationError::Weight { scenario: scenario.clone(), weight });
        }
        if !(0.0..1.0).contains(&max_undefined_share) {
            return Err(AggregationError::Share(max_undefined_share));
        }
        Ok(Self { weights, max_undefined_share })
    }

    pub fn weight(&self, scenario: &str) -> f64 {
        self.weights.get(scenario).copied().unwrap_or(1.0)
    }

    /// Scenarios of weight zero or without paths are left out.
    pub fn of(&self, goal: &Goal, scenarios: &[ScenarioRows]) -> Aggregate {
        let scored: Vec<(f64, Vec<Option<f64>>)> = scenarios
            .iter()
            .map(|scenario| {
                let values = scenario.rows.iter().map(|row| goal.of(row)).collect();
                (self.weight(&scenario.scenario), values)
            })
            .collect();
        let (idle, direction) = (goal.idle(), goal.direction());
        let means: Vec<Option<f64>> =
            scored.iter().map(|(_, values)| filled(values, &vec![1.0; values.len()], idle, direction)).collect();

        let counted = || scored.iter().filter(|(weight, values)| *weight > 0.0 && !values.is_empty());
        let paths = counted().map(|(_, values)| values.len()).sum();
        let undefined_paths = counted().flat_map(|(_, values)| values).filter(|value| value.is_none()).count();
        let (values, weights): (Vec<Option<f64>>, Vec<f64>) = means
            .iter()
            .zip(&scored)
            .filter(|(_, (weight, values))| *weight > 0.0 && !values.is_empty())
            .map(|(mean, (weight, _))| (*mean, *weight))
            .unzip();
        let bearable = undefined_paths as f64 <= self.max_undefined_share * paths as f64;
        let value = bearable.then(|| filled(&values, &weights, idle, direction)).flatten();
        let names = scenarios.iter().map(|scenario| scenario.scenario.clone());
        Aggregate { value, paths, undefined_paths, scenarios: names.zip(means).collect() }
    }
}

/// The weighted mean, with the substitute for what is undefined; None without any defined value.
fn filled(values: &[Option<f64>], weights: &[f64], idle: Option<f64>, direction: Direction) -> Option<f64> {
    let defined: Vec<f64> = values.iter().flatten().copied().collect();
    if defined.is_empty() {
        return None;
    }
    let worse = |one: f64, other: f64| match direction {
        Direction::Maximise => one.min(other),
        Direction::Minimise => one.max(other),
    };
    let present = || values.iter().zip(weights).filter_map(|(value, weight)| Some(((*value)?, *weight)));
    let weight_of_present = sum(present().map(|(_, weight)| weight));
    let typical = sum(present().map(|(value, weight)| value * weight)) / weight_of_present;
    let substitute = match idle {
        Some(idle) => worse(idle, typical),
        None => defined.iter().copied().fold(typical, worse),
    };
    let missing = sum(values.iter().zip(weights).filter(|(value, _)| value.is_none()).map(|(_, weight)| *weight));
    let total = weight_of_present + missing;
    Some((typical * weight_of_present + substitute * missing) / total).filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::super::Objective;
    use super::super::metric_row::sample;
    use super::*;
    use proptest::prelude::*;

    fn scenario(name: &str, sharpes: &[Option<f64>]) -> ScenarioRows {
        let rows = sharpes.iter().map(|&sharpe_ratio| MetricRow { sharpe_ratio, ..sample() }).collect();
        ScenarioRows { scenario: name.into(), rows }
    }

    fn sharpe(aggregation: &Aggregation, scenarios: &[ScenarioRows]) -> Option<f64> {
        aggregation.of(&Goal::Named(Objective::Sharpe), scenarios).value
    }

    fn lenient(share: f64) -> Aggregation {
        Aggregation { weights: BTreeMap::new(), max_undefined_share: share }
    }

    #[test]
    fn scenarios_weigh_the_same_however_many_paths_they_have() {
        let rows = [scenario("bull", &[Some(1.0); 9]), scenario("bear", &[Some(-1.0)])];
        assert_eq!(sharpe(&Aggregation::default(), &rows), Some(0.0));
        let weights = BTreeMap::from([("bull".to_owned(), 3.0)]);
        assert_eq!(Aggregation::new(weights, 0.2).ok().and_then(|a| sharpe(&a, &rows)), Some(0.5));
    }

    #[test]
    fn an_undefined_path_counts_as_the_worse_of_nothing_and_the_mean() {
        let gains = [scenario("bull", &[Some(1.0), Some(2.0), None])];
        let losses = [scenario("bear", &[Some(-1.0), Some(-2.0), None])];
        assert_eq!(sharpe(&lenient(0.5), &gains), Some(1.0));
        assert_eq!(sharpe(&lenient(0.5), &losses), Some(-1.5));
    }

    #[test]
    fn staying_out_as_a_habit_is_undefined() {
        let rows = [scenario("bull", &[Some(3.0), Some(3.0), Some(3.0)]), scenario("bear", &[None, Some(1.0)])];
        assert_eq!(sharpe(&lenient(0.2), &rows), Some(0.5 * (3.0 + 0.5)));
        assert_eq!(sharpe(&lenient(0.19), &rows), None);
        assert_eq!(sharpe(&lenient(0.99), &[scenario("bull", &[None, None])]), None);
        assert_eq!(sharpe(&lenient(0.2), &[]), None);
    }

    #[test]
    fn weights_and_shares_that_make_no_sense_are_refused() {
        assert!(Aggregation::new(BTreeMap::from([("bull".to_owned(), -1.0)]), 0.2).is_err());
        assert!(Aggregation::new(BTreeMap::from([("bull".to_owned(), f64::NAN)]), 0.2).is_err());
        assert!(Aggregation::new(BTreeMap::new(), 1.0).is_err());
        let none = Aggregation::new(BTreeMap::from([("bull".to_owned(), 0.0)]), 0.2);
        assert_eq!(none.ok().and_then(|a| sharpe(&a, &[scenario("bull", &[Some(1.0)])])), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Never more than with nothing in the place of what is undefined, never more than without it.
        #[test]
        fn an_undefined_path_never_earns(values in prop::collection::vec(prop::option::of(-3.0..3.0_f64), 1..20)) {
            let value = sharpe(&lenient(0.999), &[scenario("any", &values)]);
            let defined: Vec<f64> = values.iter().flatten().copied().collect();
            prop_assert_eq!(value.is_some(), !defined.is_empty());
            if let Some(value) = value {
                let total: f64 = defined.iter().sum();
                prop_assert!(value <= total / values.len() as f64 + 1e-12);
                prop_assert!(value <= total / defined.len() as f64 + 1e-12);
            }
        }
    }
}
