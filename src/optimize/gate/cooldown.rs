use super::{Condition, Evidence, Params, Verdict};

/// What has passed since the strategy's values were last changed, by the gate or by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinceChange {
    /// Full iterations that lie between that change and this one.
    pub iterations: u32,
    /// Real bars that arrived since; None where the strategy is not run on real bars.
    pub real_bars: Option<u64>,
}

/// No new information, no new change.
pub(super) fn check(evidence: &Evidence, params: &Params) -> Condition {
    let name = "cooldown".to_owned();
    let threshold = Some(f64::from(params.cooldown_iterations));
    let Some(since) = evidence.since_change else {
        let note = "this strategy was never changed".to_owned();
        return Condition { name, figure: None, threshold, verdict: Verdict::NotApplicable, note };
    };
    let rested = since.iterations >= params.cooldown_iterations;
    let informed = since.real_bars.is_none_or(|bars| bars >= params.cooldown_real_bars);
    let bars = since.real_bars.map_or_else(String::new, |bars| {
        format!(" and {bars} new real bars, at least {} needed", params.cooldown_real_bars)
    });
    Condition {
        name,
        figure: Some(f64::from(since.iterations)),
        threshold,
        verdict: Verdict::of(rested && informed),
        note: format!(
            "{} full iterations since the last change, at least {} needed{bars}",
            since.iterations, params.cooldown_iterations
        ),
    }
}
