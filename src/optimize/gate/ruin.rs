use super::{Condition, Evidence, Verdict};

/// The challenger loses everything on no path.
pub(super) fn check(evidence: &Evidence) -> Condition {
    let ruined = evidence.pairs().filter(|pair| pair.challenger.ruined).count();
    Condition {
        name: "no_ruin".to_owned(),
        figure: Some(ruined as f64),
        threshold: Some(0.0),
        verdict: Verdict::of(ruined == 0),
        note: format!("the challenger was ruined on {ruined} of {} validation paths", evidence.pairs().count()),
    }
}
