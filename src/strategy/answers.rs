/// What one run of a strategy said, one number per bar: a target exposure in [-1, 1], or NaN for "as before".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    pub targets: Vec<f64>,
    /// Numbers outside [-1, 1] that were clipped.
    pub clipped: usize,
    /// Mean confidence where answers carried one; recorded, never traded.
    pub confidence: Option<f64>,
}

/// Target exposure per bar: NaN carries the last target forward, and before the first answer it is flat.
pub fn exposure(targets: &[f64]) -> Vec<f64> {
    let mut now = 0.0;
    targets
        .iter()
        .map(|&target| {
            if !target.is_nan() {
                now = target.clamp(-1.0, 1.0);
            }
            now
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_holds_and_starts_flat() {
        let nan = f64::NAN;
        assert_eq!(exposure(&[nan, 1.0, nan, 0.0, nan, -3.0]), [0.0, 1.0, 1.0, 0.0, 0.0, -1.0]);
    }
}
