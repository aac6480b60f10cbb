use super::{Undefined, sample::sample, sum};

/// Count, mean, squared deviations and range of a sample; parts of a sample merge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub count: usize,
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    pub squares: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    pub const EMPTY: Self = Self { count: 0, mean: 0.0, squares: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY };

    /// Two passes, both compensated.
    ///
    /// # Errors
    /// `NotFinite` if any value is NaN or infinite, `TooFewBars` if there is none.
    pub fn of(values: &[f64]) -> Result<Self, Undefined> {
        let values = sample(values, 1)?;
        let count = values.len();
        let mean = sum(values.iter().copied()) / count as f64;
        Ok(Self {
            count,
            mean,
            squares: sum(values.iter().map(|value| (value - mean).powi(2))),
            min: values.iter().copied().fold(f64::INFINITY, f64::min),
            max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// `count` times the same value.
    pub fn of_constant(value: f64, count: usize) -> Self {
        if count == 0 { Self::EMPTY } else { Self { count, mean: value, squares: 0.0, min: value, max: value } }
    }

    /// The spread of both samples together (Chan, Golub and LeVeque 1979, STAN-CS-79-773).
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if other.count == 0 {
            return self;
        }
        if self.count == 0 {
            return other;
        }
        let count = self.count + other.count;
        let gap = other.mean - self.mean;
        let share = other.count as f64 / count as f64;
        Self {
            count,
            mean: self.mean + gap * share,
            squares: self.squares + other.squares + gap * gap * share * self.count as f64,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    pub fn is_constant(&self) -> bool {
        self.count > 0 && self.min == self.max
    }

    /// Standard deviation with n - 1 in the denominator: exactly 0 for a constant sample.
    ///
    /// # Errors
    /// `TooFewBars` below two values.
    pub fn deviation(&self) -> Result<f64, Undefined> {
        match self.count {
            0 | 1 => Err(Undefined::TooFewBars),
            _ if self.is_constant() => Ok(0.0),
            count => Ok((self.squares / (count - 1) as f64).sqrt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_merge_to_the_whole() {
        let values = [0.03, -0.02, 0.01, 0.0, 0.0, 0.07, -0.05];
        let whole = Spread::of(&values).unwrap();
        for cut in 1..values.len() {
            let merged = Spread::of(&values[..cut]).unwrap().merge(Spread::of(&values[cut..]).unwrap());
            assert_eq!((merged.count, merged.min, merged.max), (whole.count, whole.min, whole.max));
            assert!((merged.mean - whole.mean).abs() < 1e-17);
            assert!((merged.squares - whole.squares).abs() < 1e-17);
        }
        assert_eq!(Spread::EMPTY.merge(whole), whole);
        assert_eq!(whole.merge(Spread::EMPTY), whole);
    }

    #[test]
    fn a_constant_sample_deviates_by_exactly_nothing() {
        assert_eq!(Spread::of(&[0.01; 10]).unwrap().deviation(), Ok(0.0));
        assert_eq!(Spread::of(&[0.01]).unwrap().deviation(), Err(Undefined::TooFewBars));
    }
}
