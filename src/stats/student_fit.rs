use super::{Statistic, Undefined, sample::sample, sum};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::PI;

/// Degrees of freedom are looked for between these; beyond, a Student t is a normal in all but name.
const LEAST: f64 = 1.0;
const MOST: f64 = 200.0;

/// Degrees of freedom of a Student t with free location and scale, by maximum likelihood: expectation-maximisation of
/// location and scale (Lange, Little, Taylor 1989, JASA 84, 881-896) inside a golden-section search over ln ν.
///
/// # Errors
/// `TooFewBars` below 50 values, `ZeroVariance` where all are equal, `NotFinite`.
pub fn student_degrees_of_freedom(values: &[f64]) -> Statistic {
    let values = sample(values, 50)?;
    if values.iter().all(|value| *value == values[0]) {
        return Err(Undefined::ZeroVariance);
    }
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (LEAST.ln(), MOST.ln());
    let likelihood = |log_nu: f64| profile(values, log_nu.exp());
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_a, mut at_b) = (likelihood(a), likelihood(b));
    while high - low > 1e-3 {
        if at_a > at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - golden * (high - low);
            at_a = likelihood(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + golden * (high - low);
            at_b = likelihood(b);
        }
    }
    Ok(f64::midpoint(low, high).exp())
}

/// The log likelihood at the best location and scale for `nu`.
fn profile(values: &[f64], nu: f64) -> f64 {
    let n = values.len() as f64;
    let mut location = sum(values.iter().copied()) / n;
    let mut scale2 = sum(values.iter().map(|value| (value - location).powi(2))) / n;
    for _ in 0..200 {
        let (mut weights, mut weighted) = (0.0, 0.0);
        for value in values {
            let weight = (nu + 1.0) / (nu + (value - location).powi(2) / scale2);
            weights += weight;
            weighted += weight * value;
        }
        location = weighted / weights;
        let spread: f64 = values
            .iter()
            .map(|value| {
                let square = (value - location).powi(2);
                square * (nu + 1.0) / (nu + square / scale2)
            })
            .sum();
        // Dividing by the weights' sum reaches the same fixed point in far fewer steps (Kent, Tyler, Vardi 1994).
        let next = spread / weights;
        let settled = (next / scale2 - 1.0).abs() < 1e-6;
        scale2 = next;
        if settled {
            break;
        }
    }
    let tails: f64 = values.iter().map(|value| (1.0 + (value - location).powi(2) / (nu * scale2)).ln()).sum();
    n * (ln_gamma(f64::midpoint(nu, 1.0)) - ln_gamma(nu / 2.0) - 0.5 * (nu * PI * scale2).ln())
        - f64::midpoint(nu, 1.0) * tails
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StudentT};

    #[test]
    fn finds_the_degrees_of_freedom_it_was_drawn_with() {
        for nu in [2.5, 4.0, 8.0] {
            let law = StudentT::new(nu).unwrap();
            let mut rng = Seed::new(5).rng();
            let values: Vec<f64> = (0..20_000).map(|_| 0.01 + 0.02 * law.sample(&mut rng)).collect();
            let found = student_degrees_of_freedom(&values).unwrap();
            assert!((found / nu - 1.0).abs() < 0.1, "{found} for {nu}");
        }
        assert_eq!(student_degrees_of_freedom(&[1.0; 60]), Err(Undefined::ZeroVariance));
        assert_eq!(student_degrees_of_freedom(&[1.0; 40]), Err(Undefined::TooFewBars));
    }
}
