//! Python's `statistics`, of floats.

/// `statistics.median`: a stable sort's middle. None for no values, and where NaN leaves the order open.
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|x| x.is_nan()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let middle = sorted.len() / 2;
    Some(if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 })
}

/// `statistics.mean`
pub fn mean(_values: &[f64]) -> Option<f64> {
    None
}

/// `statistics.variance` with a ddof of 1, `pvariance` with 0.
pub fn variance(_values: &[f64], _ddof: usize) -> Option<f64> {
    None
}

/// `statistics.stdev` with a ddof of 1, `pstdev` with 0.
pub fn standard_deviation(_values: &[f64], _ddof: usize) -> Option<f64> {
    None
}
