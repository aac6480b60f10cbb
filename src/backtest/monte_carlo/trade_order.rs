use crate::stats::Underwater;
use rand::{Rng, RngExt};

/// What the same trades would have been like in another order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// Of the equity after each trade, in [-1, 0].
    pub max_drawdown: f64,
    /// Equity after some trade was zero or less.
    pub ruin: bool,
}

/// The profits, each the money its trade made, drawn without replacement (Fisher and Yates) and added to `capital`
/// one after the other. Sizes are taken as they were traded.
pub fn shuffled(capital: f64, profits: &[f64], rng: &mut impl Rng) -> Order {
    let mut order = profits.to_vec();
    shuffle(&mut order, rng);
    follow(capital, &order)
}

fn shuffle(values: &mut [f64], rng: &mut impl Rng) {
    for last in (1..values.len()).rev() {
        values.swap(last, rng.random_range(0..=last));
    }
}

fn follow(capital: f64, profits: &[f64]) -> Order {
    let mut equity = capital;
    let mut water = Underwater::new(capital);
    let mut ruin = false;
    for profit in profits {
        equity += profit;
        water.mark(equity);
        ruin |= equity <= 0.0;
    }
    Order { max_drawdown: water.drawdown().depth, ruin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_drawdown_follows_the_order() {
        let fell = |peak: f64, trough: f64| Order { max_drawdown: trough / peak - 1.0, ruin: false };
        assert_eq!(follow(100.0, &[10.0, -22.0, 12.0]), fell(110.0, 88.0));
        assert_eq!(follow(100.0, &[-22.0, 10.0, 12.0]), fell(100.0, 78.0));
        assert_eq!(follow(100.0, &[-150.0, 300.0]), Order { max_drawdown: -1.0, ruin: true });
    }

    #[test]
    fn every_order_is_as_likely_as_any_other() {
        let mut rng = Seed::new(3).rng();
        let mut seen: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        for _ in 0..60_000 {
            let mut values = [1.0, 2.0, 3.0];
            shuffle(&mut values, &mut rng);
            *seen.entry(values.iter().map(|value| value.to_bits()).collect()).or_default() += 1;
        }
        assert_eq!(seen.len(), 6);
        // Ten standard deviations of a count that is binomial with p = 1/6 are 913.
        assert!(seen.values().all(|count| count.abs_diff(10_000) < 913), "{seen:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_trades_and_their_sum_stay_the_same(cents in prop::collection::vec(-10_000..10_000_i32, 0..60), seed: u64) {
            let mut values: Vec<f64> = cents.iter().map(|&cent| f64::from(cent)).collect();
            shuffle(&mut values, &mut Seed::new(seed).rng());
            // Whole numbers add up exactly, in whatever order.
            prop_assert_eq!(values.iter().sum::<f64>(), cents.iter().map(|&cent| f64::from(cent)).sum::<f64>());
            let mut after: Vec<i32> = values.iter().map(|&value| value as i32).collect();
            let mut before = cents;
            after.sort_unstable();
            before.sort_unstable();
            prop_assert_eq!(after, before);
        }

        #[test]
        fn no_order_falls_by_more_than_all_losses(cents in prop::collection::vec(-900..900_i32, 0..60), seed: u64) {
            let profits: Vec<f64> = cents.iter().map(|&cent| f64::from(cent)).collect();
            let lost: f64 = profits.iter().filter(|profit| **profit < 0.0).sum();
            let order = shuffled(100_000.0, &profits, &mut Seed::new(seed).rng());
            // No peak is lower than the capital.
            prop_assert!(order.max_drawdown >= lost / 100_000.0 - 1e-12);
        }
    }
}
