//! Exact sums of floats and of their squares: floats are integers on a grid of powers of two.

use super::limbs::{self, Limbs};

/// What is wanted of some values. A ddof of 1 is the sample's, 0 the population's.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    Mean,
    Variance { ddof: usize },
    Deviation { ddof: usize },
}

/// The moment of finite values, more than `ddof` of them. None where it overflows.
pub fn moment(values: &[f64], of: Moment) -> Option<f64> {
    let Some(range) = Range::of(values) else { return Some(0.0) };
    match range.bits(values.len()) {
        0..=256 => Sums::<4>::of(values, range.unit).moment(of),
        257..=512 => Sums::<8>::of(values, range.unit).moment(of),
        _ => Sums::<72>::of(values, range.unit).moment(of),
    }
}

/// Powers of two between which all bits of some values lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub unit: i32,
    pub top: i32,
}

impl Range {
    /// None where all are zero.
    pub fn of(values: &[f64]) -> Option<Self> {
        let (mut lowest, mut highest) = (i32::MAX, i32::MIN);
        for (whole, exponent) in values.iter().map(|x| integer(*x)) {
            if whole != 0 {
                lowest = lowest.min(exponent);
                highest = highest.max(exponent);
            }
        }
        (lowest <= highest).then_some(Self { unit: lowest, top: highest + 53 })
    }

    /// Bits for n Σx² - (Σx)², which stays below n² x², and one for the sign.
    pub fn bits(self, count: usize) -> u32 {
        2 * ((self.top - self.unit) as u32 + 64 - (count as u64).leading_zeros()) + 1
    }

    pub fn holds(self, x: f64) -> bool {
        let (whole, exponent) = integer(x);
        whole == 0 || (self.unit <= exponent && exponent + 53 <= self.top)
    }
}

/// Magnitude of a finite float as an integer below 2^53 times 2^exponent.
fn integer(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let (field, fraction) = ((bits >> 52 & 0x7FF) as i32, bits & ((1 << 52) - 1));
    if field == 0 { (fraction, -1_074) } else { (fraction | 1 << 52, field - 1_075) }
}

/// In units of 2^unit and 2^(2 unit).
#[derive(Debug, Clone)]
pub struct Sums<const L: usize> {
    unit: i32,
    count: u64,
    sum: Limbs<L>,
    squares: Limbs<L>,
}

impl<const L: usize> Sums<L> {
    pub fn of(values: &[f64], unit: i32) -> Self {
        let mut sums = Self { unit, count: 0, sum: [0; L], squares: [0; L] };
        values.iter().for_each(|x| sums.add(*x));
        sums
    }

    pub fn add(&mut self, x: f64) {
        self.count += 1;
        let (whole, exponent) = integer(x);
        if whole != 0 {
            let (wide, shift) = (u128::from(whole), (exponent - self.unit) as u32);
            let change = if x < 0.0 { limbs::sub_shifted } else { limbs::add_shifted };
            change(&mut self.sum, wide, shift);
            limbs::add_shifted(&mut self.squares, wide * wide, 2 * shift);
        }
    }

    /// Takes out what was added.
    pub fn remove(&mut self, x: f64) {
        self.count -= 1;
        let (whole, exponent) = integer(x);
        if whole != 0 {
            let (wide, shift) = (u128::from(whole), (exponent - self.unit) as u32);
            let change = if x < 0.0 { limbs::add_shifted } else { limbs::sub_shifted };
            change(&mut self.sum, wide, shift);
            limbs::sub_shifted(&mut self.squares, wide * wide, 2 * shift);
        }
    }

    pub fn moment(&self, of: Moment) -> Option<f64> {
        let sum = limbs::magnitude(&self.sum);
        let scaled = |ddof: usize| {
            // n (n - ddof) times the variance.
            let mut scaled = limbs::times(&self.squares, self.count);
            limbs::sub_square(&mut scaled, &sum);
            Some((scaled, self.count.checked_mul(self.count - ddof as u64)?))
        };
        match of {
            Moment::Mean => {
                let mean = limbs::ratio(&sum, self.count, self.unit)?;
                Some(if limbs::is_negative(&self.sum) { -mean } else { mean })
            }
            Moment::Variance { ddof } => {
                let (scaled, divisor) = scaled(ddof)?;
                limbs::ratio(&scaled, divisor, 2 * self.unit)
            }
            Moment::Deviation { ddof } => {
                let (scaled, divisor) = scaled(ddof)?;
                limbs::root(&scaled, divisor, 2 * self.unit)
            }
        }
    }
}
