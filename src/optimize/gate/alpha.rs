use std::f64::consts::PI;

/// The share of `alpha` that the `test`-th test of one of `strategies` may spend: 6α / (π² i² M). Summed over
/// every test there will ever be, of all strategies, it is α. Both counts start at 1.
pub fn spent_at(alpha: f64, test: u32, strategies: u32) -> f64 {
    let (test, strategies) = (f64::from(test.max(1)), f64::from(strategies.max(1)));
    6.0 * alpha / (PI * PI * test * test * strategies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_never_overspent() {
        assert!((spent_at(0.05, 1, 1) - 0.030_396_355_092_701_33).abs() < 1e-15);
        let total: f64 = (1..=100_000).map(|test| 7.0 * spent_at(0.05, test, 7)).sum();
        assert!(total < 0.05 && total > 0.049_999, "{total}");
    }
}
