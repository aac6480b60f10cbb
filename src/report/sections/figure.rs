use serde::Serialize;

/// A chart on the page, with what everybody reads above it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub title: String,
    /// SIM, RESAMPLED, REAL or REAL-OOS, with an asterisk where a generator is outside; empty without a market.
    pub badge: String,
    pub note: String,
    pub svg: String,
}

impl Figure {
    /// None where there is no chart.
    pub fn new(title: &str, badge: &str, note: impl Into<String>, svg: Option<String>) -> Option<Self> {
        Some(Self { title: title.to_owned(), badge: badge.to_owned(), note: note.into(), svg: svg? })
    }

    /// Of numbers over all simulated scenarios, whose badge is `simulated`.
    #[must_use]
    pub fn over_all(self, simulated: &str) -> Self {
        Self { badge: simulated.to_owned(), ..self }
    }
}
