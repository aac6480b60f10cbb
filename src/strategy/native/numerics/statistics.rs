//! Python's `statistics`, of floats, as 3.11 and later: exact rationals, rounded once.
//!
//! Floats are integers on a grid of powers of two, so sums of them and of their squares are integers too.

use super::limbs::{self, Limbs};

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
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    if values.iter().any(|x| !x.is_finite()) {
        // Only what is not finite counts then (`_sum`).
        let special = values.iter().filter(|x| !x.is_finite()).fold(0.0, |sum, x| sum + x);
        return Some(special / values.len() as f64);
    }
    exactly(values, Wanted::Mean)
}

/// `statistics.variance` with a ddof of 1, `pvariance` with 0. None for too few values and what overflows, and for
/// what is not finite.
pub fn variance(values: &[f64], ddof: usize) -> Option<f64> {
    let allowed = values.len() > ddof && values.iter().all(|x| x.is_finite());
    if allowed { exactly(values, Wanted::Variance { ddof }) } else { None }
}

/// `statistics.stdev` with a ddof of 1, `pstdev` with 0. None as [`variance`].
pub fn standard_deviation(values: &[f64], ddof: usize) -> Option<f64> {
    let allowed = values.len() > ddof && values.iter().all(|x| x.is_finite());
    if allowed { exactly(values, Wanted::Deviation { ddof }) } else { None }
}

#[derive(Clone, Copy)]
enum Wanted {
    Mean,
    Variance { ddof: usize },
    Deviation { ddof: usize },
}

fn exactly(values: &[f64], wanted: Wanted) -> Option<f64> {
    let (mut lowest, mut highest) = (i32::MAX, i32::MIN);
    for (whole, exponent) in values.iter().map(|x| integer(*x)).filter(|(whole, _)| *whole != 0) {
        lowest = lowest.min(exponent);
        highest = highest.max(exponent + 64 - whole.leading_zeros() as i32);
    }
    if lowest > highest {
        return Some(0.0);
    }
    // n * Σx² - (Σx)² stays below n² * x², with a bit for the sign.
    let count = 64 - (values.len() as u64).leading_zeros();
    match 2 * ((highest - lowest) as u32 + count) + 1 {
        0..=256 => Sums::<4>::of(values, lowest).give(wanted),
        257..=512 => Sums::<8>::of(values, lowest).give(wanted),
        _ => Sums::<72>::of(values, lowest).give(wanted),
    }
}

/// Magnitude of a finite float as the odd integer (or zero) times 2^exponent.
fn integer(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let (field, fraction) = ((bits >> 52 & 0x7FF) as i32, bits & ((1 << 52) - 1));
    let whole = if field == 0 { fraction } else { fraction | 1 << 52 };
    if whole == 0 {
        return (0, 0);
    }
    let zeros = whole.trailing_zeros();
    (whole >> zeros, field.max(1) - 1_075 + zeros as i32)
}

/// Sums of integers and of their squares, in units of 2^unit and 2^(2 unit).
struct Sums<const L: usize> {
    unit: i32,
    count: u64,
    sum: Limbs<L>,
    squares: Limbs<L>,
}

impl<const L: usize> Sums<L> {
    fn of(values: &[f64], unit: i32) -> Self {
        let mut sums = Self { unit, count: values.len() as u64, sum: [0; L], squares: [0; L] };
        for x in values {
            let (whole, exponent) = integer(*x);
            if whole == 0 {
                continue;
            }
            let (wide, shift) = (u128::from(whole), (exponent - unit) as u32);
            if *x < 0.0 {
                limbs::sub_shifted(&mut sums.sum, wide, shift);
            } else {
                limbs::add_shifted(&mut sums.sum, wide, shift);
            }
            limbs::add_shifted(&mut sums.squares, wide * wide, 2 * shift);
        }
        sums
    }

    fn give(&self, wanted: Wanted) -> Option<f64> {
        let sum = limbs::magnitude(&self.sum);
        let scaled = |ddof: usize| {
            // n (n - ddof) times the variance.
            let mut scaled = limbs::times(&self.squares, self.count);
            limbs::sub_square(&mut scaled, &sum);
            Some((scaled, self.count.checked_mul(self.count - ddof as u64)?))
        };
        match wanted {
            Wanted::Mean => {
                let mean = limbs::ratio(&sum, self.count, self.unit)?;
                Some(if limbs::is_negative(&self.sum) { -mean } else { mean })
            }
            Wanted::Variance { ddof } => {
                let (scaled, divisor) = scaled(ddof)?;
                limbs::ratio(&scaled, divisor, 2 * self.unit)
            }
            Wanted::Deviation { ddof } => {
                let (scaled, divisor) = scaled(ddof)?;
                limbs::root(&scaled, divisor, 2 * self.unit)
            }
        }
    }
}
