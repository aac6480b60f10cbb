use super::{
    Undefined, normal_tail,
    sample::{constant, finite, sample},
    sum,
};

/// The difference of two Sharpe ratios over the same bars, per bar and with n in the denominator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharpeDifference {
    pub difference: f64,
    pub standard_error: f64,
    pub z: f64,
    /// p of "the challenger is not better".
    pub one_sided: f64,
    pub two_sided: f64,
}

/// Ledoit and Wolf (2008, Journal of Empirical Finance 15, 850-859), HAC form: the delta method on
/// `(m1, m2, E r1^2, E r2^2)` with a Bartlett kernel over `lags` lags.
///
/// # Errors
/// `TooFewBars` where the lengths differ or do not exceed `lags + 1`, `ZeroVariance` where a series is constant or
/// the difference has no variance, `NotFinite`.
pub fn sharpe_difference(challenger: &[f64], champion: &[f64], lags: usize) -> Result<SharpeDifference, Undefined> {
    let (challenger, champion) = (sample(challenger, lags + 2)?, sample(champion, lags + 2)?);
    if challenger.len() != champion.len() {
        return Err(Undefined::TooFewBars);
    }
    if constant(challenger) || constant(champion) {
        return Err(Undefined::ZeroVariance);
    }
    let n = challenger.len() as f64;
    let mean = |values: &[f64], power: i32| sum(values.iter().map(|r| r.powi(power))) / n;
    let (m1, m2) = (mean(challenger, 1), mean(champion, 1));
    let (q1, q2) = (mean(challenger, 2), mean(champion, 2));
    let (s1, s2) = (q1 - m1 * m1, q2 - m2 * m2);
    let difference = m1 / s1.sqrt() - m2 / s2.sqrt();
    let gradient = [q1 / s1.powf(1.5), -q2 / s2.powf(1.5), -m1 / (2.0 * s1.powf(1.5)), m2 / (2.0 * s2.powf(1.5))];

    // g' Psi g is the long-run variance of the scalar series g' v_t, so no matrix is needed.
    let scores: Vec<f64> = challenger
        .iter()
        .zip(champion)
        .map(|(a, b)| {
            gradient[0] * (a - m1) + gradient[1] * (b - m2) + gradient[2] * (a * a - q1) + gradient[3] * (b * b - q2)
        })
        .collect();
    let covariance = |lag: usize| sum(scores[lag..].iter().zip(&scores).map(|(later, earlier)| later * earlier)) / n;
    let weighted = (1..=lags).map(|lag| 2.0 * (1.0 - lag as f64 / (lags + 1) as f64) * covariance(lag));
    let variance = covariance(0) + sum(weighted);
    if variance <= 0.0 {
        return Err(Undefined::ZeroVariance);
    }
    let standard_error = finite((variance / n).sqrt())?;
    let z = finite(difference / standard_error)?;
    Ok(SharpeDifference {
        difference,
        standard_error,
        z,
        one_sided: normal_tail(z),
        two_sided: 2.0 * normal_tail(z.abs()),
    })
}
