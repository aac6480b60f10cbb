//! The standard normal distribution.

use statrs::distribution::{ContinuousCDF, Normal};

/// P(Z <= z).
pub fn normal_cdf(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// P(Z > z), accurate where `1 - cdf` would have lost its digits.
pub fn normal_tail(z: f64) -> f64 {
    Normal::standard().sf(z)
}

/// The z with P(Z <= z) = `probability`, which must lie strictly between 0 and 1.
pub fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}
