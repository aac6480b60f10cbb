use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    Fail,
    NotApplicable,
}

impl Verdict {
    pub(super) const fn of(passed: bool) -> Self {
        if passed { Self::Pass } else { Self::Fail }
    }
}

/// One row of the decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    pub name: String,
    /// None where there is nothing to compute it from; `note` says why.
    pub figure: Option<f64>,
    pub threshold: Option<f64>,
    pub verdict: Verdict,
    /// One sentence with units.
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    Promote,
    Keep,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub ruling: Ruling,
    /// The first failing condition in words, or that all passed.
    pub reason: String,
    pub conditions: Vec<Condition>,
}

impl Decision {
    /// Promote where at least one condition passed and none failed.
    pub fn of(conditions: Vec<Condition>) -> Self {
        let with = |verdict| conditions.iter().filter(move |condition| condition.verdict == verdict);
        let passed = with(Verdict::Pass).count();
        let (ruling, reason) = match with(Verdict::Fail).next() {
            Some(failed) => (Ruling::Keep, format!("{}: {}", failed.name, failed.note)),
            None if passed == 0 => (Ruling::Keep, "no condition could be judged".to_owned()),
            None => (Ruling::Promote, format!("all {passed} conditions that apply passed")),
        };
        Self { ruling, reason, conditions }
    }
}
