//! Hansen's skewed Student t with mean 0 and variance 1.

use super::half_student::HalfStudent;
use rand::Rng;
use statrs::distribution::{Continuous, ContinuousCDF, StudentsT};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::PI;

/// Hansen (1994), "Autoregressive conditional density estimation", International Economic Review 35(3),
/// eqs. 10 to 13, with ν degrees of freedom and asymmetry λ:
///
/// c = Γ((ν+1)/2) / (√(π(ν−2)) Γ(ν/2)),  a = 4λc(ν−2)/(ν−1),  b² = 1 + 3λ² − a².
///
/// If Y is Student t scaled to unit variance, then Z = ((1+λ)|Y| − a)/b with probability (1+λ)/2, and
/// Z = (−(1−λ)|Y| − a)/b otherwise, has Hansen's density: sampling is exact.
#[derive(Debug, Clone)]
pub(super) struct SkewT {
    half: HalfStudent,
    /// −a/b.
    shift: f64,
    left: Side,
    right: Side,
}

/// The uniforms that fall on one side of the mode, `from..from + 1/stretch`, and what |T| is worth there.
#[derive(Debug, Clone, Copy)]
struct Side {
    from: f64,
    stretch: f64,
    worth: f64,
}

impl SkewT {
    /// None unless `nu` > 2 and |`lambda`| < 1.
    pub fn new(nu: f64, lambda: f64) -> Option<Self> {
        if !(nu > 2.0 && lambda.abs() < 1.0) {
            return None;
        }
        let (a, b) = centre_and_scale(nu, lambda);
        let unit = ((nu - 2.0) / nu).sqrt();
        let (left, right) = (f64::midpoint(1.0, -lambda), f64::midpoint(1.0, lambda));
        Some(Self {
            half: HalfStudent::new(nu)?,
            shift: -a / b,
            left: Side { from: 0.0, stretch: 1.0 / left, worth: (lambda - 1.0) * unit / b },
            right: Side { from: left, stretch: 1.0 / right, worth: (1.0 + lambda) * unit / b },
        })
    }

    /// One random word serves for the side, the ziggurat's layer and the place in it.
    #[inline]
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let word = rng.next_u64();
        let uniform = (word >> 12) as f64 * UNIT;
        let side = if uniform < self.right.from { &self.left } else { &self.right };
        self.shift + side.worth * self.half.sample(word as u8, (uniform - side.from) * side.stretch, rng)
    }
}

/// 2^−52.
const UNIT: f64 = f64::EPSILON;

/// Hansen's a and b.
fn centre_and_scale(nu: f64, lambda: f64) -> (f64, f64) {
    let c = (ln_gamma((nu + 1.0) / 2.0) - ln_gamma(nu / 2.0)).exp() / (PI * (nu - 2.0)).sqrt();
    let a = 4.0 * lambda * c * (nu - 2.0) / (nu - 1.0);
    (a, (1.0 + 3.0 * lambda * lambda - a * a).sqrt())
}

