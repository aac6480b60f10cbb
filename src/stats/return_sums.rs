use super::Neumaier;

/// Sum and sum of squares of some bars' returns. Blocks of a series add up, so a Sharpe ratio over any set of blocks
/// costs as much as there are blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ReturnSums {
    pub sum: f64,
    pub squares: f64,
}

/// Below this share of the mean square a variance is what rounding left of a constant sample: such a Sharpe ratio
/// would exceed a million per bar.
const ROUNDING: f64 = 1e-12;

impl ReturnSums {
    pub fn of(returns: &[f64]) -> Self {
        let mut sums = Running::default();
        returns.iter().for_each(|&value| sums.add(value));
        sums.total()
    }

    pub fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// `mean / std(n - 1)` of `bars` returns from each of which `centre` was taken before they were summed. None
    /// where they do not vary.
    pub(super) fn sharpe(self, bars: usize, centre: f64) -> Option<f64> {
        let n = bars as f64;
        let drift = self.sum / n;
        let mean = centre + drift;
        let deviations = self.squares - drift * self.sum;
        let raw = deviations + n * mean * mean;
        (bars > 1 && deviations > ROUNDING * raw).then(|| mean / (deviations / (n - 1.0)).sqrt())
    }
}

/// Compensated [`ReturnSums`] that grow by one return at a time.
#[derive(Debug, Default)]
pub(super) struct Running {
    sum: Neumaier,
    squares: Neumaier,
}

impl Running {
    pub(super) fn add(&mut self, value: f64) {
        self.sum.add(value);
        self.squares.add(value * value);
    }

    pub(super) fn total(&self) -> ReturnSums {
        ReturnSums { sum: self.sum.total(), squares: self.squares.total() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::SharpeEstimate;

    #[test]
    fn sums_give_the_ratio_of_two_passes_and_none_for_a_constant() {
        let returns = [0.01, -0.02, 0.03, 0.0, 0.005];
        let expected = SharpeEstimate::of(&returns).unwrap().sharpe;
        assert!((ReturnSums::of(&returns).sharpe(5, 0.0).unwrap() / expected - 1.0).abs() < 1e-13);
        let shifted = returns.map(|r| r - 0.004);
        assert!((ReturnSums::of(&shifted).sharpe(5, 0.004).unwrap() / expected - 1.0).abs() < 1e-13);
        for constant in [0.0, 0.01, -0.3] {
            assert_eq!(ReturnSums::of(&[constant; 1000]).sharpe(1000, 0.0), None);
        }
        assert_eq!(ReturnSums::of(&[0.01]).sharpe(1, 0.0), None);
    }
}
