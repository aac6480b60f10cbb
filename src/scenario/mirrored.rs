//! A real market with the direction taken out: |r| as it was, its sign a toss.
//!
//! A path is a stretch of consecutive bars, each of which is turned upside down about the close before it or not. Calm
//! and wild times follow each other as they did; no rule that knows the past can know the next sign, so that whoever
//! holds a position expects nothing. A market without an edge that no model made.

use super::bars::round_outwards;
use super::calendar::timestamps;
use super::relative::{Relative, relative, usual_volume};
use super::set::{Set, path_seed};
use crate::market::Series;
use crate::seed::Seed;
use rand::RngExt;
use std::fmt;

/// One real market, made ready.
#[derive(Debug, Clone)]
pub struct Mirrored {
    name: String,
    bars: Vec<Relative>,
    length: usize,
    usual_volume: f64,
    periods_per_year: f64,
}

/// Why a market cannot be mirrored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoMirror {
    TooShort {
        bars: usize,
        needed: usize,
    },
    /// A bar that reaches twice the close before it would be mirrored to a price of zero.
    Doubles {
        bar: usize,
    },
}

impl fmt::Display for NoMirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { bars, needed } => write!(f, "it has {bars} bars, {needed} are needed"),
            Self::Doubles { bar } => write!(f, "bar {bar} doubles the price, which has no mirror image"),
        }
    }
}

impl std::error::Error for NoMirror {}

impl Mirrored {
    /// Paths of `length` bars of `market`, as the scenario called `name`.
    ///
    /// # Errors
    /// A market that is no longer than a path, or doubles within a bar.
    pub fn new(name: &str, market: &Series, length: usize) -> Result<Self, NoMirror> {
        if market.len() <= length {
            return Err(NoMirror::TooShort { bars: market.len(), needed: length + 1 });
        }
        let bars = relative(market);
        if let Some(bar) = bars.iter().skip(1).position(|bar| bar.high >= 2.0) {
            return Err(NoMirror::Doubles { bar: bar + 1 });
        }
        Ok(Self {
            name: name.to_owned(),
            bars,
            length,
            usual_volume: usual_volume(market),
            periods_per_year: market.periods_per_year,
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Path `index` of `set`, named `mirrored_spx/train/3`.
    pub fn draw(&self, run: Seed, set: Set, index: usize) -> Series {
        let name = format!("{}/{}/{index}", self.name, set.name());
        Series { name, ..self.path(path_seed(run, &self.name, set, index)) }
    }

    /// The path that `seed` stands for. It opens where the close before its first bar is 100.
    pub fn path(&self, seed: Seed) -> Series {
        let mut rng = seed.rng();
        // The first bar of the market has no close before it.
        let start = rng.random_range(1..=self.bars.len() - self.length);
        let mut path = Series {
            name: self.name.clone(),
            timestamp: timestamps(self.periods_per_year, self.length),
            periods_per_year: self.periods_per_year,
            ..Series::default()
        };
        let mut before = 100.0;
        for bar in &self.bars[start..start + self.length] {
            let bar = if rng.random::<bool>() { mirror(bar) } else { *bar };
            before = bar.follow(&mut path, before, self.usual_volume);
        }
        round_outwards(&mut path);
        path
    }
}

/// Simple returns change their sign, so that a position's expected gain is zero and not half a variance.
fn mirror(bar: &Relative) -> Relative {
    Relative {
        open: 2.0 - bar.open,
        high: 2.0 - bar.low,
        low: 2.0 - bar.high,
        close: 2.0 - bar.close,
        volume: bar.volume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Generator, Instrument, Regime, Scenario, standard};

    fn market(bars: usize) -> Series {
        let scenario = Scenario { bars, instrument: Instrument::STOCK, ..standard(Regime::Bull) };
        Series { name: "historical:X".to_owned(), ..Generator::new(&scenario).unwrap().path(Seed::new(12)) }
    }

    fn returns(series: &Series) -> Vec<f64> {
        series.close.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect()
    }

    #[test]
    fn sizes_are_the_markets_in_its_order_and_signs_are_a_toss() {
        let market = market(2000);
        let mirrored = Mirrored::new("mirrored_x", &market, 500).unwrap();
        let path = mirrored.draw(Seed::new(4), Set::Train, 1);
        assert_eq!((path.name.as_str(), path.len(), path.check()), ("mirrored_x/train/1", 500, Ok(())));
        let (own, real) = (returns(&path), returns(&market));
        let sizes = |from: usize| own.iter().zip(&real[from..]).all(|(a, b)| (a.abs() - b.abs()).abs() < 1e-12);
        let start = (0..real.len() - own.len()).find(|&from| sizes(from)).unwrap();
        let turned = own.iter().zip(&real[start..]).filter(|(a, b)| a.signum() != b.signum()).count();
        // 499 tosses: 4 standard deviations are 45.
        assert!((205..=294).contains(&turned), "{turned}");
        assert_ne!(path, mirrored.draw(Seed::new(4), Set::Validation, 1));
        assert_eq!(path, mirrored.draw(Seed::new(4), Set::Train, 1));
    }

    #[test]
    fn a_bull_market_has_no_drift_left() {
        let mirrored = Mirrored::new("m", &market(2000), 500).unwrap();
        let paths: Vec<f64> = (0..400).map(|seed| returns(&mirrored.path(Seed::new(seed))).iter().sum()).collect();
        let mean = paths.iter().sum::<f64>() / 400.0;
        let variance = paths.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / 399.0;
        assert!(mean.abs() < 4.0 * (variance / 400.0).sqrt(), "{mean}");
    }

    #[test]
    fn what_cannot_be_mirrored_is_said() {
        let mut market = market(600);
        assert_eq!(Mirrored::new("m", &market, 600).unwrap_err().to_string(), "it has 600 bars, 601 are needed");
        market.high[7] = 3.0 * market.close[6];
        assert_eq!(Mirrored::new("m", &market, 500).unwrap_err(), NoMirror::Doubles { bar: 7 });
    }
}
