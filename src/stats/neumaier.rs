/// Compensated summation (Neumaier 1974, ZAMM 54, 39-51): the error does not grow with the number of terms.
#[derive(Debug, Clone, Copy, Default)]
pub struct Neumaier {
    sum: f64,
    compensation: f64,
}

impl Neumaier {
    pub fn add(&mut self, value: f64) {
        let total = self.sum + value;
        self.compensation +=
            if self.sum.abs() >= value.abs() { (self.sum - total) + value } else { (value - total) + self.sum };
        self.sum = total;
    }

    pub fn total(self) -> f64 {
        self.sum + self.compensation
    }
}

/// Compensated sum.
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut total = Neumaier::default();
    for value in values {
        total.add(value);
    }
    total.total()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "the compensated sum of these terms is exact")]
    fn small_terms_survive_large_ones() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!([1.0, 1e100, 1.0, -1e100].iter().sum::<f64>(), 0.0);
    }
}
