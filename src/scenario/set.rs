//! Which paths may be used for what, and the seeds that keep them apart.

use crate::seed::Seed;
use serde::{Deserialize, Serialize};

/// What paths are for. Seeds are derived from these names, so no path can be in two sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Set {
    /// Seen by the search.
    Train,
    /// Decides between incumbent and challenger; never seen by the search.
    Validation,
    /// Seen by nobody who decides.
    Test,
}

impl Set {
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// The seed of path `index` of `set` of the scenario called `scenario`, under a run's seed. Whoever wants fresh
/// paths every iteration gives every iteration a run seed of its own.
pub fn path_seed(run: Seed, scenario: &str, set: Set, index: usize) -> Seed {
    run.child("scenario").child(scenario).child(set.name()).child(&index.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_paths_share_a_seed() {
        let mut seen = BTreeSet::new();
        for run in 0..3 {
            for scenario in ["bull", "bear", "mine"] {
                for set in Set::ALL {
                    for index in 0..500 {
                        assert!(seen.insert(path_seed(Seed::new(run), scenario, set, index).value()));
                    }
                }
            }
        }
    }
}
