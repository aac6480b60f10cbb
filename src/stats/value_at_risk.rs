use super::{Statistic, quantile};

/// Historical value at risk per bar: the type 7 quantile of returns at `tail` (0.05 for 95%), negative for a loss.
///
/// # Errors
/// `TooFewBars` for no returns, `NotFinite`.
pub fn value_at_risk(returns: &[f64], tail: f64) -> Statistic {
    quantile(returns, tail)
}
