use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    Fail,
    NotApplicable,
    /// Reported, never decisive.
    Shown,
    /// A cheaper condition had failed already.
    NotReached,
}

impl Verdict {
    pub(super) const fn of(passed: bool) -> Self {
        if passed { Self::Pass } else { Self::Fail }
    }
}

impl Condition {
    /// A condition nobody looked into any more.
    pub fn not_reached(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            figure: None,
            threshold: None,
            verdict: Verdict::NotReached,
            note: "not reached: an earlier condition failed".to_owned(),
        }
    }

    pub(super) fn not_applicable(name: &str, note: impl Into<String>) -> Self {
        let (figure, threshold) = (None, None);
        Self { name: name.to_owned(), figure, threshold, verdict: Verdict::NotApplicable, note: note.into() }
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
