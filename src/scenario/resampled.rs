//! The user's own bars in another order: markets no model made, for validation only.
//!
//! Stationary blocks (Politis and Romano 1994) are drawn among the bars of one past-only label. Whole bars travel as
//! ratios to the close before them, so each stays consistent, and volume, relative to its own recent mean, with it.

use super::bars::round_outwards;
use super::calendar::timestamps;
use super::past_label::Labels;
use super::regime::Regime;
use super::relative::{Relative, relative, usual_volume};
use crate::market::Series;
use crate::seed::Seed;
use crate::stats::block_length;
use rand::RngExt;
use std::fmt;

/// Mean block in bars at least: below it volatility clustering is lost.
pub const LEAST_BLOCK: f64 = 20.0;
/// Blocks of the mean length that a label's bars have to hold, so that a path is more than one episode again and again.
pub const LEAST_BLOCKS: usize = 10;

/// One real market, made ready to be drawn from under one label.
#[derive(Debug, Clone)]
pub struct Resampler {
    regime: Regime,
    source: String,
    bars: Vec<Relative>,
    /// Bars with the label, in order.
    pool: Vec<usize>,
    /// Whether the bar after each has the label too.
    goes_on: Vec<bool>,
    block: f64,
    usual_volume: f64,
    periods_per_year: f64,
}

/// Why no path is drawn: said, not faked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooFewBars {
    pub market: String,
    pub regime: Regime,
    pub found: usize,
    pub needed: usize,
}

impl fmt::Display for TooFewBars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { market, regime, found, needed } = self;
        write!(f, "{market} has {found} bars labelled {regime}, at least {needed} are needed")
    }
}

impl std::error::Error for TooFewBars {}

impl Resampler {
    /// # Errors
    /// The market has too few bars of that label for ten blocks of 20.
    pub fn new(series: &Series, regime: Regime) -> Result<Self, TooFewBars> {
        let labels = Labels::of(&series.close);
        let pool = labels.bars(regime);
        let needed = LEAST_BLOCKS * LEAST_BLOCK as usize;
        if pool.len() < needed {
            return Err(TooFewBars { market: series.name.clone(), regime, found: pool.len(), needed });
        }
        let goes_on = pool.iter().map(|&bar| labels.holds(bar + 1, regime)).collect();
        let moves: Vec<f64> = series.close.windows(2).map(|pair| (pair[1] / pair[0]).ln().abs()).collect();
        // The length that |r| asks for, cut so that ten blocks fit into the label.
        let asked = block_length(&moves).map_or(LEAST_BLOCK, |length| length.stationary);
        let longest = pool.len() as f64 / LEAST_BLOCKS as f64;
        Ok(Self {
            regime,
            source: series.name.clone(),
            bars: relative(series),
            pool,
            goes_on,
            block: asked.min(longest).max(LEAST_BLOCK),
            usual_volume: usual_volume(series),
            periods_per_year: series.periods_per_year,
        })
    }

    pub fn regime(&self) -> Regime {
        self.regime
    }

    /// Name of the market that is drawn from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Mean block in bars, before the label's own ends cut it short.
    pub fn block(&self) -> f64 {
        self.block
    }

    /// Bars that carry the label.
    pub fn labelled(&self) -> usize {
        self.pool.len()
    }

    /// The path of `bars` bars that `seed` stands for. It opens where the first drawn bar's close before it is 100.
    pub fn path(&self, seed: Seed, bars: usize) -> Series {
        let mut rng = seed.rng();
        let fresh = 1.0 / self.block;
        let mut path = Series {
            name: self.regime.name().to_owned(),
            timestamp: timestamps(self.periods_per_year, bars),
            periods_per_year: self.periods_per_year,
            ..Series::default()
        };
        let mut before = 100.0;
        let mut at: Option<usize> = None;
        for _ in 0..bars {
            let place = match at {
                // Neighbours in the pool are neighbours in the market where the label goes on.
                Some(place) if self.goes_on[place] && rng.random::<f64>() >= fresh => place + 1,
                _ => rng.random_range(0..self.pool.len()),
            };
            before = self.bars[self.pool[place]].follow(&mut path, before, self.usual_volume);
            at = Some(place);
        }
        round_outwards(&mut path);
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Generator, Instrument, Scenario, standard};

