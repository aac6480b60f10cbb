use super::{Spread, Undefined, sample::finite, sum};

/// Biased (population) standardised moments, the ones the probabilistic Sharpe ratio is stated in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// `g1 = m3 / m2^1.5`
    pub g1: f64,
    /// `g4 = m4 / m2^2`: 3 for a normal distribution, not the excess.
    pub g4: f64,
}

/// Skewness and kurtosis of `values`.
///
/// # Errors
/// `TooFewBars` below two values, `ZeroVariance` where all are equal, `NotFinite`.
pub fn moments(values: &[f64]) -> Result<Moments, Undefined> {
    let spread = Spread::of(values)?;
    spread.deviation()?;
    if spread.is_constant() {
        return Err(Undefined::ZeroVariance);
    }
    let n = values.len() as f64;
    let central = |power| sum(values.iter().map(|value| (value - spread.mean).powi(power))) / n;
    let variance = spread.squares / n;
    Ok(Moments { g1: finite(central(3) / variance.powf(1.5))?, g4: finite(central(4) / variance.powi(2))? })
}
