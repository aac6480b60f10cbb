use super::{Statistic, sample::sample, sum};

/// Ulcer index: root of the mean squared drawdown over all n bars, a fraction (Martin and McCann 1989, The
/// Investor's Guide to Fidelity Funds).
///
/// # Errors
/// `TooFewBars` for no returns, `NotFinite`.
pub fn ulcer(returns: &[f64]) -> Statistic {
    let returns = sample(returns, 1)?;
    let (mut equity, mut peak) = (1.0_f64, 1.0_f64);
    let squares = sum(returns.iter().map(|change| {
        equity *= 1.0 + change;
        peak = peak.max(equity);
        (equity / peak - 1.0).max(-1.0).powi(2)
    }));
    Ok((squares / returns.len() as f64).sqrt())
}
