use statrs::distribution::{Beta, ContinuousCDF};

/// The exact interval for a probability after `happened` of `trials` (Clopper and Pearson 1934, Biometrika 26,
/// 404-413): quantiles of beta distributions. `level` is the two-sided coverage, which is never below it. Without a
/// trial it is everything, [0, 1].
pub fn clopper_pearson(happened: usize, trials: usize, level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    let (k, n) = (happened.min(trials) as f64, trials as f64);
    let at = |a: f64, b: f64, probability: f64| Beta::new(a, b).map(|beta| beta.inverse_cdf(probability)).ok();
    // No beta distribution has a parameter of zero: there the limit is the end of the line.
    let low = at(k, n - k + 1.0, tail).unwrap_or(0.0);
    let high = at(k + 1.0, n - k, 1.0 - tail).unwrap_or(1.0);
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: (f64, f64), low: f64, high: f64) {
        assert!((found.0 - low).abs() < 1e-7 && (found.1 - high).abs() < 1e-7, "{found:?}");
    }

    /// `scipy.stats.binomtest(k, n).proportion_ci(0.95, "exact")`, scipy 1.17.1.
    #[test]
    fn equals_scipy() {
        near(clopper_pearson(5, 10, 0.95), 0.18708602844739855, 0.8129139715526015);
        near(clopper_pearson(1, 128, 0.95), 0.00019777581422788157, 0.04275903191422048);
    }

    /// By hand: `1 - (a / 2)^(1 / n)` where it never happened, and everything where nothing was tried.
    #[test]
    fn the_ends_are_closed_forms() {
        let high = 1.0 - 0.025_f64.powf(1.0 / 20.0);
        near(clopper_pearson(0, 20, 0.95), 0.0, high);
        near(clopper_pearson(20, 20, 0.95), 1.0 - high, 1.0);
        near(clopper_pearson(0, 0, 0.95), 0.0, 1.0);
    }
}
