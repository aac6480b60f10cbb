use super::{Condition, Params, Verdict};

/// Probability of backtest overfitting (CSCV) over the search's trials; itself noisy, so that it only excludes the
/// worse half. None where it could not be computed, and `why_not` says why.
pub fn check(probability: Option<f64>, why_not: &str, params: &Params) -> Condition {
    let name = "overfitting";
    let Some(probability) = probability else {
        return Condition::not_applicable(
            name,
            format!("the probability of backtest overfitting is not known: {why_not}"),
        );
    };
    Condition {
        name: name.to_owned(),
        figure: Some(probability),
        threshold: Some(params.max_overfitting),
        verdict: Verdict::of(probability <= params.max_overfitting),
        note: format!(
            "probability {probability:.2} that the best of the search on one half of the training paths is below the \
             median on the other, at most {} allowed",
            params.max_overfitting
        ),
    }
}
