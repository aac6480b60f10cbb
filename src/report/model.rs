//! What a report says, as plain data. Fractions are fractions (0.05 is five percent); a statistic that is
//! not defined is null.

pub use super::backtest_types::*;

use serde::Serialize;

/// Version of the JSON twin's layout; raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Debug, Clone, Serialize)]
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
    /// Empty where only the standard type was run.
    pub backtest_types: Vec<TypesSection>,
    pub type_levels: TypeLevels,
    pub paths: Vec<PathsRow>,
    pub realism: Vec<RealismRow>,
    pub strategies: Vec<StrategySection>,
    pub not_runnable: Vec<NotRunnable>,
    pub failures: Vec<FailedRun>,
    pub recommendations: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Header {
    pub run: String,
    pub iteration: u64,
    /// RFC 3339, UTC.
    pub dated: String,
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
    /// How many classes ran how: `rungs: 3 compiled, 0 interpreted, 2 columnar, 18 cpython, 1 refused`; null before a backtest.
    pub rungs: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Counts {
    pub files_read: u64,
    pub classes_found: u64,
    pub runnable: u64,
    pub function_candidates: u64,
    pub backtest_rows: u64,
    pub backtests: u64,
    pub trials: u64,
    pub trials_ever: u64,
    pub strategies_optimized: u64,
    pub changes_applied: u64,
    pub changes_refused: u64,
    /// Changes that change nothing which were put to the gate, as far as the history goes back.
    pub placebo_tests: u64,
    /// Those of them that it would have let through.
    pub placebo_promotions: u64,
    /// Those of them with p at most 0.05: one in twenty is to be expected.
    pub placebo_surprises: u64,
}

/// One file as it was and as it is; changes of several values in one file share it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileDiff {
    pub path: String,
    pub diff: String,
}

/// One attempted change of one parameter.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    pub strategy: String,
    pub parameter: String,
    pub old_value: String,
    pub new_value: String,
    pub place: String,
    pub decision: String,
    pub manual: bool,
    pub reason: String,
}

/// The gate's decision on one challenger.
#[derive(Debug, Clone, Serialize)]
pub struct Decision {
    pub strategy: String,
    pub promoted: bool,
    pub reason: String,
    pub old_parameters: String,
    pub new_parameters: String,
    /// What the scores are of: `sharpe`, or the user's expression.
    pub objective: String,
    pub incumbent_score: Option<f64>,
    pub challenger_score: Option<f64>,
    pub difference: Option<f64>,
    pub margin: Option<f64>,
    pub p_value: Option<f64>,
    pub alpha: Option<f64>,
    pub tests_so_far: u64,
    /// Configurations of this source ever evaluated.
    pub trials_ever: u64,
    /// The 95% interval of the difference.
    pub difference_low: Option<f64>,
    pub difference_high: Option<f64>,
    pub worst_regime: Option<String>,
    pub worst_regime_difference: Option<f64>,
    /// Difference that the validation paths could have detected with 80% power.
    pub detectable_difference: Option<f64>,
    /// Generators used that are outside the bands of real markets.
    pub marks: Vec<String>,
    pub trials: u64,
    pub paths: u64,
    pub conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Condition {
    pub name: String,
    pub figure: Option<f64>,
    pub threshold: Option<f64>,
    pub verdict: String,
    /// SIM, RESAMPLED, REAL-OOS, or nothing where it rests on no market.
    pub badge: String,
    pub note: String,
}

/// A promotion whose old values run along on new real bars.
#[derive(Debug, Clone, Serialize)]
pub struct ShadowRow {
    pub strategy: String,
    pub change_run: String,
    pub bars: u64,
    /// Evidence for the old and for the new values, as e-values.
    pub e_old: f64,
    pub e_new: f64,
    pub threshold: f64,
    pub state: String,
    pub note: String,
}

/// One generator in one regime, or one real market, against the stylised facts.
#[derive(Debug, Clone, Serialize)]
pub struct RealismRow {
    pub generator: String,
    pub regime: String,
    pub kind: String,
    pub inside: u64,
    pub outside: u64,
    pub not_judged: u64,
    /// `hill_left 2.21 (2.30 to 3.50)`
    pub outside_in: Vec<String>,
    /// Facts outside of all that the user's own markets show.
    pub unlike_own_bars: u64,
}

/// One strategy with its current parameters: means over the simulated scenarios, and over the real markets.
#[derive(Debug, Clone, Serialize)]
pub struct Standing {
    pub strategy: String,
    pub status: String,
    pub sharpe_worst_scenario: Option<f64>,
    pub worst_scenario: String,
    pub sharpe_simulated: Option<f64>,
    pub sharpe_real: Option<f64>,
    pub total_return_simulated: Option<f64>,
    pub max_drawdown_simulated: Option<f64>,
    pub win_rate_simulated: Option<f64>,
    pub trades_simulated: u64,
    pub trades_real: u64,
}

/// One strategy's current parameters on one scenario or real market.
#[derive(Debug, Clone, Serialize)]
pub struct ScenarioRow {
    pub strategy: String,
    pub scenario: String,
    pub span: String,
    /// SIM or REAL; an asterisk says that the generator is outside the bands of real markets.
    pub badge: String,
    pub paths: u64,
    pub sharpe_mean: Option<f64>,
    pub sharpe_low: Option<f64>,
    pub sharpe_high: Option<f64>,
    pub sharpe_reason: Option<String>,
    pub total_return: Option<f64>,
    pub max_drawdown: Option<f64>,
    pub win_rate: Option<f64>,
    pub trades: u64,
    pub outcome: String,
}

/// What the simulated paths turned out to be, label against fact.
#[derive(Debug, Clone, Serialize)]
pub struct PathsRow {
    pub scenario: String,
    pub badge: String,
    pub paths: u64,
    pub bars: u64,
    pub log_return: Option<f64>,
    pub volatility: Option<f64>,
    pub max_drawdown: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct StrategySection {
    pub name: String,
    pub class_name: String,
    pub path: String,
    pub line: u32,
    pub protocol: String,
    pub entry: String,
    pub assumed: Vec<String>,
    pub source_hash: String,
    /// compiled, interpreted, columnar, cpython or refused; null before a backtest.
    pub rung: Option<String>,
    /// What keeps it from the next rung; null on the highest.
    pub held_back_by: Option<String>,
    pub parameters: Vec<ParameterRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ParameterRow {
    pub name: String,
    pub value: String,
    pub role: String,
    /// `5..60 step 1`, or why it is not searched.
    pub range: String,
    pub searched: bool,
    pub range_source: String,
    pub place: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct NotRunnable {
    pub name: String,
    pub class_name: String,
    pub place: String,
    pub status: String,
    pub reason: String,
}

/// A class that should run and did not.
#[derive(Debug, Clone, Serialize)]
pub struct FailedRun {
    pub strategy: String,
    pub outcome: String,
    pub message: String,
    pub market: String,
}
