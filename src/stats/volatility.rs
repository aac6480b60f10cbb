use super::{Spread, Statistic, sample::finite};

/// Annualised volatility: `std(R, n - 1) * sqrt(P)`, a fraction. Exactly 0 for constant returns.
///
/// # Errors
/// `TooFewBars` below two returns, `NotFinite`.
pub fn volatility(returns: &[f64], periods_per_year: f64) -> Statistic {
    volatility_of_spread(&Spread::of(returns)?, periods_per_year)
}

/// [`volatility`] from the returns' spread.
///
/// # Errors
/// As [`volatility`].
pub fn volatility_of_spread(returns: &Spread, periods_per_year: f64) -> Statistic {
    finite(returns.deviation()? * periods_per_year.sqrt())
}
