//! What a path turned out to be, whatever it was called.

use crate::market::Series;
use crate::stats::{Statistic, Undefined};

/// Facts about the closes of one market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Realised {
    /// ln(last close / first close).
    pub log_return: Statistic,
    /// Standard deviation (n − 1) of log returns per bar × √periods per year, as a fraction.
    pub annual_volatility: Statistic,
    /// Deepest fall of the close below its highest so far, as a fraction in [−1, 0].
    pub max_drawdown: Statistic,
    /// m4/m2² − 3 of log returns, biased moments.
    pub excess_kurtosis: Statistic,
}

impl Realised {
    pub fn of(series: &Series) -> Self {
        Self::of_closes(&series.close, series.periods_per_year)
    }

    /// Two closes make a return, three a volatility, five a kurtosis. Closes that are not finite or not above
    /// zero leave every figure undefined.
    pub fn of_closes(closes: &[f64], periods_per_year: f64) -> Self {
        if !closes.iter().all(|close| close.is_finite() && *close > 0.0) {
            return Self::undefined(Undefined::NotFinite);
        }
        let (Some(first), Some(last)) = (closes.first(), closes.last()) else {
            return Self::undefined(Undefined::TooFewBars);
        };
        let moments = Moments::of_log_returns(closes);
        Self {
            log_return: if closes.len() < 2 { Err(Undefined::TooFewBars) } else { Ok((last / first).ln()) },
            annual_volatility: moments.volatility(periods_per_year),
            max_drawdown: Ok(max_drawdown(closes)),
            excess_kurtosis: moments.excess_kurtosis(),
        }
    }

    const fn undefined(why: Undefined) -> Self {
        Self { log_return: Err(why), annual_volatility: Err(why), max_drawdown: Err(why), excess_kurtosis: Err(why) }
    }
}

/// Central sums of log returns.
struct Moments {
    count: usize,
    /// All returns are the same number: the sums below are then rounding errors.
    constant: bool,
    second: f64,
    fourth: f64,
}

impl Moments {
    fn of_log_returns(closes: &[f64]) -> Self {
        let returns = || closes.windows(2).map(|pair| (pair[1] / pair[0]).ln());
        let count = closes.len() - 1;
        let mean = returns().sum::<f64>() / count as f64;
        let (mut second, mut fourth) = (0.0, 0.0);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in returns() {
            let square = (value - mean) * (value - mean);
            second += square;
            fourth += square * square;
            least = least.min(value);
            most = most.max(value);
        }
        Self { count, constant: least >= most, second, fourth }
    }

    fn volatility(&self, periods_per_year: f64) -> Statistic {
        match self.count {
            0 | 1 => Err(Undefined::TooFewBars),
            count => Ok((self.second / (count - 1) as f64 * periods_per_year).sqrt()),
        }
    }

    fn excess_kurtosis(&self) -> Statistic {
        if self.count < 4 {
            return Err(Undefined::TooFewBars);
        }
        if self.constant {
            return Err(Undefined::ZeroVariance);
        }
        Ok(self.count as f64 * self.fourth / (self.second * self.second) - 3.0)
    }
}

fn max_drawdown(closes: &[f64]) -> f64 {
    let (mut peak, mut deepest) = (0.0_f64, 0.0_f64);
    for close in closes {
        peak = peak.max(*close);
        deepest = deepest.min(close / peak - 1.0);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close_to(found: Statistic, expected: f64) {
        assert!((found.unwrap() - expected).abs() < 1e-12, "{found:?}, expected {expected}");
    }

    #[test]
    fn by_hand() {
        // Log returns ln 2 · (1, −2, 1, 0, 1): mean .2, deviations .8, −2.2, .8, −.2, .8.
        let facts = Realised::of_closes(&[10.0, 20.0, 5.0, 10.0, 10.0, 20.0], 4.0);
        let two = 2.0_f64.ln();
        close_to(facts.log_return, two);
        close_to(facts.max_drawdown, -0.75);
        let (second, fourth) = (3.0 * 0.64 + 4.84 + 0.04, 3.0 * 0.4096 + 23.4256 + 0.0016);
        close_to(facts.annual_volatility, two * f64::sqrt(second / 4.0 * 4.0));
        close_to(facts.excess_kurtosis, 5.0 * fourth / (second * second) - 3.0);
    }

    #[test]
    fn too_little_or_too_dull_has_a_reason() {
        let facts = Realised::of_closes(&[], 252.0);
        assert_eq!(facts, Realised::undefined(Undefined::TooFewBars));
        let facts = Realised::of_closes(&[7.0], 252.0);
        assert_eq!(facts.log_return, Err(Undefined::TooFewBars));
        assert_eq!(facts.annual_volatility, Err(Undefined::TooFewBars));
        assert_eq!(facts.max_drawdown, Ok(0.0));
        let facts = Realised::of_closes(&[7.0; 9], 252.0);
        assert_eq!(facts.annual_volatility, Ok(0.0));
        assert_eq!(facts.excess_kurtosis, Err(Undefined::ZeroVariance));
        assert_eq!(Realised::of_closes(&[1.0, 0.0], 252.0), Realised::undefined(Undefined::NotFinite));
    }
}
