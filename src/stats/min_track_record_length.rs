use super::{SharpeEstimate, Statistic, Undefined, normal_quantile, sample::finite};

/// Bars needed to tell the Sharpe ratio from `benchmark` (per bar) at one-sided level `alpha`:
/// `1 + (1 - g1 SR + (g4 - 1) / 4 SR^2) (z_{1-alpha} / (SR - SR*))^2`
/// (Bailey and Lopez de Prado 2012, Journal of Risk 15, 3-44).
///
/// # Errors
/// `NotFinite` where the Sharpe ratio is not above the benchmark: no track record is long enough.
pub fn min_track_record_length(estimate: &SharpeEstimate, benchmark: f64, alpha: f64) -> Statistic {
    let gap = estimate.sharpe - benchmark;
    if gap <= 0.0 {
        return Err(Undefined::NotFinite);
    }
    finite(1.0 + estimate.variance_factor() * (normal_quantile(1.0 - alpha) / gap).powi(2))
}
