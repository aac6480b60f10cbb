use super::expected_max_sharpe;

/// Minimum backtest length in years: with less, the best of `trials` worthless configurations is expected to show an
/// annual Sharpe ratio of `sharpe` or more (Bailey, Borwein, Lopez de Prado and Zhu 2014, Notices of the AMS 61,
/// 458-471): `(E[max] / sharpe)^2`, as an annual ratio over y years deviates by `1 / sqrt(y)`. One trial needs none.
pub fn min_backtest_length(trials: u64, sharpe: f64) -> f64 {
    (expected_max_sharpe(trials, 1.0) / sharpe).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paper's own: five years allow 45 trials.
    #[test]
    fn the_figures_of_the_paper() {
        for (trials, years) in [(7, 1.9), (45, 5.0), (100, 6.4), (1000, 10.6)] {
            let found = min_backtest_length(trials, 1.0);
            assert!((found - years).abs() < 0.05, "{trials} trials: {found}");
            assert!((min_backtest_length(trials, 2.0) - found / 4.0).abs() < 1e-12);
        }
        assert_eq!(min_backtest_length(1, 1.0), 0.0);
    }
}
