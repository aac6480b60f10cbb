use super::{Spread, Statistic, Undefined, moments, normal_cdf, sample::finite};

/// An estimated Sharpe ratio per bar (not annualised), and what its sampling error depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharpeEstimate {
    pub bars: usize,
    /// `mean / std(n - 1)` per bar.
    pub sharpe: f64,
    /// Biased skewness.
    pub g1: f64,
    /// Biased kurtosis, 3 for a normal distribution.
    pub g4: f64,
}

impl SharpeEstimate {
    /// # Errors
    /// `TooFewBars` below two returns, `ZeroVariance` where all are equal, `NotFinite`.
    pub fn of(returns: &[f64]) -> Result<Self, Undefined> {
        let moments = moments(returns)?;
        let spread = Spread::of(returns)?;
        let sharpe = finite(spread.mean / spread.deviation()?)?;
        Ok(Self { bars: returns.len(), sharpe, g1: moments.g1, g4: moments.g4 })
    }

    /// `1 - g1 SR + (g4 - 1) / 4 SR^2`: the variance of the estimate times the bars (Mertens 2002).
    pub fn variance_factor(&self) -> f64 {
        1.0 - self.g1 * self.sharpe + (self.g4 - 1.0) / 4.0 * self.sharpe.powi(2)
    }

    /// Standard error of the Sharpe ratio per bar: `sqrt(variance_factor / (T - 1))`.
    ///
    /// # Errors
    /// `TooFewBars` below two bars, `ZeroVariance` where the factor is not positive.
    pub fn standard_error(&self) -> Statistic {
        if self.bars < 2 {
            return Err(Undefined::TooFewBars);
        }
        let factor = self.variance_factor();
        if factor > 0.0 { finite((factor / (self.bars - 1) as f64).sqrt()) } else { Err(Undefined::ZeroVariance) }
    }
}

/// Probability that the true Sharpe ratio exceeds `benchmark` (per bar):
/// `Phi((SR - SR*) sqrt(T - 1) / sqrt(1 - g1 SR + (g4 - 1) / 4 SR^2))`
/// (Bailey and Lopez de Prado 2012, Journal of Risk 15, 3-44).
///
/// # Errors
/// As [`SharpeEstimate::standard_error`].
pub fn probabilistic_sharpe(estimate: &SharpeEstimate, benchmark: f64) -> Statistic {
    finite(normal_cdf((estimate.sharpe - benchmark) / estimate.standard_error()?))
}