    fn market(bars: usize) -> Series {
        let scenario = Scenario { bars, instrument: Instrument::STOCK, ..standard(Regime::Mixed) };
        Series { name: "historical:X".to_owned(), ..Generator::new(&scenario).unwrap().path(Seed::new(12)) }
    }

    fn ratios(series: &Series, bar: usize) -> [f64; 4] {
        let before = series.close[bar - 1];
        [series.open[bar], series.high[bar], series.low[bar], series.close[bar]].map(|price| price / before)
    }

    #[test]
    fn every_bar_is_a_labelled_bar_of_the_market_and_consistent() {
        let market = market(2500);
        let labels = Labels::of(&market.close);
        for regime in [Regime::Bull, Regime::HighVolatility, Regime::LowVolatility, Regime::Sideways, Regime::Mixed] {
            let resampler = Resampler::new(&market, regime).unwrap();
            let path = resampler.path(Seed::new(1), 400);
            assert_eq!(path.check(), Ok(()), "{regime}");
            let sources: Vec<[f64; 4]> = labels.bars(regime).into_iter().map(|bar| ratios(&market, bar)).collect();
            for bar in 1..path.len() {
                let own = ratios(&path, bar);
                let near = |other: &[f64; 4]| own.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-12);
                assert!(sources.iter().any(near), "{regime}: bar {bar} is none of the market's");
            }
            assert_eq!(path, resampler.path(Seed::new(1), 400));
            assert_ne!(path, resampler.path(Seed::new(2), 400));
        }
    }

    /// Of the market's own neighbours most stay neighbours: 1 − 1/b, less where the label itself ends.
    #[test]
    fn blocks_run_on() {
        let market = market(2500);
        let resampler = Resampler::new(&market, Regime::Mixed).unwrap();
        assert!(resampler.block() >= LEAST_BLOCK && resampler.block() <= resampler.labelled() as f64 / 10.0);
        let path = resampler.path(Seed::new(3), 20_000);
        let key = |ratios: [f64; 4]| (ratios[3] * 1e12).round() as i64;
        let place: std::collections::BTreeMap<i64, usize> =
            (1..market.len()).map(|bar| (key(ratios(&market, bar)), bar)).collect();
        let bars: Vec<Option<usize>> =
            (1..path.len()).map(|bar| place.get(&key(ratios(&path, bar))).copied()).collect();
        let known = bars.windows(2).filter(|pair| pair[0].is_some() && pair[1].is_some());
        let (total, breaks) = known.fold((0, 0), |(total, breaks), pair| {
            (total + 1, breaks + usize::from(pair[0].map(|bar| bar + 1) != pair[1]))
        });
        let length = f64::from(total) / breaks as f64;
        assert!((length / resampler.block() - 1.0).abs() < 0.15, "{length} against {}", resampler.block());
    }

    #[test]
    fn too_few_bars_are_said_and_not_faked() {
        let said = Resampler::new(&market(400), Regime::Crash).unwrap_err();
        assert_eq!((said.needed, said.regime), (200, Regime::Crash));
        assert!(
            said.to_string().starts_with("historical:X has ") && said.to_string().contains("labelled crash"),
            "{said}"
        );
        assert_eq!(Resampler::new(&market(60), Regime::Mixed).unwrap_err().found, 0);
    }

    #[test]
    fn volume_moves_with_its_bar_and_a_market_without_any_has_none() {
        let mut market = market(1500);
        let path = Resampler::new(&market, Regime::Mixed).unwrap().path(Seed::new(4), 5000);
        let moves: Vec<f64> = path.close.windows(2).map(|pair| (pair[1] / pair[0]).ln().abs()).collect();
        let volume: Vec<f64> = path.volume[1..].iter().map(|volume| volume.ln()).collect();
        let centre = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (a, b) = (centre(&moves), centre(&volume));
        let product: f64 = moves.iter().zip(&volume).map(|(x, y)| (x - a) * (y - b)).sum();
        assert!(product > 0.0);
        market.volume.iter_mut().for_each(|volume| *volume = 0.0);
        let silent = Resampler::new(&market, Regime::Mixed).unwrap().path(Seed::new(4), 50);
        assert!(silent.volume.iter().all(|&volume| volume == 0.0) && silent.check().is_ok());
    }
}
