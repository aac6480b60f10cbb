use super::{Spread, Undefined, sample::finite};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A one-sided paired t test of H0: mean difference <= margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedT {
    /// Mean difference; with strata, the equally weighted mean of the strata's means.
    pub mean: f64,
    pub standard_error: f64,
    pub t: f64,
    pub degrees_of_freedom: f64,
    /// Probability of a t this large or larger if H0 holds.
    pub p: f64,
    pub pairs: usize,
}

/// Tests paired differences (challenger minus champion on the same path) against `margin`, one slice per stratum.
///
/// One stratum is Student's paired t test. With several, each regime weighs the same however many paths it has:
/// the variance is `sum(s_k^2 / n_k) / K^2`, with Satterthwaite's degrees of freedom (1946, Biometrics Bulletin
/// 2, 110-114).
///
/// # Errors
/// `TooFewBars` for no strata or one with fewer than two pairs, `ZeroVariance` where no stratum varies (a p of 0
/// would be a claim of certainty), `NotFinite`.
pub fn paired_t(strata: &[&[f64]], margin: f64) -> Result<PairedT, Undefined> {
    if strata.is_empty() {
        return Err(Undefined::TooFewBars);
    }
    let weight = 1.0 / strata.len() as f64;
    let (mut mean, mut variance, mut fourth, mut pairs) = (0.0, 0.0, 0.0, 0);
    for stratum in strata {
        let spread = Spread::of(stratum)?;
        let part = weight.powi(2) * spread.deviation()?.powi(2) / spread.count as f64;
        mean += weight * spread.mean;
        variance += part;
        fourth += part.powi(2) / (spread.count - 1) as f64;
        pairs += spread.count;
    }
    if variance == 0.0 {
        return Err(Undefined::ZeroVariance);
    }
    let standard_error = finite(variance.sqrt())?;
    let t = finite((mean - margin) / standard_error)?;
    let degrees_of_freedom = finite(variance.powi(2) / fourth)?;
    let student = StudentsT::new(0.0, 1.0, degrees_of_freedom).map_err(|_| Undefined::NotFinite)?;
    Ok(PairedT { mean, standard_error, t, degrees_of_freedom, p: student.sf(t), pairs })
}
