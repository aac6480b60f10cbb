use super::{Condition, Evidence, GateError, Params, Verdict};
use crate::optimize::sum::{mean, sum, variance};
use crate::stats::{expected_max_sharpe, normal_cdf};

/// The challenger's score is beyond what the best of all trials ever made would show if all were worthless.
///
/// Bailey and Lopez de Prado (2014): DSR = PSR(SR0), SR0 = sd E[max of N]. Here the score is a mean over independent
/// paths, so its standard error is the spread between paths (the regimes being strata), which is also the deviation
/// that worthless trials would show on as many paths. N is the lifetime count, never that of the kept.
pub(super) fn check(evidence: &Evidence, params: &Params) -> Result<Condition, GateError> {
    let name = "deflated_sharpe".to_owned();
    let threshold = Some(params.min_deflated_sharpe);
    let total = sum(evidence.scenarios.iter().map(|scenario| scenario.weight));
    let mut parts = Vec::new();
    for scenario in &evidence.scenarios {
        let scores: Vec<[f64; 2]> = scenario.pairs.iter().map(|pair| [pair.scores().1, pair.difference()]).collect();
        let column = |at: usize| scores.iter().map(|pair| pair[at]).collect::<Vec<f64>>();
        let share = scenario.weight / total;
        let part =
            |values: Vec<f64>| Some((share * mean(&values)?, share * share * variance(&values)? / values.len() as f64));
        let (Some(own), Some(difference)) = (part(column(0)), part(column(1))) else {
            let note = format!("{} has a single validation path, two are the least", scenario.scenario);
            return Ok(Condition { name, figure: None, threshold, verdict: Verdict::Fail, note });
        };
        parts.push((own, difference));
    }
    let score = sum(parts.iter().map(|(own, _)| own.0));
    let error = sum(parts.iter().map(|(own, _)| own.1)).sqrt();
    if error <= 0.0 {
        let note = "the challenger's score is the same on every path, so there is no error to measure it by".to_owned();
        return Ok(Condition { name, figure: None, threshold, verdict: Verdict::NotApplicable, note });
    }
    let luck = expected_max_sharpe(evidence.trials_ever, error);
    let deflated = normal_cdf((score - luck) / error);
    let against = sum(parts.iter().map(|(_, difference)| difference.1)).sqrt();
    let better = if against > 0.0 {
        format!("{:.4}", normal_cdf(sum(parts.iter().map(|(_, difference)| difference.0)) / against))
    } else {
        "undefined".to_owned()
    };
    Ok(Condition {
        name,
        figure: Some(deflated),
        threshold,
        verdict: Verdict::of(deflated >= params.min_deflated_sharpe),
        note: format!(
            "annual Sharpe ratio {score:.3} ± {error:.3}; the best of {} worthless trials would show {luck:.3}; \
             probability of being better than the champion {better}",
            evidence.trials_ever
        ),
    })
}
