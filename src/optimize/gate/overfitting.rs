use super::{Condition, Params, Verdict};

/// Probability of backtest overfitting (CSCV) over the search's trials on the training paths. It is itself
/// noisy (0.44 on average where no configuration differs), so that it only excludes the worse half. Where it could not
/// be computed, the error says why.
pub fn check(probability: Result<f64, String>, params: &Params) -> Condition {
    let name = "overfitting";
    let probability = match probability {
        Ok(probability) => probability,
        Err(why) => {
            let note = format!("the probability of backtest overfitting is not known: {why}");
            return Condition::not_applicable(name, note);
        }
    };
    Condition {
        name: name.to_owned(),
        figure: Some(probability),
        threshold: Some(params.max_overfitting),
        verdict: Verdict::of(probability <= params.max_overfitting),
        note: format!(
            "probability {probability:.2} that the best of the search in one half of the training bars is not above the \
             median of its trials in the other, at most {} allowed",
            params.max_overfitting
        ),
    }
}
