//! Python's `statistics`, of floats, as 3.11 and later: exact rationals, rounded once.

use super::exact::Moment;
use super::windows::Windows;

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

/// `statistics.mean`. None for no values.
pub fn mean(windows: &mut Windows, values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    if values.iter().any(|x| !x.is_finite()) {
        // Only what is not finite counts then (`_sum`).
        let special = values.iter().filter(|x| !x.is_finite()).fold(0.0, |sum, x| sum + x);
        return Some(special / values.len() as f64);
    }
    windows.moment(values, Moment::Mean)
}

/// `statistics.variance` with a ddof of 1, `pvariance` with 0. None for too few values and what overflows, and for
/// what is not finite.
pub fn variance(windows: &mut Windows, values: &[f64], ddof: usize) -> Option<f64> {
    let allowed = values.len() > ddof && values.iter().all(|x| x.is_finite());
    if allowed { windows.moment(values, Moment::Variance { ddof }) } else { None }
}

/// `statistics.stdev` with a ddof of 1, `pstdev` with 0. None as [`variance`].
pub fn standard_deviation(windows: &mut Windows, values: &[f64], ddof: usize) -> Option<f64> {
    let allowed = values.len() > ddof && values.iter().all(|x| x.is_finite());
    if allowed { windows.moment(values, Moment::Deviation { ddof }) } else { None }
}
