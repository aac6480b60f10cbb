use super::{Evidence, GateError};
use crate::optimize::sum::{mean, sum, variance};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Paired differences of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
    pub scenario: String,
    /// All weights sum to 1.
    pub weight: f64,
    pub paths: usize,
    pub incumbent: f64,
    /// Mean of challenger less incumbent.
    pub difference: f64,
    /// Variance of that mean; None below two paths.
    pub variance: Option<f64>,
}

/// A stratified paired comparison: scenarios are strata, the paths within are independent.
#[derive(Debug, Clone, PartialEq)]
pub struct Strata {
    pub strata: Vec<Stratum>,
}

/// Student's t of a stratified mean against a margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneSided {
    pub t: f64,
    /// Welch–Satterthwaite.
    pub degrees_of_freedom: f64,
    /// Chance of a t at least this large if the true difference were the margin.
    pub p: f64,
    pub standard_error: f64,
}

impl OneSided {
    /// Of Student's t with these degrees of freedom.
    pub fn quantile(&self, probability: f64) -> Result<f64, GateError> {
        Ok(student(self.degrees_of_freedom)?.inverse_cdf(probability))
    }
}

impl Strata {
    pub fn of(evidence: &Evidence) -> Result<Self, GateError> {
        if evidence.scenarios.is_empty() {
            return Err(GateError::NoScenarios);
        }
        if evidence.test_number == 0 || evidence.strategies == 0 {
            return Err(GateError::Counts);
        }
        for scenario in &evidence.scenarios {
            let name = || scenario.scenario.clone();
            if !(scenario.weight.is_finite() && scenario.weight > 0.0) {
                return Err(GateError::Weight { scenario: name(), weight: scenario.weight });
            }
            for (path, pair) in scenario.pairs.iter().enumerate() {
                if !pair.difference().is_finite() {
                    return Err(GateError::NotFinite { scenario: name(), path });
                }
                for value in [pair.challenger.max_drawdown, pair.incumbent.max_drawdown] {
                    if !(-1.0..=0.0).contains(&value) {
                        return Err(GateError::Drawdown { scenario: name(), path, value });
                    }
                }
            }
        }
        let total = sum(evidence.scenarios.iter().map(|scenario| scenario.weight));
        let stratum = |scenario: &super::ScenarioPairs| {
            let differences: Vec<f64> = scenario.pairs.iter().map(super::Pair::difference).collect();
            let incumbents: Vec<f64> = scenario.pairs.iter().map(|pair| pair.scores().0).collect();
            let (Some(difference), Some(incumbent)) = (mean(&differences), mean(&incumbents)) else {
                return Err(GateError::NoPaths { scenario: scenario.scenario.clone() });
            };
            Ok(Stratum {
                scenario: scenario.scenario.clone(),
                weight: scenario.weight / total,
                paths: differences.len(),
                incumbent,
                difference,
                variance: variance(&differences).map(|variance| variance / differences.len() as f64),
            })
        };
        Ok(Self { strata: evidence.scenarios.iter().map(stratum).collect::<Result<_, _>>()? })
    }

    /// Weighted mean difference of annual Sharpe ratios.
    pub fn difference(&self) -> f64 {
        sum(self.strata.iter().map(|stratum| stratum.weight * stratum.difference))
    }

    pub fn incumbent_score(&self) -> f64 {
        sum(self.strata.iter().map(|stratum| stratum.weight * stratum.incumbent))
    }

    pub fn challenger_score(&self) -> f64 {
        self.incumbent_score() + self.difference()
    }

    /// One-sided test of H0: the true difference is at most `margin`. None where a scenario has a single path
    /// or no difference varies at all: then there is no error to measure by.
    pub fn test(&self, margin: f64) -> Result<Option<OneSided>, GateError> {
        let Some(variances) = self
            .strata
            .iter()
            .map(|stratum| Some((stratum.weight.powi(2) * stratum.variance?, stratum.paths)))
            .collect::<Option<Vec<(f64, usize)>>>()
        else {
            return Ok(None);
        };
        let variance = sum(variances.iter().map(|(variance, _)| *variance));
        let spread = sum(variances.iter().map(|(variance, paths)| variance.powi(2) / (*paths as f64 - 1.0)));
        let degrees_of_freedom = variance.powi(2) / spread;
        if variance <= 0.0 || !degrees_of_freedom.is_finite() {
            return Ok(None);
        }
        let standard_error = variance.sqrt();
        let t = (self.difference() - margin) / standard_error;
        let p = student(degrees_of_freedom)?.sf(t);
        Ok(Some(OneSided { t, degrees_of_freedom, p, standard_error }))
    }
}

impl Stratum {
    /// One-sided lower bound of the true difference at confidence 1 - `alpha`; None below two paths.
    pub fn lower_bound(&self, alpha: f64) -> Result<Option<f64>, GateError> {
        let Some(variance) = self.variance else { return Ok(None) };
        if variance == 0.0 {
            return Ok(Some(self.difference));
        }
        let quantile = student(self.paths as f64 - 1.0)?.inverse_cdf(1.0 - alpha);
        Ok(Some(self.difference - quantile * variance.sqrt()))
    }
}

fn student(degrees_of_freedom: f64) -> Result<StudentsT, GateError> {
    StudentsT::new(0.0, 1.0, degrees_of_freedom).map_err(|error| GateError::Distribution(error.to_string()))
}
