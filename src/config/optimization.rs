use super::fault::nearest;
use super::range::{above, at_least};
use super::section::Section;
use serde::Serialize;
use std::collections::BTreeMap;

/// `optimization`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Optimization {
    pub enabled: bool,
    /// Parameter sets tried per strategy and iteration, the incumbent among them.
    pub trials: usize,
    /// Trials proposed together.
    pub batch: usize,
    /// Random trials before the sampler learns.
    pub startup: usize,
    /// Axes of the Pareto front. The first leads the search when there is no `objective`.
    pub objectives: Vec<Objective>,
    /// An expression over the metrics that leads the search instead.
    pub objective: Option<String>,
    /// Challengers taken to validation per strategy and iteration.
    pub candidates: usize,
    /// Probability of ever making a false change, spent over all tests of all strategies.
    pub alpha: f64,
    /// By scenario; scenarios that are not named weigh 1.
    pub weights: BTreeMap<String, f64>,
    /// Whether a change that changes nothing is put to the gate in every iteration.
    pub placebo: bool,
    pub gate: Gate,
}

/// What can lead a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    SharpeRatio,
    TotalReturn,
    MaxDrawdown,
    SortinoRatio,
    CalmarRatio,
    Cagr,
    Volatility,
    WinRate,
    ProfitFactor,
}

/// Thresholds of the promotion gate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gate {
    /// The improvement is asked relative to at least this score, so that 5% of nearly nothing does not count.
    pub margin_floor: f64,
    /// Sharpe ratio a single regime may lose at most.
    pub regime_harm: f64,
    /// Relative growth of the mean drawdown in crash and bear markets at most.
    pub drawdown_growth: f64,
    /// Closed trades over the validation paths of each regime.
    pub min_trades: u64,
    /// Share of the validation paths that may have no score.
    pub undefined_share: f64,
    /// Share by which commission and slippage are raised in the cost stress.
    pub cost_stress: f64,
    /// Probability that the score is beyond the luck of all trials ever made.
    pub deflated_sharpe: f64,
    /// Probability of backtest overfitting at most.
    pub overfitting: f64,
    /// Share of the challenger's score that its median neighbour keeps.
    pub plateau_share: f64,
    /// Last share of every real market on which challenger and incumbent are compared.
    pub real_share: f64,
    /// p of "no worse on real bars" above which there is no veto.
    pub real_p_worse: f64,
    /// Evidence on new real bars at which a change is taken back.
    pub rollback_evidence: f64,
    /// Full iterations between two changes of a strategy.
    pub cooldown_iterations: u32,
    /// New real bars between two changes of a strategy, where there are real bars.
    pub cooldown_real_bars: u64,
}

impl Objective {
    pub const ALL: [(&'static str, Self); 9] = [
        ("sharpe_ratio", Self::SharpeRatio),
        ("total_return", Self::TotalReturn),
        ("max_drawdown", Self::MaxDrawdown),
        ("sortino_ratio", Self::SortinoRatio),
        ("calmar_ratio", Self::CalmarRatio),
        ("cagr", Self::Cagr),
        ("volatility", Self::Volatility),
        ("win_rate", Self::WinRate),
        ("profit_factor", Self::ProfitFactor),
    ];
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            margin_floor: 0.20,
            regime_harm: 0.10,
            drawdown_growth: 0.10,
            min_trades: 30,
            undefined_share: 0.2,
            cost_stress: 0.5,
            deflated_sharpe: 0.95,
            overfitting: 0.5,
            plateau_share: 0.9,
            real_share: 0.5,
            real_p_worse: 0.2,
            rollback_evidence: 20.0,
            cooldown_iterations: 1,
            cooldown_real_bars: 1,
        }
    }
}

impl Default for Optimization {
    fn default() -> Self {
        Self {
            enabled: true,
            trials: 60,
            batch: 8,
            startup: 10,
            objectives: vec![Objective::SharpeRatio, Objective::TotalReturn, Objective::MaxDrawdown],
            objective: None,
            candidates: 1,
            alpha: 0.05,
            weights: BTreeMap::new(),
            placebo: true,
            gate: Gate::default(),
        }
    }
}

impl Optimization {
    /// `scenarios` are the names a weight may be for.
    pub(super) fn read(section: &mut Section<'_>, scenarios: &[String]) -> Self {
        let default = Self::default();
        let optimization = Self {
            enabled: section.flag("enabled", default.enabled),
            trials: section.whole("trials", default.trials, at_least(2.0).to(100_000.0)),
            batch: section.whole("batch", default.batch, at_least(1.0).to(1024.0)),
            startup: section.whole("startup", default.startup, at_least(1.0).to(100_000.0)),
            objectives: section.choices("objectives", default.objectives, &Objective::ALL),
            objective: section.optional_text("objective"),
            candidates: section.whole("candidates", default.candidates, at_least(1.0).to(100.0)),
            alpha: section.number("alpha", default.alpha, above(0.0).to(0.5)),
            weights: section.named_numbers("weights", at_least(0.0).to(1e6)),
            placebo: section.flag("placebo", default.placebo),
            gate: section.nested("gate", Gate::read),
        };
        if optimization.objectives.is_empty() {
            section.empty("objectives", "name at least one");
        }
        check_weights(section, &optimization.weights, scenarios);
        optimization
    }
}

/// Weights name scenarios that are simulated, and leave something to count.
fn check_weights(section: &mut Section<'_>, weights: &BTreeMap<String, f64>, scenarios: &[String]) {
    for name in weights.keys().filter(|name| !scenarios.contains(name)) {
        let hint = nearest(name, scenarios.iter().map(String::as_str))
            .map_or_else(|| format!("there are {}", scenarios.join(", ")), |near| format!("did you mean `{near}`?"));
        section.contradiction("weights", format!("`{name}` is no scenario that is simulated; {hint}"));
    }
    if !scenarios.is_empty() && scenarios.iter().all(|name| weights.get(name).is_some_and(|weight| *weight <= 0.0)) {
        section.contradiction("weights", "all weights are zero, nothing would count");
    }
}

impl Gate {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            margin_floor: section.number("margin_floor", default.margin_floor, above(0.0).to(10.0)),
            regime_harm: section.number("regime_harm", default.regime_harm, at_least(0.0).to(10.0)),
            drawdown_growth: section.number("drawdown_growth", default.drawdown_growth, at_least(0.0).to(10.0)),
            min_trades: section.whole("min_trades", default.min_trades, at_least(0.0).to(1e6)),
            undefined_share: section.number("undefined_share", default.undefined_share, at_least(0.0).to(1.0)),
            cost_stress: section.number("cost_stress", default.cost_stress, at_least(0.0).to(10.0)),
            deflated_sharpe: section.number("deflated_sharpe", default.deflated_sharpe, above(0.0).below(1.0)),
            overfitting: section.number("overfitting", default.overfitting, at_least(0.0).to(1.0)),
            plateau_share: section.number("plateau_share", default.plateau_share, at_least(0.0).to(1.0)),
            real_share: section.number("real_share", default.real_share, above(0.0).to(1.0)),
            real_p_worse: section.number("real_p_worse", default.real_p_worse, at_least(0.0).below(1.0)),
            rollback_evidence: section.number("rollback_evidence", default.rollback_evidence, above(1.0).to(1e9)),
            cooldown_iterations: section.whole(
                "cooldown_iterations",
                default.cooldown_iterations,
                at_least(0.0).to(1e6),
            ),
            cooldown_real_bars: section.whole("cooldown_real_bars", default.cooldown_real_bars, at_least(0.0).to(1e6)),
        }
    }
}
