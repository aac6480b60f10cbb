/// Neumaier's compensated sum (1974): the error does not grow with the number of terms.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    total + lost
}

/// None for an empty slice.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| sum(values.iter().copied()) / values.len() as f64)
}

/// Unbiased (n - 1). None below two values; exactly zero where all values are equal.
pub(crate) fn variance(values: &[f64]) -> Option<f64> {
    let (first, rest) = values.split_first()?;
    if rest.is_empty() {
        return None;
    }
    if rest.iter().all(|value| value == first) {
        return Some(0.0);
    }
    let centre = mean(values)?;
    Some(sum(values.iter().map(|value| (value - centre).powi(2))) / rest.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_large_ones() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn equal_values_have_no_variance_at_all() {
        assert_eq!(variance(&[0.1; 7]), Some(0.0));
        assert_eq!(variance(&[0.1]), None);
        assert_eq!(variance(&[1.0, 2.0, 3.0, 4.0]), Some(5.0 / 3.0));
    }
}
