use super::{Condition, Params, Strata, Verdict};

/// The estimate itself exceeds the owner's threshold: mean difference over the champion's score (or the floor).
pub(super) fn check(strata: &Strata, params: &Params) -> Condition {
    let base = strata.incumbent_score().abs().max(params.score_floor);
    let share = strata.difference() / base;
    Condition {
        name: "improvement".to_owned(),
        figure: Some(share),
        threshold: Some(params.threshold),
        verdict: Verdict::of(share > params.threshold),
        note: format!(
            "{} {:.3} against {:.3} on the validation paths, a change of {:+.1}% of {base:.3}; more than {:.1}% needed",
            params.unit,
            strata.challenger_score(),
            strata.incumbent_score(),
            100.0 * share,
            100.0 * params.threshold
        ),
    }
}
