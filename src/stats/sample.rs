use super::{Statistic, Undefined};

/// A sample that a statistic may be computed from.
///
/// # Errors
/// `NotFinite` if any value is NaN or infinite, `TooFewBars` below `at_least` values.
pub(super) fn sample(values: &[f64], at_least: usize) -> Result<&[f64], Undefined> {
    if !values.iter().all(|value| value.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if values.len() < at_least { Err(Undefined::TooFewBars) } else { Ok(values) }
}

/// A result that overflowed is no result.
pub(super) fn finite(value: f64) -> Statistic {
    if value.is_finite() { Ok(value) } else { Err(Undefined::NotFinite) }
}

/// True where every value is the same. A standard deviation of zero is no test for this: ten times 0.01 has 1.8e-18.
pub(super) fn constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}
