use super::{Spread, Statistic, Undefined, risk_free_per_bar, sample::finite, sum};

/// Annualised Sortino ratio: `(mean(R) - rf_bar) / sqrt(mean(min(R - rf_bar, 0)^2)) * sqrt(P)`, the downside mean
/// taken over all bars, not over the losing ones (Sortino and Price 1994, Journal of Investing 3, 59-64).
///
/// # Errors
/// `TooFewBars` for no returns, `NoLosses` where none falls below the risk-free rate, `NotFinite`.
pub fn sortino(returns: &[f64], periods_per_year: f64, risk_free: f64) -> Statistic {
    let spread = Spread::of(returns)?;
    let floor = risk_free_per_bar(risk_free, periods_per_year);
    let downside = sum(returns.iter().map(|r| (r - floor).min(0.0).powi(2)));
    sortino_of_mean(&spread, downside, periods_per_year, risk_free)
}

/// [`sortino`] from the returns' spread and the sum of `min(R - rf_bar, 0)^2`.
///
/// # Errors
/// As [`sortino`].
pub fn sortino_of_mean(returns: &Spread, downside: f64, periods_per_year: f64, risk_free: f64) -> Statistic {
    if returns.count == 0 {
        return Err(Undefined::TooFewBars);
    }
    if downside == 0.0 {
        return Err(Undefined::NoLosses);
    }
    let excess = returns.mean - risk_free_per_bar(risk_free, periods_per_year);
    finite(excess / (downside / returns.count as f64).sqrt() * periods_per_year.sqrt())
}
