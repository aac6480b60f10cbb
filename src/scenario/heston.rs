//! Stochastic variance by the quadratic-exponential scheme.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

/// dv = κ(θ − v) dt + ξ √v dW', correlated with the price's noise by ρ (Heston 1993, Review of Financial Studies 6,
/// 327-343). κ and ξ a year, θ the yearly variance to which v returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Heston {
    pub reversion: f64,
    pub level: f64,
    pub vol_of_variance: f64,
    pub correlation: f64,
}

/// One bar of a [`Heston`] process, made ready: Andersen (2008), "Simple and efficient simulation of the Heston
/// stochastic volatility model", Journal of Computational Finance 11(3), the QE scheme with γ1 = γ2 = 1/2 and the
/// martingale correction of his proposition 9.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    level: f64,
    bar: f64,
    /// e^(−κΔ).
    decay: f64,
    /// Var[v'] = `from_variance` v + `from_level`.
    from_variance: f64,
    from_level: f64,
    /// Andersen's K2 to K4; K1 cancels in the martingale correction.
    k: [f64; 3],
}

/// What one bar brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moved {
    /// Of the price without drift and jumps: its exponential is 1 on average.
    pub log_return: f64,
    /// ∫ v dt over the bar, by the trapezium.
    pub variance: f64,
}

/// Andersen's switch between the two shapes of v'.
const SWITCH: f64 = 1.5;

impl Step {
    pub fn new(heston: &Heston, bars_per_year: f64) -> Self {
        let Heston { reversion: kappa, level, vol_of_variance: xi, correlation: rho } = *heston;
        let bar = 1.0 / bars_per_year;
        let decay = (-kappa * bar).exp();
        let half = 0.5 * bar;
        let drag = half * (kappa * rho / xi - 0.5);
        Self {
            level,
            bar,
            decay,
            from_variance: xi * xi * decay * (1.0 - decay) / kappa,
            from_level: level * xi * xi * (1.0 - decay).powi(2) / (2.0 * kappa),
            k: [drag + rho / xi, half * (1.0 - rho * rho), half * (1.0 - rho * rho)],
        }
    }

    /// Takes the yearly variance `v` through one bar.
    #[inline]
    pub fn pass<R: Rng + ?Sized>(&self, v: &mut f64, rng: &mut R) -> Moved {
        let [k2, k3, k4] = self.k;
        let a = k2 + 0.5 * k4;
        let mean = self.level + (*v - self.level) * self.decay;
        let spread = (self.from_variance * *v + self.from_level) / (mean * mean);
        let (after, log_moment) = if spread <= SWITCH {
            let inverse = 2.0 / spread;
            let b2 = inverse - 1.0 + (inverse * (inverse - 1.0)).sqrt();
            let scale = mean / (1.0 + b2);
            let normal: f64 = rng.sample(StandardNormal);
            let room = 1.0 - 2.0 * a * scale;
            (scale * (b2.sqrt() + normal).powi(2), a * b2 * scale / room - 0.5 * room.ln())
        } else {
            let at_zero = (spread - 1.0) / (spread + 1.0);
            let rate = (1.0 - at_zero) / mean;
            let uniform: f64 = rng.random();
            let after = if uniform <= at_zero { 0.0 } else { ((1.0 - at_zero) / (1.0 - uniform)).ln() / rate };
            (after, (at_zero + rate * (1.0 - at_zero) / (rate - a)).ln())
        };
        let normal: f64 = rng.sample(StandardNormal);
        let noise = (k3 * *v + k4 * after).sqrt() * normal;
        // K0* + K1 v + K2 v' with K0* = −ln M − (K1 + K3/2) v: K1 v goes out again.
        let log_return = k2 * after - log_moment - 0.5 * k3 * *v + noise;
        let variance = 0.5 * self.bar * (*v + after);
        *v = after;
        Moved { log_return, variance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    const CALM: Heston = Heston { reversion: 4.0, level: 0.04, vol_of_variance: 0.4, correlation: -0.7 };
    /// 2κθ = .08 is far below ξ² = 1: v spends much of its time at zero.
    const WILD: Heston = Heston { reversion: 4.0, level: 0.01, vol_of_variance: 1.0, correlation: -0.7 };

    fn mean_and_error(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
        (mean, 4.0 * (variance / n).sqrt())
    }

    /// Mean and variance of v after T years from v0: Cox, Ingersoll, Ross (1985), Econometrica 53, eq. 19.
    #[test]
    fn the_variance_has_the_processes_moments() {
        for (heston, bars) in [(CALM, 126), (WILD, 63)] {
            let step = Step::new(&heston, 252.0);
            let mut rng = Seed::new(21).rng();
            let start = 2.0 * heston.level;
            let ends: Vec<f64> = (0..20_000)
                .map(|_| {
                    let mut v = start;
                    for _ in 0..bars {
                        let _ = step.pass(&mut v, &mut rng);
                    }
                    v
                })
                .collect();
            let Heston { reversion: kappa, level, vol_of_variance: xi, .. } = heston;
            let decay = (-kappa * f64::from(bars) / 252.0).exp();
            let (mean, error) = mean_and_error(&ends);
            let expected = level + (start - level) * decay;
            assert!((mean - expected).abs() < error, "{mean} ± {error}, expected {expected}");
            let squares: Vec<f64> = ends.iter().map(|v| (v - expected).powi(2)).collect();
            let (variance, error) = mean_and_error(&squares);
            let expected = start * xi * xi / kappa * (decay - decay * decay)
                + level * xi * xi / (2.0 * kappa) * (1.0 - decay).powi(2);
            assert!((variance - expected).abs() < error, "{variance} ± {error}, expected {expected}");
        }
    }

    #[test]
    fn the_price_is_a_martingale_and_falls_raise_the_variance() {
        for heston in [CALM, WILD] {
            let step = Step::new(&heston, 252.0);
            let mut rng = Seed::new(22).rng();
            let (mut prices, mut product, mut returns2, mut changes2) = (Vec::new(), 0.0, 0.0, 0.0);
            for _ in 0..20_000 {
                let (mut v, mut x) = (heston.level, 0.0);
                for _ in 0..63 {
                    let before = v;
                    let moved = step.pass(&mut v, &mut rng);
                    x += moved.log_return;
                    product += moved.log_return * (v - before);
                    returns2 += moved.log_return.powi(2);
                    changes2 += (v - before).powi(2);
                }
                prices.push(f64::exp(x));
            }
            let (mean, error) = mean_and_error(&prices);
            assert!((mean - 1.0).abs() < error, "{mean} ± {error}");
            let correlation = product / (returns2 * changes2).sqrt();
            assert!((-0.8..-0.55).contains(&correlation), "{correlation}");
        }
    }
}
