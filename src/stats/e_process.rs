use super::{Statistic, Undefined};

/// A test of "the mean difference is not positive" that may be looked at after every bar and stopped at any:
/// `E_t = prod(1 + lambda_t clip(d_t, -c, c))` with bets `lambda_t = clip(m / (v + m^2), 0, 0.5 / c)` from the mean
/// and the population variance of the clipped differences before t. Under the hypothesis `P(sup E_t >= 1 / alpha) <=
/// alpha` (Ville 1939; betting as in Waudby-Smith and Ramdas 2024, JRSS B 86, 1-27). What is tested is the mean of the
/// clipped difference, a slightly different one where tails are heavy.
///
/// The other direction is another process over the negated differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EProcess {
    clip: f64,
    warm_up: usize,
    bars: usize,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
    log_e: f64,
    peak: f64,
}

impl EProcess {
    /// Differences are clipped at `clip` (a positive fraction per bar); nothing is bet on the first `warm_up` bars.
    pub const fn new(clip: f64, warm_up: usize) -> Self {
        Self { clip, warm_up, bars: 0, mean: 0.0, squares: 0.0, log_e: 0.0, peak: 0.0 }
    }

    /// Takes one bar's difference and answers the natural logarithm of E.
    ///
    /// # Errors
    /// `NotFinite`; the process stays as it was.
    pub fn observe(&mut self, difference: f64) -> Statistic {
        if !difference.is_finite() {
            return Err(Undefined::NotFinite);
        }
        let clipped = difference.clamp(-self.clip, self.clip);
        self.log_e += (self.bet() * clipped).ln_1p();
        self.peak = self.peak.max(self.log_e);
        self.bars += 1;
        let gap = clipped - self.mean;
        self.mean += gap / self.bars as f64;
        self.squares += gap * (clipped - self.mean);
        Ok(self.log_e)
    }

    /// The stake on the next bar, from the bars so far only.
    fn bet(&self) -> f64 {
        if self.bars < self.warm_up || self.mean <= 0.0 {
            return 0.0;
        }
        let variance = self.squares / self.bars as f64;
        (self.mean / (variance + self.mean * self.mean)).min(0.5 / self.clip)
    }

    pub const fn bars(&self) -> usize {
        self.bars
    }

    /// Natural logarithm of E now.
    pub const fn log_e(&self) -> f64 {
        self.log_e
    }

    /// Natural logarithm of the largest E so far: `exp(-peak)` is a p-value that holds at every look.
    pub const fn peak(&self) -> f64 {
        self.peak
    }

    /// Whether the hypothesis has ever been rejected at level `alpha`.
    pub fn rejects(&self, alpha: f64) -> bool {
        self.peak >= -alpha.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StudentT};

    /// The share of `loops` processes that ever reject at 5% within ten years of daily bars.
    fn rejected(annual_sharpe: f64, loops: u32) -> f64 {
        let law = StudentT::new(3.0).unwrap();
        let deviation = 0.01;
        let drift = annual_sharpe / 252_f64.sqrt() * deviation;
        let hits = (0..loops).filter(|number| {
            let mut rng = Seed::new(7).child(&format!("e/{number}")).rng();
            let mut process = EProcess::new(0.05, 20);
            for _ in 0..2520 {
                process.observe(drift + deviation / 3_f64.sqrt() * law.sample(&mut rng)).unwrap();
            }
            process.rejects(0.05)
        });
        hits.count() as f64 / f64::from(loops)
    }

    #[test]
    fn rarely_rejects_the_null_and_mostly_a_clear_edge() {
        assert!(rejected(0.0, 400) <= 0.05);
        assert!(rejected(2.0, 100) >= 0.95);
    }

    #[test]
    fn bets_on_the_past_only_and_refuses_what_is_no_number() {
        let mut process = EProcess::new(0.05, 2);
        assert_eq!(process.observe(0.04), Ok(0.0));
        assert_eq!(process.observe(0.02), Ok(0.0));
        let before = process;
        assert_eq!(process.observe(f64::NAN), Err(Undefined::NotFinite));
        assert_eq!(process, before);
        // Mean 0.03, variance 0.0001: 0.03 / (0.0001 + 0.0009) = 30, capped at 0.5 / 0.05; 0.2 is clipped to 0.05.
        assert!((process.observe(0.2).unwrap() - 1.5_f64.ln()).abs() < 1e-12);
        // A mean below zero bets nothing, so nothing is lost or won.
        let mut falling = EProcess::new(0.05, 1);
        falling.observe(-0.01).unwrap();
        assert_eq!(falling.observe(-0.05), Ok(0.0));
    }
}
