/// `min(values)`: the first of the least; a NaN stays where it comes first and is passed over elsewhere.
pub fn min(values: &[f64]) -> Option<f64> {
    values.iter().copied().reduce(|least, x| if x < least { x } else { least })
}

/// `max(values)`, as [`min`].
pub fn max(values: &[f64]) -> Option<f64> {
    values.iter().copied().reduce(|most, x| if x > most { x } else { most })
}
