use super::alpha::spent_at;
use super::{Condition, Evidence, GateError, Params, Strata, Verdict};

/// Chance is ruled out: one-sided paired test of "the true difference is at most the margin", stratified by
/// scenario. The margin is in the hypothesis, so a difference of just the margin passes no oftener than alpha.
pub(super) fn check(strata: &Strata, evidence: &Evidence, params: &Params) -> Result<Condition, GateError> {
    let margin = params.margin(strata.incumbent_score());
    let alpha = spent_at(params.alpha, evidence.test_number, evidence.strategies);
    let (figure, verdict, note) = match strata.test(margin)? {
        Some(test) => (
            Some(test.p),
            Verdict::of(test.p <= alpha),
            format!(
                "difference {:+.3} ± {:.3} of {} beyond a margin of {margin:.3}: p = {:.2e}, at most {alpha:.2e} \
                 needed in test {} of this strategy",
                strata.difference(),
                test.standard_error,
                params.unit,
                test.p,
                evidence.test_number
            ),
        ),
        None if strata.strata.iter().any(|stratum| stratum.paths < 2) => (
            None,
            Verdict::Fail,
            "a scenario has a single validation path, two are the least that can be tested".to_owned(),
        ),
        None => {
            (None, Verdict::Fail, "the difference is the same on every path, so there is nothing to test".to_owned())
        }
    };
    Ok(Condition { name: "effect".to_owned(), figure, threshold: Some(alpha), verdict, note })
}
