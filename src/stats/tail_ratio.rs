use super::{Statistic, Undefined, quantile, sample::finite};

/// Tail ratio: `|q95| / |q05|` of returns per bar, type 7 quantiles.
///
/// # Errors
/// `TooFewBars` for no returns, `NoLosses` where the 5% quantile is zero, `NotFinite`.
pub fn tail_ratio(returns: &[f64]) -> Statistic {
    let low = quantile(returns, 0.05)?;
    if low == 0.0 { Err(Undefined::NoLosses) } else { finite(quantile(returns, 0.95)?.abs() / low.abs()) }
}
