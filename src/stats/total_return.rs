use super::{
    Statistic,
    sample::{finite, sample},
};

/// Growth over the whole sample: `prod(1 + R) - 1`, a fraction. Nothing grows after a return of -1 or less.
///
/// # Errors
/// `TooFewBars` for no returns, `NotFinite`.
pub fn total_return(returns: &[f64]) -> Statistic {
    let mut growth = 1.0;
    for change in sample(returns, 1)? {
        growth *= 1.0 + change;
        if growth <= 0.0 {
            return Ok(growth - 1.0);
        }
    }
    finite(growth - 1.0)
}
