use super::cooldown::SinceChange;
use std::fmt;

/// One parameter set on one validation path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathResult {
    /// Annual Sharpe ratio net of costs, or the user's own objective; None where it is undefined.
    pub score: Option<f64>,
    /// The score under stressed costs; None where it is undefined or was not measured.
    pub stressed: Option<f64>,
    /// In [-1, 0].
    pub max_drawdown: f64,
    pub closed_trades: u64,
    /// Equity reached zero or less.
    pub ruined: bool,
}

/// Both on the same path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub challenger: PathResult,
    pub incumbent: PathResult,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioPairs {
    pub scenario: String,
    /// Above zero; scenarios count in proportion.
    pub weight: f64,
    pub pairs: Vec<Pair>,
}

/// All that the gate looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    pub scenarios: Vec<ScenarioPairs>,
    /// Which test of this strategy this is, counting from 1 over its whole history.
    pub test_number: u32,
    /// Strategies that the loop optimizes.
    pub strategies: u32,
    /// Configurations of this source ever evaluated, over all iterations.
    pub trials_ever: u64,
    /// None: nothing was ever changed.
    pub since_change: Option<SinceChange>,
}

impl Pair {
    /// Incumbent's and challenger's score with a number in the place of what is undefined. Not having
    /// traded is worth zero to the incumbent; to the challenger it is worth zero or the incumbent's score,
    /// whichever is less, so a challenger gains nothing on a path it sat out.
    pub fn scores(&self) -> (f64, f64) {
        let incumbent = self.incumbent.score.unwrap_or(0.0);
        (incumbent, self.challenger.score.unwrap_or_else(|| incumbent.min(0.0)))
    }

    /// Challenger less incumbent.
    pub fn difference(&self) -> f64 {
        let (incumbent, challenger) = self.scores();
        challenger - incumbent
    }

    /// The same pair with the scores under stressed costs.
    #[must_use]
    pub fn at_stressed_costs(&self) -> Self {
        let stressed = |result: PathResult| PathResult { score: result.stressed, ..result };
        Self { challenger: stressed(self.challenger), incumbent: stressed(self.incumbent) }
    }
}

impl Evidence {
    pub(super) fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.scenarios.iter().flat_map(|scenario| &scenario.pairs)
    }
}

/// Evidence or thresholds that cannot be judged. Nothing may be changed on their account.
#[derive(Debug, Clone, PartialEq)]
pub enum GateError {
    Params { name: &'static str, value: f64 },
    NoScenarios,
    NoPaths { scenario: String },
    Weight { scenario: String, weight: f64 },
    NotFinite { scenario: String, path: usize },
    Drawdown { scenario: String, path: usize, value: f64 },
    Counts,
    Distribution(String),
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Params { name, value } => write!(f, "the gate's {name} is {value}, which is out of range"),
            Self::NoScenarios => write!(f, "there are no validation scenarios to judge a challenger on"),
            Self::NoPaths { scenario } => write!(f, "scenario {scenario} has no validation paths"),
            Self::Weight { scenario, weight } => {
                write!(f, "the weight of scenario {scenario} is {weight}; it has to be above zero and finite")
            }
            Self::NotFinite { scenario, path } => {
                write!(f, "scenario {scenario}, validation path {path}: a score is not finite")
            }
            Self::Drawdown { scenario, path, value } => {
                write!(f, "scenario {scenario}, validation path {path}: drawdown {value} is not in -1..0")
            }
            Self::Counts => write!(f, "the number of the test and of strategies both start at 1"),
            Self::Distribution(problem) => write!(f, "Student's t cannot be evaluated: {problem}"),
        }
    }
}

impl std::error::Error for GateError {}
