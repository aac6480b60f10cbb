use super::{
    Statistic, Undefined,
    sample::{finite, sample},
    sum,
};

/// Omega ratio at `threshold` per bar: gains above it over losses below it (Keating and Shadwick 2002, Journal of
/// Performance Measurement 6, 59-84).
///
/// # Errors
/// `TooFewBars` for no returns, `NoLosses` where none falls below the threshold, `NotFinite`.
pub fn omega(returns: &[f64], threshold: f64) -> Statistic {
    let returns = sample(returns, 1)?;
    let losses = sum(returns.iter().map(|r| (threshold - r).max(0.0)));
    if losses == 0.0 {
        return Err(Undefined::NoLosses);
    }
    finite(sum(returns.iter().map(|r| (r - threshold).max(0.0))) / losses)
}
