//! What every simulated family shares: columns of random numbers that become bars in place.

use super::bound::{at_least, at_most};
use super::bridge::enclose;
use super::calendar::timestamps;
use super::exponential::exponential;
use super::instrument::Instrument;
use super::spec::LOG_REACH;
use crate::market::Series;
use fearless_simd::{Level, dispatch};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1, StandardNormal};

/// Columns of `bars` random numbers, as [`finish`] takes them: standard normals for the nights (zeros in a market
/// without them) and for volume, standard exponentials for highs and lows, zeros for closes.
pub(super) fn blank<R: Rng>(name: &str, instrument: &Instrument, bars: usize, rng: &mut R) -> Series {
    let mut path = Series {
        name: name.to_owned(),
        timestamp: timestamps(instrument.periods_per_year, bars),
        open: if instrument.gap_share > 0.0 { fill(bars, StandardNormal, rng) } else { vec![0.0; bars] },
        high: fill(bars, Exp1, rng),
        low: fill(bars, Exp1, rng),
        close: vec![0.0; bars],
        volume: fill(bars, StandardNormal, rng),
        periods_per_year: instrument.periods_per_year,
    };
    // A path has no night before its first bar.
    path.open[0] = 0.0;
    path
}

/// From log opens and closes relative to the start, and √h of every bar, to prices and volumes.
pub(super) fn finish<R: Rng>(path: &mut Series, sigma: &[f64], instrument: &Instrument, rng: &mut R) {
    let normal = rng.sample(StandardNormal);
    // The widest vectors this machine has. They hold sums and products only, none fused: the same bits on every machine.
    dispatch!(Level::new(), _simd => columns(path, sigma, instrument, normal));
}

#[inline(always)]
fn columns(path: &mut Series, sigma: &[f64], instrument: &Instrument, normal: f64) {
    let Instrument { gap_share, volume, start_price, periods_per_year } = *instrument;
    enclose(path, sigma, gap_share);
    volume.trade(normal, periods_per_year, &path.close, sigma, &mut path.volume);
    for column in [&mut path.open, &mut path.high, &mut path.low, &mut path.close] {
        exponential(column, LOG_REACH, start_price);
    }
    exponential(&mut path.volume, LOG_REACH, volume.level);
    round_outwards(path);
}

fn fill<D: Distribution<f64>, R: Rng>(bars: usize, law: D, rng: &mut R) -> Vec<f64> {
    let mut column = vec![0.0; bars];
    column.iter_mut().for_each(|value| *value = law.sample(rng));
    column
}

/// Rounding may push two neighbours past each other.
#[inline(always)]
pub(super) fn round_outwards(path: &mut Series) {
    let bodies = path.open.iter().zip(&path.close);
    for ((open, close), (high, low)) in bodies.zip(path.high.iter_mut().zip(&mut path.low)) {
        *high = at_least(*open, at_least(*close, *high));
        *low = at_most(*open, at_most(*close, *low));
    }
}
