use super::{
    Undefined,
    mean_bootstrap::{MeanBootstrap, means, p_value},
    sample::constant,
};
use rand::Rng;

/// White's test that no configuration beats the benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RealityCheck {
    /// `max_k mean(d_k)`, per bar, times `sqrt(n)`.
    pub statistic: f64,
    pub p: f64,
    pub resamples: usize,
}

/// Reality check (White 2000, Econometrica 68, 1097-1126): `differences` has for each configuration its returns less
/// the benchmark's, and the largest mean is held against the largest of the resampled, centred means. Poor
/// configurations make it too careful; see [`superior_ability`](super::superior_ability).
///
/// # Errors
/// `TooFewBars` for no columns, fewer than two bars or unequal lengths, `ZeroVariance` where all columns are constant,
/// `NotFinite`.
pub fn reality_check(
    differences: &[&[f64]],
    block_length: f64,
    resamples: usize,
    rng: &mut impl Rng,
) -> Result<RealityCheck, Undefined> {
    let bootstrap = MeanBootstrap::new(differences, block_length)?;
    if differences.iter().all(|column| constant(column)) {
        return Err(Undefined::ZeroVariance);
    }
    let largest = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let observed = largest(&means(differences)?);
    let mut shifts = vec![0.0; differences.len()];
    let mut reached = 0;
    for _ in 0..resamples {
        bootstrap.draw(rng, &mut shifts);
        reached += usize::from(largest(&shifts) >= observed);
    }
    let statistic = (differences[0].len() as f64).sqrt() * observed;
    Ok(RealityCheck { statistic, p: p_value(reached, resamples), resamples })
}
