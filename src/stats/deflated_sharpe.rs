use super::{SharpeEstimate, Statistic, normal_quantile, probabilistic_sharpe};

const EULER_MASCHERONI: f64 = 0.577_215_664_901_532_9;

/// The Sharpe ratio that the best of `trials` worthless configurations is expected to show:
/// `sd [(1 - g) Z(1 - 1/N) + g Z(1 - 1/(N e))]`, in the unit of `trial_deviation`, the standard deviation of the
/// trials' Sharpe ratios. One trial, or none, has nothing to choose from: 0.
pub fn expected_max_sharpe(trials: u64, trial_deviation: f64) -> f64 {
    if trials < 2 {
        return 0.0;
    }
    expected_max(trials as f64, trial_deviation)
}

fn expected_max(n: f64, trial_deviation: f64) -> f64 {
    // Z(1 - p) = -Z(p), and p keeps its digits where 1 - p would round them away.
    let best = -normal_quantile(1.0 / n);
    let beyond = -normal_quantile(1.0 / (n * std::f64::consts::E));
    trial_deviation * ((1.0 - EULER_MASCHERONI) * best + EULER_MASCHERONI * beyond)
}

/// Deflated Sharpe ratio: the probability that the true Sharpe ratio exceeds what the best of `trials` null
/// configurations would show (Bailey and Lopez de Prado 2014, Journal of Portfolio Management 40, 94-107).
/// `trials` counts every configuration ever evaluated, kept or not.
///
/// # Errors
/// As [`probabilistic_sharpe`].
pub fn deflated_sharpe(estimate: &SharpeEstimate, trials: u64, trial_deviation: f64) -> Statistic {
    probabilistic_sharpe(estimate, expected_max_sharpe(trials, trial_deviation))
}

/// [`deflated_sharpe`] for an effective number of trials (see [`effective_trials`](super::effective_trials)), which is
/// shown beside the raw count and never decides: correlated trials are fewer than they look. Between one and two
/// trials the formula can fall below zero, where it means nothing: the benchmark is 0 then.
///
/// # Errors
/// As [`probabilistic_sharpe`].
pub fn deflated_sharpe_effective(estimate: &SharpeEstimate, trials: f64, trial_deviation: f64) -> Statistic {
    let benchmark = if trials > 1.0 { expected_max(trials, trial_deviation).max(0.0) } else { 0.0 };
    probabilistic_sharpe(estimate, benchmark)
}
