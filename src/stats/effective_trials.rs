use super::{
    Spread, Undefined,
    sample::{constant, sample},
    sum,
};

/// How many independent trials a set of correlated ones is worth, by two rules. Neither replaces the raw count where
/// something is decided: the second is known to be generous.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectiveTrials {
    /// `rho + (1 - rho) K` with the mean correlation of all pairs (Bailey and Lopez de Prado 2014, Journal of Portfolio
    /// Management 40, 94-107, appendix).
    pub by_average_correlation: f64,
    /// Participation ratio of the correlation matrix' eigenvalues, `(sum l)^2 / sum l^2`, which is `K^2` over the sum
    /// of all squared correlations.
    pub by_eigenvalues: f64,
    pub average_correlation: f64,
}

/// Effective number of trials behind `columns`, one series of returns per trial, all of the same length.
///
/// # Errors
/// `TooFewBars` for no columns, fewer than two bars or unequal lengths, `ZeroVariance` where a column is constant: it
/// has no correlation. `NotFinite`.
pub fn effective_trials(columns: &[&[f64]]) -> Result<EffectiveTrials, Undefined> {
    let bars = columns.first().ok_or(Undefined::TooFewBars)?.len();
    let mut scores = Vec::with_capacity(columns.len());
    for column in columns {
        let column = sample(column, 2)?;
        if column.len() != bars {
            return Err(Undefined::TooFewBars);
        }
        if constant(column) {
            return Err(Undefined::ZeroVariance);
        }
        let spread = Spread::of(column)?;
        let norm = spread.squares.sqrt();
        scores.push(column.iter().map(|value| (value - spread.mean) / norm).collect::<Vec<f64>>());
    }
    let mut correlations = Vec::new();
    for (place, one) in scores.iter().enumerate() {
        for other in &scores[place + 1..] {
            correlations.push(sum(one.iter().zip(other).map(|(a, b)| a * b)));
        }
    }
    let trials = columns.len() as f64;
    let average_correlation =
        if correlations.is_empty() { 0.0 } else { sum(correlations.iter().copied()) / correlations.len() as f64 };
    let squares = trials + 2.0 * sum(correlations.iter().map(|rho| rho * rho));
    Ok(EffectiveTrials {
        by_average_correlation: average_correlation + (1.0 - average_correlation) * trials,
        by_eigenvalues: trials * trials / squares,
        average_correlation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_count_once_and_unrelated_series_each() {
        let a = [1.0, -1.0, 1.0, -1.0];
        let b = [1.0, 1.0, -1.0, -1.0];
        let copies = effective_trials(&[&a, &a, &a]).unwrap();
        assert!((copies.by_average_correlation - 1.0).abs() < 1e-12 && (copies.by_eigenvalues - 1.0).abs() < 1e-12);
        let unrelated = effective_trials(&[&a, &b]).unwrap();
        assert_eq!((unrelated.by_average_correlation, unrelated.by_eigenvalues), (2.0, 2.0));
        assert_eq!(effective_trials(&[&a]).unwrap().by_average_correlation, 1.0);
        assert_eq!(effective_trials(&[&a, &[0.0; 4]]), Err(Undefined::ZeroVariance));
        assert_eq!(effective_trials(&[]), Err(Undefined::TooFewBars));
    }
}
