use super::{Condition, Evidence, Params, Verdict};

/// Enough closed trades over all validation paths that a ratio means anything.
pub(super) fn check(evidence: &Evidence, params: &Params) -> Condition {
    let trades: u64 = evidence.pairs().map(|pair| pair.challenger.closed_trades).sum();
    Condition {
        name: "closed_trades".to_owned(),
        figure: Some(trades as f64),
        threshold: Some(params.min_closed_trades as f64),
        verdict: Verdict::of(trades >= params.min_closed_trades),
        note: format!("{trades} closed trades over all validation paths, at least {} needed", params.min_closed_trades),
    }
}
