//! Families of generators: ways of making paths of one regime.

use serde::{Deserialize, Serialize};

/// How paths are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// GJR-GARCH with skewed t and jumps: what the search is trained on.
    Gjr,
    /// Heston's variance with Merton's jumps.
    Bates,
    /// The user's own bars in another order.
    Resampled,
}

impl Family {
    pub const ALL: [Self; 3] = [Self::Gjr, Self::Bates, Self::Resampled];
    /// Those no search ever sees.
    pub const FOREIGN: [Self; 2] = [Self::Bates, Self::Resampled];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Gjr => "gjr",
            Self::Bates => "bates",
            Self::Resampled => "resampled",
        }
    }
}
