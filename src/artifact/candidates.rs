//! `candidates.parquet`: what the gate decided about each challenger; the store's `optimization_history`.

use super::cell::{Json, words};
use super::table::{History, table};
use crate::strategy::ParamSet;
use serde::{Deserialize, Serialize};

/// What the gate says about a challenger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Better by enough, and not by chance.
    Promote,
    /// The incumbent stays.
    Keep,
}

words!(Decision);

/// How one condition of the gate was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    Fail,
    /// Reported, not decisive.
    Informative,
    /// Could not be judged; the note says why.
    NotJudged,
    /// Not looked into, because an earlier condition failed.
    NotReached,
}

/// What kind of markets a figure was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grounds {
    #[serde(rename = "SIM")]
    Sim,
    /// The user's own bars in another order.
    #[serde(rename = "RESAMPLED")]
    Resampled,
    /// The user's own bars that no search has seen.
    #[serde(rename = "REAL-OOS")]
    RealOos,
}

/// One condition of the gate: what was measured, against what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    pub name: String,
    pub figure: Option<f64>,
    pub threshold: Option<f64>,
    pub verdict: Verdict,
    /// None where it does not rest on any market.
    pub grounds: Option<Grounds>,
    pub note: String,
}

table! {
    /// One challenger of one strategy's current parameters, measured on validation paths that the search never saw.
    pub struct Candidate {
        /// The strategy.
        strategy_name: String,
        /// blake3 of the source it was measured with.
        source_hash: String,
        /// The trial that proposed it.
        trial: u32,
        /// The incumbent: searched parameters by name, in name order.
        old_parameters: Json<ParamSet>,
        /// The challenger: searched parameters by name, in name order.
        new_parameters: Json<ParamSet>,
        /// What is compared: sharpe, or the expression of the user's own objective.
        objective: String,
        /// Mean of the incumbent's objective over the validation paths.
        incumbent_score: Option<f64>,
        /// Why incumbent_score is null.
        incumbent_score_reason: Option<String>,
        /// Mean of the challenger's objective over the validation paths.
        challenger_score: Option<f64>,
        /// Why challenger_score is null.
        challenger_score_reason: Option<String>,
        /// Mean over paths of challenger minus incumbent, in the objective's unit.
        difference: Option<f64>,
        /// Why difference is null.
        difference_reason: Option<String>,
        /// What is compared with optimization_threshold, as a fraction: 0.05 is five percent better.
        performance_improvement: Option<f64>,
        /// Why performance_improvement is null.
        performance_improvement_reason: Option<String>,
        /// Difference that was asked for, in the objective's unit.
        margin: Option<f64>,
        /// One-sided p-value of the paired test that the difference is no more than chance.
        p_value: Option<f64>,
        /// Why p_value is null.
        p_value_reason: Option<String>,
        /// Level that p_value has to stay below, after correction for the tests so far.
        alpha: f64,
        /// Challengers of this strategy tested up to and including this one, over all iterations.
        tests_so_far: u32,
        /// Configurations of this source ever evaluated up to and including this iteration.
        trials_ever: u64,
        /// Lower end of the 95% interval of difference; null where it is not defined.
        difference_low: Option<f64>,
        /// Upper end of that interval.
        difference_high: Option<f64>,
        /// Regime with the smallest mean difference; null where none was measured.
        worst_regime: Option<String>,
        /// Mean difference there.
        worst_regime_difference: Option<f64>,
        /// Difference that these paths could have detected at this alpha with 80% power.
        detectable_difference: Option<f64>,
        /// Generators among those used that are outside the bands of real markets, and in what.
        marks: Json<Vec<String>>,
        /// Validation paths on which both were run.
        paths: u32,
        /// Every condition of the gate with its figure, threshold, verdict and note.
        conditions: Json<Vec<Condition>>,
        /// promote or keep.
        decision: Decision,
        /// One sentence: why this decision.
        reason: String,
    }
    name: "candidates",
    stage: "optimize",
    version: 2,
    key: ["strategy_name", "trial"],
    check: check,
}

impl History for Candidate {
    const FOLDER: &'static str = "optimization_history";
}

fn check(row: &Candidate) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.objective.is_empty() || row.reason.is_empty() {
        return Err("strategy_name, objective or reason is empty".to_owned());
    }
    if !(0.0..=1.0).contains(&row.alpha) || row.p_value.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        return Err(format!("alpha {} or p_value {:?} is outside [0, 1]", row.alpha, row.p_value));
    }
    if row.decision == Decision::Promote {
        if row.old_parameters == row.new_parameters {
            return Err("promoted, but old_parameters and new_parameters are equal".to_owned());
        }
        if row
            .conditions
            .0
            .iter()
            .any(|condition| matches!(condition.verdict, Verdict::Fail | Verdict::NotJudged | Verdict::NotReached))
        {
            return Err("promoted although a condition of the gate did not hold".to_owned());
        }
    }
    Ok(())
}