/// E[Z² 1{Z<0}], the share of variance that falls on down moves: 1/2 only when λ is 0. None as for [`SkewT::new`].
///
/// From the integrals over |t| > q of t² f(t; ν), which is ν ((ν−1)/(ν−2) P(|T'| > q√((ν−2)/ν)) − P(|T| > q)) for T'
/// with ν−2 degrees of freedom, and of |t| f(t; ν), which is 2ν/(ν−1) (1 + q²/ν) f(q; ν).
pub(super) fn down_variance(nu: f64, lambda: f64) -> Option<f64> {
    if !(nu > 2.0 && lambda.abs() < 1.0) {
        return None;
    }
    let (a, b) = centre_and_scale(nu, lambda);
    let student = StudentsT::new(0.0, 1.0, nu).ok()?;
    let wider = StudentsT::new(0.0, 1.0, nu - 2.0).ok()?;
    let unit = ((nu - 2.0) / nu).sqrt();
    // Moments 0, 1, 2 of |Y| beyond `least`.
    let beyond = |least: f64| {
        let q = least / unit;
        let zeroth = 2.0 * student.sf(q);
        let first = 2.0 * nu / (nu - 1.0) * (1.0 + q * q / nu) * student.pdf(q);
        let second = nu * ((nu - 1.0) / (nu - 2.0) * 2.0 * wider.sf(least) - zeroth);
        [zeroth, first * unit, second * unit * unit]
    };
    let square = |side: f64, [m0, m1, m2]: [f64; 3]| side * side * m2 - 2.0 * side * a * m1 + a * a * m0;
    let (left, right) = (lambda - 1.0, 1.0 + lambda);
    let negative = if a <= 0.0 {
        f64::midpoint(1.0, -lambda) * square(left, beyond(a / left))
    } else {
        let (all, far) = (beyond(0.0), beyond(a / right));
        let near = [all[0] - far[0], all[1] - far[1], all[2] - far[2]];
        f64::midpoint(1.0, -lambda) * square(left, all) + f64::midpoint(1.0, lambda) * square(right, near)
    };
    Some(negative / (b * b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    const CASES: [(f64, f64); 4] = [(6.0, -0.12), (5.0, -0.10), (6.0, 0.08), (9.0, 0.5)];
    const DRAWS: usize = 200_000;

    fn draws(nu: f64, lambda: f64) -> Vec<f64> {
        let law = SkewT::new(nu, lambda).unwrap();
        let mut rng = Seed::new(11).child("skew_t").rng();
        (0..DRAWS).map(|_| law.sample(&mut rng)).collect()
    }

    /// Mean of `values` and four of its standard errors.
    fn mean_within(values: impl Iterator<Item = f64>) -> (f64, f64) {
        let values: Vec<f64> = values.collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, 4.0 * (variance / n).sqrt())
    }

    fn assert_mean(values: impl Iterator<Item = f64>, expected: f64, what: &str) {
        let (mean, error) = mean_within(values);
        assert!((mean - expected).abs() <= error, "{what}: {mean} ± {error}, expected {expected}");
    }

    /// Hansen's density written out, integrated by Simpson's rule over `from..to`.
    fn integral(nu: f64, lambda: f64, from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
        let (a, b) = centre_and_scale(nu, lambda);
        let c = (ln_gamma((nu + 1.0) / 2.0) - ln_gamma(nu / 2.0)).exp() / (PI * (nu - 2.0)).sqrt();
        let density = |z: f64| {
            let side = if z < -a / b { 1.0 - lambda } else { 1.0 + lambda };
            b * c * (1.0 + ((b * z + a) / side).powi(2) / (nu - 2.0)).powf(-(nu + 1.0) / 2.0)
        };
        let steps = 40_000;
        let step = (to - from) / f64::from(steps);
        (0..=steps)
            .map(|i| {
                let z = from + f64::from(i) * step;
                let weight = if i == 0 || i == steps { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
                weight * density(z) * f(z)
            })
            .sum::<f64>()
            * step
            / 3.0
    }

    #[test]
    fn mean_is_zero_and_variance_one() {
        for (nu, lambda) in CASES {
            let draws = draws(nu, lambda);
            assert_mean(draws.iter().copied(), 0.0, "mean");
            assert_mean(draws.iter().map(|z| z * z), 1.0, "variance");
        }
    }

    #[test]
    fn distribution_function_is_hansens() {
        for (nu, lambda) in CASES {
            let draws = draws(nu, lambda);
            for bound in [-3.0, -1.5, -0.5, 0.0, 0.7, 2.0] {
                let expected = integral(nu, lambda, -200.0, bound, |_| 1.0);
                let below = draws.iter().map(|z| f64::from(u8::from(*z < bound)));
                assert_mean(below, expected, &format!("share below {bound} for nu {nu}, lambda {lambda}"));
            }
        }
    }

    #[test]
    fn down_variance_is_the_integral() {
        for (nu, lambda) in CASES {
            let expected = integral(nu, lambda, -600.0, 0.0, |z| z * z);
            let found = down_variance(nu, lambda).unwrap();
            assert!((found - expected).abs() < 1e-5, "{found} against {expected}");
        }
        assert!((down_variance(6.0, 0.0).unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn no_law_without_a_variance_or_beyond_full_skew() {
        for (nu, lambda) in [(2.0, 0.0), (f64::NAN, 0.0), (6.0, 1.0), (6.0, f64::NAN)] {
            assert!(SkewT::new(nu, lambda).is_none());
            assert!(down_variance(nu, lambda).is_none());
        }
    }
}
