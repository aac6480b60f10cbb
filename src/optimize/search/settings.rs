use crate::optimize::objective::Direction;
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The first is the primary one.
    pub objectives: Vec<Direction>,
    /// Evaluations in all, the incumbent included.
    pub trials: usize,
    /// Random trials before the estimators are asked; scored rows of history count towards them.
    pub startup: usize,
    /// Sets per call of `evaluate`. Part of what fixes the result: the number of threads is not.
    pub batch: usize,
    /// How many of history's best are tried again.
    pub revisit: usize,
    /// Share of the trials that the estimators take as good.
    pub good_share: f64,
    /// Draws of which the estimators keep the most promising.
    pub candidates: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            objectives: vec![Direction::Maximise],
            trials: 100,
            startup: 10,
            batch: 8,
            revisit: 3,
            good_share: 0.1,
            candidates: 24,
        }
    }
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), SearchError> {
        let problem = if self.objectives.is_empty() {
            "there is no objective"
        } else if self.trials == 0 {
            "trials is 0; the incumbent alone needs 1"
        } else if self.batch == 0 {
            "batch is 0"
        } else if self.candidates == 0 {
            "candidates is 0"
        } else if !(self.good_share > 0.0 && self.good_share < 1.0) {
            "good_share is not between 0 and 1"
        } else {
            return Ok(());
        };
        Err(SearchError::Settings(problem))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum SearchError {
    Settings(&'static str),
    /// `evaluate` answered a batch with the wrong number of evaluations.
    Answers {
        asked: usize,
        answered: usize,
    },
    /// An evaluation had the wrong number of objective values.
    Objectives {
        expected: usize,
        found: usize,
    },
    Sampler(String),
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(problem) => write!(f, "the search settings cannot be used: {problem}"),
            Self::Answers { asked, answered } => {
                write!(f, "a batch of {asked} parameter sets was answered with {answered} evaluations")
            }
            Self::Objectives { expected, found } => {
                write!(f, "an evaluation has {found} objective values, the search has {expected} objectives")
            }
            Self::Sampler(problem) => write!(f, "the sampler refused: {problem}"),
        }
    }
}

impl std::error::Error for SearchError {}
