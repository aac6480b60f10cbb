use super::range::at_least;
use super::section::Section;
use serde::Serialize;

/// `retention`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retention {
    /// Days of history in the results store.
    pub days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl Retention {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self { days: section.whole("days", Self::default().days, at_least(1.0).to(36_600.0)) }
    }
}
