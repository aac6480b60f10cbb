//! Sums over windows that slide by one: several windows side by side, each in the order of its own sum.

use super::sum::{SumPolicy, sum};
use fearless_simd::{Level, dispatch};

/// Windows that are summed side by side.
const LANES: usize = 8;

/// At each value [`sum`] of the last `window` values up to it, of fewer at the start; the same bits.
pub fn rolling_sum(policy: SumPolicy, values: &[f64], window: usize) -> Vec<f64> {
    dispatch!(Level::new(), _simd => rolled(policy, values, window))
}

#[inline(always)]
fn rolled(policy: SumPolicy, values: &[f64], window: usize) -> Vec<f64> {
    if window == 0 {
        return vec![sum(policy, &[]); values.len()];
    }
    let mut sums: Vec<f64> = (1..=values.len().min(window - 1)).map(|count| sum(policy, &values[..count])).collect();
    sums.reserve(values.len() - sums.len());
    while sums.len() + LANES <= values.len() {
        let first = sums.len() + 1 - window;
        let lanes = &values[first..first + window + LANES - 1];
        sums.extend(match policy {
            SumPolicy::Ordered => ordered(lanes),
            SumPolicy::Neumaier => neumaier(lanes),
        });
    }
    for last in sums.len()..values.len() {
        sums.push(sum(policy, &values[last + 1 - window..=last]));
    }
    sums
}

/// Of [`LANES`] windows, each beginning one value after the one before it.
#[inline(always)]
fn ordered(values: &[f64]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for values in values.windows(LANES) {
        for (sum, x) in sums.iter_mut().zip(values) {
            *sum += x;
        }
    }
    sums
}

#[inline(always)]
fn neumaier(values: &[f64]) -> [f64; LANES] {
    let (mut sums, mut lost) = ([0.0; LANES], [0.0; LANES]);
    for (index, values) in values.windows(LANES).enumerate() {
        for lane in 0..LANES {
            let (sum, x) = (sums[lane], values[lane]);
            let next = sum + x;
            let part = if f64::abs(sum) >= f64::abs(x) { (sum - next) + x } else { (x - next) + sum };
            // The first is where the sum starts.
            lost[lane] += if index == 0 { 0.0 } else { part };
            sums[lane] = next;
        }
    }
    for (sum, lost) in sums.iter_mut().zip(lost) {
        if lost != 0.0 && f64::is_finite(lost) {
            *sum += lost;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_has_the_bits_of_its_own_sum() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300, 1e-300, -1e300];
        let plain: Vec<f64> = (0..150).map(|i| 100.0 + f64::from(i * 7919 % 151) / 7.0).collect();
        let mut strange = plain.clone();
        for (index, value) in odd.into_iter().enumerate() {
            strange[20 + 9 * index] = value;
        }
        let zeros = vec![-0.0; 40];
        for values in [plain, strange, zeros] {
            for policy in [SumPolicy::Ordered, SumPolicy::Neumaier] {
                for window in [0, 1, 2, 7, 8, 9, 40, 149, 150, 151, 400] {
                    let found = rolling_sum(policy, &values, window);
                    assert_eq!(found.len(), values.len());
                    for (last, found) in found.iter().enumerate() {
                        let slow = sum(policy, &values[(last + 1).saturating_sub(window)..=last]);
                        let same = found.to_bits() == slow.to_bits() || found.is_nan() && slow.is_nan();
                        assert!(same, "{policy:?} {window} at {last}: {found} is not {slow}");
                    }
                }
            }
        }
    }
}
