use super::range::at_least;
use super::section::Section;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// `report`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub directory: PathBuf,
    /// Newest reports that stay when a new one is written; older pairs of HTML and JSON are removed.
    pub keep: usize,
}

impl Default for Report {
    fn default() -> Self {
        Self { directory: PathBuf::from("reports"), keep: 100 }
    }
}

impl Report {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            directory: section.path("directory", default.directory),
            keep: section.whole("keep", default.keep, at_least(1.0).to(1_000_000.0)),
        }
    }

    pub(super) fn anchor(&mut self, base: &Path) {
        self.directory = base.join(&self.directory);
    }
}
