use super::GateError;
use serde::{Deserialize, Serialize};

/// Thresholds. They are judgement, to be tuned on markets without an edge and on planted ones, never on results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// What scores are measured in, for people.
    pub unit: String,
    /// Share of the champion's score by which a challenger has to be better: `optimization_threshold`.
    pub threshold: f64,
    /// The champion's score counts as at least this much, in the unit of the scores, so that five percent of nearly nothing is not enough.
    pub score_floor: f64,
    /// Chance of one or more false changes over the life of the whole loop.
    pub alpha: f64,
    /// Closed trades of the challenger over the validation paths of each regime.
    pub min_closed_trades: u64,
    /// Share of the challenger's paths that may have no score.
    pub max_undefined_share: f64,
    /// Loss of annual Sharpe ratio in a regime that has to be ruled out.
    pub max_harm: f64,
    /// Chance of ruling it out wrongly in one regime or more: 0.05 stands for 95% over all regimes.
    pub harm_alpha: f64,
    /// Regimes whose mean drawdown may not get worse.
    pub drawdown_scenarios: Vec<String>,
    /// By more than this share of the incumbent's.
    pub max_drawdown_growth: f64,
    /// Full iterations that have to lie between two changes of a strategy.
    pub cooldown_iterations: u32,
    /// Share by which a neighbour's median may stay behind the challenger: 0.9 asks for nine tenths of it.
    pub plateau_share: f64,
    /// Probability that the Sharpe ratio is more than the best of as many worthless trials would show.
    pub min_deflated_sharpe: f64,
    /// Probability of backtest overfitting.
    pub max_overfitting: f64,
    /// Chance, on real bars, of a result this bad if the challenger were no worse: at or below it is a veto.
    pub real_p_worse: f64,
    /// Real bars that have to have arrived since the last change, where there are real bars.
    pub cooldown_real_bars: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            unit: "annual Sharpe ratio".to_owned(),
            threshold: 0.05,
            score_floor: 0.20,
            alpha: 0.05,
            min_closed_trades: 30,
            max_undefined_share: 0.2,
            max_harm: 0.10,
            harm_alpha: 0.05,
            drawdown_scenarios: vec!["crash".to_owned(), "bear".to_owned()],
            max_drawdown_growth: 0.10,
            plateau_share: 0.9,
            min_deflated_sharpe: 0.95,
            max_overfitting: 0.5,
            real_p_worse: 0.20,
            cooldown_iterations: 1,
            cooldown_real_bars: 1,
        }
    }
}

impl Params {
    /// By how much an incumbent of this score has to be beaten.
    pub fn margin(&self, incumbent_score: f64) -> f64 {
        self.threshold * incumbent_score.abs().max(self.score_floor)
    }

    pub(super) fn check(&self) -> Result<(), GateError> {
        let chance = |name, value: f64| (value > 0.0 && value < 1.0).then_some(()).ok_or((name, value));
        let size = |name, value: f64| (value >= 0.0 && value.is_finite()).then_some(()).ok_or((name, value));
        chance("alpha", self.alpha)
            .and(chance("harm_alpha", self.harm_alpha))
            .and(chance("min_deflated_sharpe", self.min_deflated_sharpe))
            .and(size("max_overfitting", self.max_overfitting))
            .and(size("real_p_worse", self.real_p_worse))
            .and(size("plateau_share", self.plateau_share))
            .and(size("threshold", self.threshold))
            .and(size("score_floor", self.score_floor))
            .and(size("max_harm", self.max_harm))
            .and(size("max_undefined_share", self.max_undefined_share))
            .and(size("max_drawdown_growth", self.max_drawdown_growth))
            .and(if self.score_floor > 0.0 { Ok(()) } else { Err(("score_floor", self.score_floor)) })
            .map_err(|(name, value)| GateError::Params { name, value })
    }
}
