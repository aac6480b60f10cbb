use super::{Condition, Evidence, GateError, Params, Strata, Verdict, effect};

/// Whether the test's verdict would be another under other weights of the regimes: each left out, each at half and
/// at one and a half times its weight. Reported, because the weights are a choice and not a fact.
pub(super) fn check(evidence: &Evidence, params: &Params) -> Result<Condition, GateError> {
    let verdict = |evidence: &Evidence| -> Result<Verdict, GateError> {
        Ok(effect::check(&Strata::of(evidence)?, evidence, params)?.verdict)
    };
    let stated = verdict(evidence)?;
    let mut flips = Vec::new();
    let mut tried = 0_u32;
    for (at, scenario) in evidence.scenarios.iter().enumerate() {
        let name = &scenario.scenario;
        for (factor, words) in [
            (0.0, format!("without {name}")),
            (0.5, format!("{name} at half")),
            (1.5, format!("{name} at one and a half")),
        ] {
            let mut other = evidence.clone();
            other.scenarios[at].weight *= factor;
            other.scenarios.retain(|scenario| scenario.weight > 0.0);
            if other.scenarios.is_empty() {
                continue;
            }
            tried += 1;
            if verdict(&other)? != stated {
                flips.push(words);
            }
        }
    }
    let list = if flips.is_empty() { "none".to_owned() } else { flips.join(", ") };
    Ok(Condition {
        name: "weight_sensitivity".to_owned(),
        figure: Some(flips.len() as f64),
        threshold: None,
        verdict: Verdict::Shown,
        note: format!("of {tried} other weightings of the regimes these turn the test's verdict: {list}"),
    })
}
