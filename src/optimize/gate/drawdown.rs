use super::{Condition, Evidence, Params, ScenarioPairs, Verdict};
use crate::optimize::sum::mean;

/// In the regimes where drawdowns are made, the mean one does not grow by more than the allowed share.
pub(super) fn check(evidence: &Evidence, params: &Params) -> Condition {
    let name = "drawdown".to_owned();
    let judged = evidence.scenarios.iter().filter(|scenario| params.drawdown_scenarios.contains(&scenario.scenario));
    let allowed = 1.0 + params.max_drawdown_growth;
    // The largest excess over what is allowed, so that an incumbent without any drawdown can be judged too.
    let worst = judged
        .filter_map(|scenario| {
            let (incumbent, challenger) = depths(scenario)?;
            Some((challenger - allowed * incumbent, incumbent, challenger, &scenario.scenario))
        })
        .max_by(|one, other| one.0.total_cmp(&other.0));
    let Some((excess, incumbent, challenger, scenario)) = worst else {
        return Condition {
            name,
            figure: None,
            threshold: None,
            verdict: Verdict::NotApplicable,
            note: format!("none of {} is among the validation scenarios", params.drawdown_scenarios.join(", ")),
        };
    };
    Condition {
        name,
        figure: Some(challenger),
        threshold: Some(allowed * incumbent),
        verdict: Verdict::of(excess <= 0.0),
        note: format!(
            "weakest in {scenario}: mean max drawdown {:.2}% against {:.2}%, at most {:.2}% allowed",
            100.0 * challenger,
            100.0 * incumbent,
            100.0 * allowed * incumbent
        ),
    }
}

/// Mean depth of the incumbent's and the challenger's drawdown, as positive fractions.
fn depths(scenario: &ScenarioPairs) -> Option<(f64, f64)> {
    let incumbent: Vec<f64> = scenario.pairs.iter().map(|pair| -pair.incumbent.max_drawdown).collect();
    let challenger: Vec<f64> = scenario.pairs.iter().map(|pair| -pair.challenger.max_drawdown).collect();
    Some((mean(&incumbent)?, mean(&challenger)?))
}
