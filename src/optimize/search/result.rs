use super::SearchError;
use crate::optimize::space::Point;
use crate::strategy::ParamSet;
use serde::{Deserialize, Serialize};

/// What became of one parameter set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Evaluation {
    /// One value per objective, in the order of the settings; None where it is undefined.
    Scored { objectives: Vec<Option<f64>> },
    /// The constructor rejected the combination: a hole in the space.
    Infeasible { why: String },
    /// The strategy raised, hung or died.
    Failed { why: String },
}

impl Evaluation {
    /// Empty unless scored.
    pub fn objectives(&self) -> &[Option<f64>] {
        match self {
            Self::Scored { objectives } => objectives,
            Self::Infeasible { .. } | Self::Failed { .. } => &[],
        }
    }

    /// The first objective's value.
    pub fn primary(&self) -> Option<f64> {
        self.objectives().first().copied().flatten()
    }

    /// What is not finite becomes undefined.
    pub(super) fn checked(self, expected: usize) -> Result<Self, SearchError> {
        match self {
            Self::Scored { objectives } if objectives.len() != expected => {
                Err(SearchError::Objectives { expected, found: objectives.len() })
            }
            Self::Scored { objectives } => {
                let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
                Ok(Self::Scored { objectives: objectives.into_iter().map(finite).collect() })
            }
            other => Ok(other),
        }
    }
}

/// A trial of an earlier search over the same source.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryTrial {
    pub parameters: ParamSet,
    pub evaluation: Evaluation,
}

/// Why a set was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The values in force; always trial 0.
    Incumbent,
    /// Among the best of history, tried again on this search's paths.
    Revisited,
    Random,
    /// Proposed by the estimators.
    Model,
    /// The samplers found nothing new, so it was drawn from the list of what is left.
    Leftover,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Zero-based; also the index in [`SearchResult::trials`].
    pub number: usize,
    /// Call of `evaluate` it was part of, from 0.
    pub batch: usize,
    pub origin: Origin,
    pub parameters: ParamSet,
    pub point: Point,
    pub evaluation: Evaluation,
    /// Number of its Pareto front, 0 for the non-dominated; None without a value for the first objective.
    pub rank: Option<usize>,
    /// Within the first front, see [`crowding`](crate::optimize::pareto::crowding).
    pub crowding: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// All trials were spent.
    Budget,
    /// Nothing new is left to try.
    Exhausted,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// Every trial, in order; the incumbent is the first.
    pub trials: Vec<Trial>,
    /// Non-dominated trials, ascending.
    pub front: Vec<usize>,
    /// Best by the first objective; of equals the earliest, so the incumbent before all others.
    pub best: Option<usize>,
    pub stopped: Stop,
    /// Rows of history the sampler was told.
    pub from_history: usize,
    /// Rows of history that do not fit this space or these objectives.
    pub history_skipped: usize,
}

impl SearchResult {
    pub fn infeasible(&self) -> usize {
        self.trials.iter().filter(|trial| matches!(trial.evaluation, Evaluation::Infeasible { .. })).count()
    }

    pub fn failed(&self) -> usize {
        self.trials.iter().filter(|trial| matches!(trial.evaluation, Evaluation::Failed { .. })).count()
    }

    /// Scored, but without a value for the first objective.
    pub fn undefined(&self) -> usize {
        let undefined =
            |trial: &&Trial| !trial.evaluation.objectives().is_empty() && trial.evaluation.primary().is_none();
        self.trials.iter().filter(undefined).count()
    }
}
