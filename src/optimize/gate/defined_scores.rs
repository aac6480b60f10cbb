use super::{Condition, Evidence, Params, Verdict};

/// A challenger that mostly stays out has no score to speak of.
pub(super) fn check(evidence: &Evidence, params: &Params) -> Condition {
    let paths = evidence.pairs().count();
    let undefined = evidence.pairs().filter(|pair| pair.challenger.score.is_none()).count();
    let share = undefined as f64 / paths.max(1) as f64;
    Condition {
        name: "defined_scores".to_owned(),
        figure: Some(share),
        threshold: Some(params.max_undefined_share),
        verdict: Verdict::of(share <= params.max_undefined_share),
        note: format!(
            "{} of the challenger is undefined on {undefined} of {paths} validation paths, at most {:.0}% may be",
            params.unit,
            100.0 * params.max_undefined_share
        ),
    }
}
