use super::{Spread, Statistic, Undefined, sample::finite};

/// An annual risk-free fraction as the fraction per bar that compounds to it.
pub fn risk_free_per_bar(risk_free: f64, periods_per_year: f64) -> f64 {
    if risk_free == 0.0 { 0.0 } else { (1.0 + risk_free).powf(1.0 / periods_per_year) - 1.0 }
}

/// Annualised Sharpe ratio: `(mean(R) - rf_bar) / std(R, n - 1) * sqrt(P)`.
///
/// Arithmetic mean, as its sampling theory has it (Sharpe 1994, Journal of Portfolio Management 21, 49-58;
/// Lo 2002, Financial Analysts Journal 58, 36-52). `risk_free` is an annual fraction.
///
/// # Errors
/// `TooFewBars` below two returns, `ZeroVariance` where all are equal, `NotFinite`.
pub fn sharpe(returns: &[f64], periods_per_year: f64, risk_free: f64) -> Statistic {
    sharpe_of_spread(&Spread::of(returns)?, periods_per_year, risk_free)
}

/// [`sharpe`] from the returns' spread.
///
/// # Errors
/// As [`sharpe`].
pub fn sharpe_of_spread(returns: &Spread, periods_per_year: f64, risk_free: f64) -> Statistic {
    let deviation = returns.deviation()?;
    if returns.is_constant() {
        return Err(Undefined::ZeroVariance);
    }
    let excess = returns.mean - risk_free_per_bar(risk_free, periods_per_year);
    finite(excess / deviation * periods_per_year.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_risk_free_rate_compounds_to_its_annual_value() {
        let bar = risk_free_per_bar(0.05, 252.0);
        assert!(((1.0 + bar).powi(252) - 1.05).abs() < 1e-13);
        let returns = [0.01, -0.02, 0.03];
        let shifted = returns.map(|r| r - bar);
        let with = sharpe(&returns, 252.0, 0.05).unwrap();
        assert!((with - sharpe(&shifted, 252.0, 0.0).unwrap()).abs() < 1e-12);
    }
}
