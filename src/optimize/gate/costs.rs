use super::{Condition, Evidence, GateError, ScenarioPairs, Strata, Verdict};

/// Better at the stated costs and at stressed ones: what lives off cheap trading dies of dear trading.
pub(super) fn check(strata: &Strata, evidence: &Evidence) -> Result<Condition, GateError> {
    let stressed = |scenario: &ScenarioPairs| ScenarioPairs {
        pairs: scenario.pairs.iter().map(super::Pair::at_stressed_costs).collect(),
        ..scenario.clone()
    };
    let dearer = Evidence { scenarios: evidence.scenarios.iter().map(stressed).collect(), ..evidence.clone() };
    let (stated, stressed) = (strata.difference(), Strata::of(&dearer)?.difference());
    Ok(Condition {
        name: "costs".to_owned(),
        figure: Some(stated.min(stressed)),
        threshold: Some(0.0),
        verdict: Verdict::of(stated > 0.0 && stressed > 0.0),
        note: format!(
            "difference {stated:+.3} at the stated costs and {stressed:+.3} at stressed ones, both above 0 needed"
        ),
    })
}
