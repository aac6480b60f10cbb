use super::{Condition, Evidence, GateError, ScenarioPairs, Strata, Verdict};

/// Challenger and champion on paths of one family of generators that nothing was ever optimized on.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilyPairs {
    /// `bates` or `resampled`.
    pub family: String,
    /// Empty where no path could be made.
    pub scenarios: Vec<ScenarioPairs>,
    /// What could not be made, and why.
    pub why_not: String,
}

/// Better in every family, and by the margin in at least one: a row per family, and one for the margin. Where an
/// improvement lives in one generator alone, it is a gift of that generator.
pub fn foreign(families: &[FamilyPairs], margin: f64) -> Result<Vec<Condition>, GateError> {
    let mut rows = Vec::new();
    let mut best: Option<(f64, &str)> = None;
    for family in families {
        let name = format!("foreign_{}", family.family);
        if family.scenarios.is_empty() {
            rows.push(Condition::not_applicable(&name, format!("no paths: {}", family.why_not)));
            continue;
        }
        let strata = of(&family.scenarios)?;
        let difference = strata.difference();
        if best.is_none_or(|(most, _)| difference > most) {
            best = Some((difference, &family.family));
        }
        let error = strata.test(0.0)?.map_or_else(String::new, |test| format!(" ± {:.3}", test.standard_error));
        let paths: usize = strata.strata.iter().map(|stratum| stratum.paths).sum();
        let missing = if family.why_not.is_empty() { String::new() } else { format!("; left out: {}", family.why_not) };
        rows.push(Condition {
            name,
            figure: Some(difference),
            threshold: Some(0.0),
            verdict: Verdict::of(difference > 0.0),
            note: format!("difference {difference:+.3}{error} on {paths} paths, above 0 needed{missing}"),
        });
    }
    rows.push(match best {
        Some((most, family)) => Condition {
            name: "foreign_margin".to_owned(),
            figure: Some(most),
            threshold: Some(margin),
            verdict: Verdict::of(most >= margin),
            note: format!("largest difference {most:+.3}, in {family}; at least {margin:.3} needed in one family"),
        },
        None => Condition::not_applicable("foreign_margin", "there is no foreign family to compare in"),
    });
    Ok(rows)
}

fn of(scenarios: &[ScenarioPairs]) -> Result<Strata, GateError> {
    let counted =
        Evidence { scenarios: scenarios.to_vec(), test_number: 1, strategies: 1, trials_ever: 1, since_change: None };
    Strata::of(&counted)
}
