//! An edge of known size and place, for markets that are to have one.

use super::bound::{at_least, at_most};
use super::fault::ModelFault;
use crate::market::Series;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A drift of the log price that points where the mean of the last `fast` closes lies from that of the last `slow`
/// ones: r_t = ±d/P + what the scenario draws. Who is long or short by just these two lengths earns d a year, and
/// nobody earns more. Before `slow` closes are there it points nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// Closes in the shorter mean, 1 or more.
    pub fast: usize,
    /// Closes in the longer mean, above `fast`.
    pub slow: usize,
    /// d, the log return a year of who follows, from 0 to 20.
    pub drift_per_year: f64,
}

impl Trend {
    /// # Errors
    /// The first knob outside its range.
    pub(super) fn check(&self) -> Result<(), ModelFault> {
        if self.fast == 0 || self.fast >= self.slow {
            return Err(ModelFault::new("trend.fast", self.fast, format!("from 1 to below slow, {}", self.slow)));
        }
        super::fault::Allowed::Between(0.0, 20.0).check("trend.drift_per_year", self.drift_per_year)
    }

    /// Bends a path that has no edge into one that has this. The drift of a bar comes between its open and its close,
    /// so that an order filled at the open gets all of it.
    pub(super) fn bend(&self, path: &mut Series) {
        let step = (self.drift_per_year / path.periods_per_year).exp();
        let (mut level, mut fast, mut slow) = (1.0, 0.0, 0.0);
        for bar in 0..path.len() {
            let lead: f64 = fast * self.slow as f64 - slow * self.fast as f64;
            let step = match lead.partial_cmp(&0.0).filter(|_| bar >= self.slow) {
                Some(Ordering::Greater) => step,
                Some(Ordering::Less) => 1.0 / step,
                _ => 1.0,
            };
            path.open[bar] *= level;
            path.high[bar] *= level * at_least(1.0, step);
            path.low[bar] *= level * at_most(1.0, step);
            level *= step;
            path.close[bar] *= level;
            let close = path.close[bar];
            fast += close - if bar >= self.fast { path.close[bar - self.fast] } else { 0.0 };
            slow += close - if bar >= self.slow { path.close[bar - self.slow] } else { 0.0 };
        }
        super::bars::round_outwards(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Bates, Dynamics, Garch, Generator, Instrument, Jumps, Model, Scenario};
    use crate::seed::Seed;

    fn scenario(trend: Option<Trend>) -> Scenario {
        let model = Model {
            drift_per_year: 0.0,
            vol_per_year: 0.2,
            garch: Garch::new(0.0, 0.0, 0.0),
            tail_nu: 5.0,
            skew_lambda: 0.0,
            jumps: Jumps::default(),
            pull_per_year: 0.0,
            initial_vol: None,
        };
        let dynamics = Dynamics::Single(model);
        Scenario { name: "trend".to_owned(), dynamics, instrument: Instrument::STOCK, bars: 504, trend }
    }

    /// Mean log return a year of who holds ±1 by the two means over the close before, opens to closes and nights.
    fn earned(path: &Series, fast: usize, slow: usize) -> f64 {
        let mean = |bar: usize, count: usize| path.close[bar + 1 - count..=bar].iter().sum::<f64>() / count as f64;
        let bars = slow..path.len();
        let count = bars.len() as f64;
        let total: f64 = bars
            .map(|bar| {
                let side = if mean(bar - 1, fast) > mean(bar - 1, slow) { 1.0 } else { -1.0 };
                side * (path.close[bar] / path.close[bar - 1]).ln()
            })
            .sum();
        total / count * path.periods_per_year
    }

    #[test]
    fn its_follower_earns_the_drift_in_every_family_and_others_less() {
        let trend = Trend { fast: 20, slow: 60, drift_per_year: 0.3 };
        let (gjr, bates) =
            (Generator::new(&scenario(Some(trend))).unwrap(), Bates::new(&scenario(Some(trend))).unwrap());
        let mean = |fast: usize, slow: usize, draw: &dyn Fn(Seed) -> Series| {
            (0..400).map(|number| earned(&draw(Seed::new(number)), fast, slow)).sum::<f64>() / 400.0
        };
        // Volatility .2 over 444 of 252 bars and 400 paths: a standard error of .0075.
        for draw in [&|seed| gjr.path(seed) as Series, &|seed| bates.path(seed)] as [&dyn Fn(Seed) -> Series; 2] {
            let (own, other) = (mean(20, 60, draw), mean(5, 30, draw));
            assert!((own - 0.3).abs() < 0.03 && other < 0.75 * own, "{own} {other}");
        }
    }

    #[test]
    fn bars_stay_sound_and_without_a_trend_nothing_changes() {
        let plain = Generator::new(&scenario(None)).unwrap().path(Seed::new(3));
        let still = Trend { fast: 20, slow: 60, drift_per_year: 0.0 };
        let same = Generator::new(&scenario(Some(still))).unwrap().path(Seed::new(3));
        assert_eq!(plain, same);
        let bent = Generator::new(&scenario(Some(Trend { drift_per_year: 1.0, ..still }))).unwrap().path(Seed::new(3));
        assert_eq!(bent.check(), Ok(()));
        assert_eq!(bent.close[..60], plain.close[..60]);
        assert_ne!(bent.close[70..], plain.close[70..]);
    }

    #[test]
    fn lengths_that_do_not_fit_are_named() {
        let said = |fast, slow| {
            let trend = Trend { fast, slow, drift_per_year: 0.1 };
            Generator::new(&scenario(Some(trend))).unwrap_err().to_string()
        };
        assert!(said(60, 60).starts_with("trend.fast is 60"), "{}", said(60, 60));
        assert!(said(0, 60).starts_with("trend.fast is 0"));
    }
}
