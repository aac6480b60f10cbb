use super::{Condition, Evidence, Params, Verdict};

/// Enough closed trades over the validation paths of each regime that a ratio means anything.
pub(super) fn check(evidence: &Evidence, params: &Params) -> Condition {
    let trades = |pairs: &[super::Pair]| pairs.iter().map(|pair| pair.challenger.closed_trades).sum::<u64>();
    let fewest = evidence.scenarios.iter().map(|scenario| (trades(&scenario.pairs), scenario.scenario.as_str())).min();
    let (fewest, scenario) = fewest.unwrap_or((0, "none"));
    Condition {
        name: "closed_trades".to_owned(),
        figure: Some(fewest as f64),
        threshold: Some(params.min_closed_trades as f64),
        verdict: Verdict::of(fewest >= params.min_closed_trades),
        note: format!(
            "fewest in {scenario}: {fewest} closed trades over its validation paths, at least {} needed in every regime",
            params.min_closed_trades
        ),
    }
}
