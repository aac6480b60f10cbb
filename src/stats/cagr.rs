use super::{Statistic, Undefined, sample::finite, total_return};

/// Compound annual growth rate, bar-based: `prod(1 + R)^(P / n) - 1`. A wiped-out account is -1.
///
/// # Errors
/// `TooFewBars` for no returns, `NotFinite`.
pub fn cagr(returns: &[f64], periods_per_year: f64) -> Statistic {
    cagr_of_growth(1.0 + total_return(returns)?, returns.len(), periods_per_year)
}

/// [`cagr`] from final over initial equity. Growth of zero or less is a wipe-out: -1.
///
/// # Errors
/// As [`cagr`].
pub fn cagr_of_growth(growth: f64, bars: usize, periods_per_year: f64) -> Statistic {
    if bars == 0 {
        return Err(Undefined::TooFewBars);
    }
    if growth <= 0.0 {
        return Ok(-1.0);
    }
    finite(growth.powf(periods_per_year / bars as f64) - 1.0)
}
