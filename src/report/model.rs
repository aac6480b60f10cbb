//! What a report says, as plain data. Fractions are fractions (0.05 is five percent); a statistic that is
//! not defined is null.

pub use super::sections::backtest_types::{Bounds, TypeLevels, TypesSection};
pub use super::sections::bootstrap::ResampledRow;
pub use super::sections::decisions::{Condition, Decision};
pub use super::sections::equity::EquityCurve;
pub use super::sections::failures::FailedRun;
pub use super::sections::history::{ChallengeRow, History, IterationRow, ValueRow};
pub use super::sections::leaderboard::{Best, Course, Standing};
pub use super::sections::markets::PathsRow;
pub use super::sections::monte_carlo::{FanRow, ReorderedRow, SimulatedRow};
pub use super::sections::not_runnable::NotRunnable;
pub use super::sections::overview::{Change, Counts, FileDiff};
pub use super::sections::realism::{FactRow, RealismRow};
pub use super::sections::scenarios::ScenarioRow;
pub use super::sections::search::{Search, SearchAxis, TrialRow};
pub use super::sections::shadows::ShadowRow;
pub use super::sections::strategies::{ParameterRow, StrategySection};
pub use super::sections::walk_forward::{DriftRow, PieceRow, WalkRow};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the JSON twin's layout; raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// One iteration of continuous-backtest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    pub schema_version: u32,
    pub header: Header,
    pub counts: Counts,
    /// What needs the reader's attention, most urgent first.
    pub attention: Vec<String>,
    pub changes: Vec<Change>,
    pub diffs: Vec<FileDiff>,
    pub decisions: Vec<Decision>,
    pub shadows: Vec<ShadowRow>,
    pub leaderboard: Vec<Standing>,
    pub scenarios: Vec<ScenarioRow>,
    /// Empty where Monte Carlo was not run.
    pub equity: Vec<EquityCurve>,
    /// Empty where only the standard type was run.
    pub backtest_types: Vec<TypesSection>,
    pub type_levels: TypeLevels,
    pub searches: Vec<Search>,
    pub history: History,
    pub paths: Vec<PathsRow>,
    pub realism: Vec<RealismRow>,
    pub strategies: Vec<StrategySection>,
    pub not_runnable: Vec<NotRunnable>,
    pub failures: Vec<FailedRun>,
    pub recommendations: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    pub run: String,
    pub iteration: u64,
    /// UTC.
    pub dated: String,
    /// What makes the same report again.
    pub command: String,
    pub version: String,
    pub seed: u64,
    pub config_hash: String,
    pub pipeline: String,
    pub initial_capital: f64,
    pub commission_rate: f64,
    pub slippage_rate: f64,
    pub max_position_size: f64,
    pub fill: String,
    pub interpreter: String,
    /// How scanned code was confined on this machine.
    pub confinement: String,
    /// How many classes ran how: `rungs: 3 compiled, 0 interpreted, 2 columnar, 18 cpython, 1 refused`; null before a
    /// backtest.
    pub rungs: Option<String>,
}
