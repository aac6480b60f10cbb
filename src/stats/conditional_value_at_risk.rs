use super::{Statistic, sum, value_at_risk};

/// Historical expected shortfall per bar: the mean of the returns at or below [`value_at_risk`] (Rockafellar and
/// Uryasev 2000, Journal of Risk 2, 21-41), negative for a loss.
///
/// # Errors
/// `TooFewBars` for no returns, `NotFinite`.
pub fn conditional_value_at_risk(returns: &[f64], tail: f64) -> Statistic {
    let limit = value_at_risk(returns, tail)?;
    let beyond = || returns.iter().copied().filter(|&r| r <= limit);
    Ok(sum(beyond()) / beyond().count() as f64)
}
