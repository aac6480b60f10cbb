//! Which mood a bar of a real market fell in, by what was known before it.

use super::regime::Regime;

/// Bars that a trailing drift and volatility look back.
pub(super) const TRAILING: usize = 63;
/// Trailing figures that have to be known before terciles of them mean anything.
const LEAST_RANKED: usize = 126;

/// Regimes that each bar belongs to; a bar may belong to several, and the first ones belong to none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Labels(Vec<u8>);

impl Labels {
    /// Labels bar t by closes before t alone: the log return and volatility of the 63 bars before it, each ranked
    /// into terciles among all such figures up to then, and the fall from the highest close so far.
    pub fn of(closes: &[f64]) -> Self {
        let mut ranked_drift = Vec::new();
        let mut ranked_volatility = Vec::new();
        let mut peak = 0.0_f64;
        let mut labels = vec![0; closes.len()];
        for bar in 0..closes.len() {
            if bar > TRAILING {
                let window = &closes[bar - 1 - TRAILING..bar];
                let (drift, volatility) = trailing(window);
                let ranks = (tercile(&mut ranked_drift, drift), tercile(&mut ranked_volatility, volatility));
                if ranked_drift.len() > LEAST_RANKED {
                    labels[bar] = membership(ranks, closes[bar - 1] / peak - 1.0);
                }
            }
            peak = peak.max(closes[bar]);
        }
        Self(labels)
    }

    pub fn bars(&self, regime: Regime) -> Vec<usize> {
        (0..self.0.len()).filter(|&bar| self.holds(bar, regime)).collect()
    }

    pub fn holds(&self, bar: usize, regime: Regime) -> bool {
        self.0.get(bar).is_some_and(|label| label & bit(regime) != 0)
    }
}

/// Log return over the window and the mean square of its bars'.
fn trailing(closes: &[f64]) -> (f64, f64) {
    let squares: f64 = closes.windows(2).map(|pair| (pair[1] / pair[0]).ln().powi(2)).sum();
    ((closes[closes.len() - 1] / closes[0]).ln(), squares)
}

/// 0, 1 or 2 among all values so far, which `value` joins.
fn tercile(sorted: &mut Vec<f64>, value: f64) -> usize {
    let place = sorted.partition_point(|other| *other < value);
    sorted.insert(place, value);
    (3 * place / sorted.len()).min(2)
}

fn membership((drift, volatility): (usize, usize), drawdown: f64) -> u8 {
    let holds = |regime| match regime {
        Regime::Bull => drift == 2,
        Regime::Bear => drift == 0 && drawdown < -0.10,
        Regime::HighVolatility => volatility == 2,
        Regime::LowVolatility => volatility == 0,
        Regime::Sideways => drift == 1,
        Regime::Crash => drift == 0 && volatility == 2 && drawdown < -0.25,
        Regime::Recovery => drift == 2 && drawdown < -0.10,
        Regime::Mixed => true,
    };
    Regime::ALL.into_iter().filter(|&regime| holds(regime)).map(bit).sum()
}

fn bit(regime: Regime) -> u8 {
    1 << Regime::ALL.iter().position(|other| *other == regime).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Generator, Scenario, standard};
    use crate::seed::Seed;

    fn closes(bars: usize) -> Vec<f64> {
        Generator::new(&Scenario { bars, ..standard(Regime::Mixed) }).unwrap().path(Seed::new(6)).close
    }

    /// Whatever happens from bar t on, bar t's label is the same.
    #[test]
    fn a_label_cannot_see_its_own_bar_or_a_later_one() {
        let real = closes(900);
        let labels = Labels::of(&real);
        for bar in [300, 511, 777] {
            let mut other = real.clone();
            for (distance, close) in other[bar..].iter_mut().enumerate() {
                *close *= if distance % 2 == 0 { 3.0 } else { 0.2 };
            }
            let changed = Labels::of(&other);
            assert_eq!(labels.0[..=bar], changed.0[..=bar], "bar {bar}");
            assert_ne!(labels.0[bar + 1..], changed.0[bar + 1..], "bar {bar}");
        }
    }

    #[test]
    fn labels_say_what_went_before() {
        let real = closes(3000);
        let labels = Labels::of(&real);
        let drift = |bar: usize| (real[bar - 1] / real[bar - 1 - TRAILING]).ln();
        let mean = |regime| {
            let bars = labels.bars(regime);
            bars.iter().map(|&bar| drift(bar)).sum::<f64>() / bars.len() as f64
        };
        assert!(mean(Regime::Bull) > mean(Regime::Sideways) && mean(Regime::Sideways) > mean(Regime::Bear));
        assert_eq!(labels.bars(Regime::Mixed).len(), 3000 - TRAILING - 1 - LEAST_RANKED);
        assert!((0..200).all(|bar| bar >= TRAILING + LEAST_RANKED || !labels.holds(bar, Regime::Mixed)));
    }
}
