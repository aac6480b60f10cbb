use super::{
    Spread, Undefined, normal_cdf, normal_quantile, quantile,
    sample::{constant, sample},
    sum,
};

/// A bias-corrected and accelerated interval and what it was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BcaInterval {
    pub low: f64,
    pub high: f64,
    /// Bias correction `z0`.
    pub bias: f64,
    pub acceleration: f64,
    /// The bootstrap quantiles at which the limits were read.
    pub probabilities: [f64; 2],
}

/// BCa interval (Efron 1987, JASA 82, 171-185): `z0 = Phi^-1(share of bootstrap values below the estimate)`,
/// `a = sum(u^3) / (6 sum(u^2)^1.5)` with `u = mean(jackknife) - jackknife_i`, limits at
/// `Phi(z0 + (z0 + z) / (1 - a (z0 + z)))`.
///
/// `level` is the two-sided coverage, 0.95. For independent observations leave one out in the jackknife; for a
/// dependent series resample blocks and leave one block out.
///
/// # Errors
/// `TooFewBars` below two bootstrap or jackknife values, `ZeroVariance` where the jackknife or the bootstrap does
/// not vary, `NotFinite` where the whole bootstrap lies on one side of the estimate.
pub fn bca(estimate: f64, bootstrap: &[f64], jackknife: &[f64], level: f64) -> Result<BcaInterval, Undefined> {
    let (bootstrap, jackknife) = (sample(bootstrap, 2)?, sample(jackknife, 2)?);
    if constant(bootstrap) || constant(jackknife) {
        return Err(Undefined::ZeroVariance);
    }
    let below = bootstrap.iter().filter(|&&value| value < estimate).count();
    if below == 0 || below == bootstrap.len() {
        return Err(Undefined::NotFinite);
    }
    let bias = normal_quantile(below as f64 / bootstrap.len() as f64);
    let spread = Spread::of(jackknife)?;
    let cubes = sum(jackknife.iter().map(|value| (spread.mean - value).powi(3)));
    let acceleration = cubes / (6.0 * spread.squares.powf(1.5));

    let adjusted = |z: f64| normal_cdf(bias + (bias + z) / (1.0 - acceleration * (bias + z)));
    let z = normal_quantile(0.5 + level / 2.0);
    let probabilities = [adjusted(-z), adjusted(z)];
    if !probabilities.iter().all(|p| p.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    Ok(BcaInterval {
        low: quantile(bootstrap, probabilities[0])?,
        high: quantile(bootstrap, probabilities[1])?,
        bias,
        acceleration,
        probabilities,
    })
}
