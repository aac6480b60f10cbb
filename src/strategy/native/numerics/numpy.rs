//! numpy's reductions of a contiguous float64 array, as of 1.22 to 2.x. Which of -0.0 and 0.0 they give where both
//! would do depends on the version and on the vector unit; these cases are None.

/// `np.sum`: pairwise, eight accumulators within blocks of 128 (`DOUBLE_pairwise_sum`).
pub fn sum(values: &[f64]) -> Option<f64> {
    settled(pairwise(values), values)
}

/// `np.mean`; NaN for no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    settled(pairwise(values) / values.len() as f64, values)
}

/// `np.var(values, ddof=…)`: mean of squared deviations from the mean. With too few values it is no error in numpy
/// but NaN or infinite.
pub fn variance(values: &[f64], ddof: u8) -> Option<f64> {
    let mean = pairwise(values) / values.len() as f64;
    let squares: Vec<f64> = values.iter().map(|x| (x - mean) * (x - mean)).collect();
    Some(pairwise(&squares) / values.len().saturating_sub(usize::from(ddof)) as f64)
}

/// `np.std(values, ddof=…)`
pub fn standard_deviation(values: &[f64], ddof: u8) -> Option<f64> {
    variance(values, ddof).map(f64::sqrt)
}

/// `np.min`: NaN where there is one. None for no values.
pub fn min(values: &[f64]) -> Option<f64> {
    extreme(values, |x, least| x < least)
}

/// `np.max`: NaN where there is one. None for no values.
pub fn max(values: &[f64]) -> Option<f64> {
    extreme(values, |x, most| x > most)
}

/// `np.median`: NaN where there is one, and for no values.
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|x| x.is_nan()) {
        return Some(f64::NAN);
    }
    let mut sorted = values.to_vec();
    let middle = sorted.len() / 2;
    let (below, &mut upper, _) = sorted.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let median = if values.len() % 2 == 1 { upper } else { (lower + upper) / 2.0 };
    settled(median, values)
}

/// `np.quantile(values, q)` with linear interpolation; NaN where there is one. None for no values, and for q outside
/// 0..=1.
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    if values.is_empty() || !(0.0..=1.0).contains(&q) {
        return None;
    }
    if values.iter().any(|x| x.is_nan()) {
        return Some(f64::NAN);
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len() - 1;
    let place = last as f64 * q;
    let below = (place.floor() as usize).min(last);
    let (a, b) = (sorted[below], sorted[(below + 1).min(last)]);
    let t = place - place.floor();
    let step = b - a;
    settled(if t >= 0.5 { b - step * (1.0 - t) } else { a + step * t }, values)
}

fn pairwise(values: &[f64]) -> f64 {
    let count = values.len();
    if count < 8 {
        return values.iter().fold(0.0, |sum, x| sum + x);
    }
    if count > 128 {
        let half = count / 2;
        let (left, right) = values.split_at(half - half % 8);
        return pairwise(left) + pairwise(right);
    }
    let (eights, rest) = values.as_chunks::<8>();
    let mut r = eights[0];
    for eight in &eights[1..] {
        for (sum, x) in r.iter_mut().zip(eight) {
            *sum += x;
        }
    }
    let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    rest.iter().fold(sum, |sum, x| sum + x)
}

fn extreme(values: &[f64], beats: impl Fn(f64, f64) -> bool) -> Option<f64> {
    let found = values.iter().copied().reduce(|best, x| if best.is_nan() || beats(best, x) { best } else { x })?;
    settled(found, values)
}

/// None where the sign of a zero result is numpy's own business.
fn settled(result: f64, values: &[f64]) -> Option<f64> {
    let open = result == 0.0 && values.iter().any(|x| *x == 0.0 && x.is_sign_negative());
    if open { None } else { Some(result) }
}
