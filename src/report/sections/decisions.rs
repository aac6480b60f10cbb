use super::figure::Figure;
use super::{Section, value};
use crate::report::Report;
use crate::report::chart::{Axis, Caption, Forest, Stem, Unit};
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "decisions", title: "Decisions", template: include_str!("decisions.html"), view };

/// The gate's decision on one challenger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    pub strategy: String,
    pub promoted: bool,
    pub reason: String,
    pub old_parameters: String,
    pub new_parameters: String,
    /// What the scores are of: `sharpe`, or the user's expression.
    pub objective: String,
    pub incumbent_score: Option<f64>,
    pub challenger_score: Option<f64>,
    pub difference: Option<f64>,
    pub margin: Option<f64>,
    pub p_value: Option<f64>,
    pub alpha: Option<f64>,
    pub tests_so_far: u64,
    /// Configurations of this source ever evaluated.
    pub trials_ever: u64,
    /// The 95% interval of the difference.
    pub difference_low: Option<f64>,
    pub difference_high: Option<f64>,
    pub worst_regime: Option<String>,
    pub worst_regime_difference: Option<f64>,
    /// Difference that the validation paths could have detected with 80% power.
    pub detectable_difference: Option<f64>,
    /// Generators used that are outside the bands of real markets.
    pub marks: Vec<String>,
    pub trials: u64,
    pub paths: u64,
    pub conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    pub name: String,
    pub figure: Option<f64>,
    pub threshold: Option<f64>,
    /// pass, fail, shown, not judged or not reached.
    pub verdict: String,
    /// SIM, RESAMPLED, REAL-OOS, or nothing where it rests on no market.
    pub badge: String,
    pub note: String,
}

impl Decision {
    /// SIM, with an asterisk where a generator behind it is outside the bands of real markets.
    pub(super) fn badge(&self) -> &'static str {
        if self.marks.is_empty() { "SIM" } else { "SIM*" }
    }
}

fn view(report: &Report) -> Option<Value> {
    let rows: Vec<Value> =
        report.decisions.iter().map(|decision| context! { d => value(decision), badge => decision.badge() }).collect();
    Some(context! { rows, counts => value(&report.counts), figure => value(&differences(&report.decisions)) })
}

fn differences(decisions: &[Decision]) -> Option<Figure> {
    let tested: Vec<&Decision> = decisions.iter().filter(|decision| decision.difference.is_some()).collect();
    let badge = if tested.iter().any(|decision| !decision.marks.is_empty()) { "SIM*" } else { "SIM" };
    let stems = tested
        .iter()
        .map(|decision| Stem {
            label: decision.strategy.clone(),
            low: decision.difference_low,
            high: decision.difference_high,
            estimate: decision.difference,
            reason: String::new(),
        })
        .collect();
    let forest = Forest {
        caption: Caption {
            title: "Challenger less incumbent, with 95% intervals".to_owned(),
            description: format!("{} challengers; the table has the figures.", tested.len()),
        },
        x: Axis::new("difference of the objective", Unit::Number),
        reference: Some(0.0),
        stems,
    };
    Figure::new("Challenger less incumbent", badge, "95% intervals on paths the search had not seen", forest.svg())
}
