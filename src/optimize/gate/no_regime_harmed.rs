use super::{Condition, GateError, Params, Strata, Verdict};

/// In every regime a loss of more than `max_harm` is ruled out; Bonferroni over the regimes.
pub(super) fn check(strata: &Strata, params: &Params) -> Result<Condition, GateError> {
    let alpha = params.harm_alpha / strata.strata.len() as f64;
    let mut worst: Option<(f64, &str)> = None;
    let mut untested = Vec::new();
    for stratum in &strata.strata {
        match stratum.lower_bound(alpha)? {
            Some(bound) if worst.is_none_or(|(lowest, _)| bound < lowest) => worst = Some((bound, &stratum.scenario)),
            Some(_) => {}
            None => untested.push(stratum.scenario.as_str()),
        }
    }
    let (figure, verdict, note) = match worst {
        _ if !untested.is_empty() => {
            (None, Verdict::Fail, format!("{} has too few validation paths to rule out harm", untested.join(", ")))
        }
        Some((bound, scenario)) => (
            Some(bound),
            Verdict::of(bound > -params.max_harm),
            format!(
                "weakest in {scenario}: the difference of annual Sharpe ratio is above {bound:+.3} at {:.1}% confidence, \
                 above {:+.3} needed",
                100.0 * (1.0 - alpha),
                -params.max_harm
            ),
        ),
        None => (None, Verdict::Fail, "there are no regimes to judge".to_owned()),
    };
    let name = "no_regime_harmed".to_owned();
    Ok(Condition { name, figure, threshold: Some(-params.max_harm), verdict, note })
}
