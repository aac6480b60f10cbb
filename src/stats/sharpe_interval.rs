use super::{
    SharpeEstimate, Spread, Statistic, Undefined, bca, block_jackknife, block_length, sample::finite, sharpe_bootstrap,
};
use rand::Rng;

/// Fewer blocks than this say too little about how blocks vary.
pub const MIN_BLOCKS: f64 = 10.0;

/// An interval for the Sharpe ratio per bar, and what it was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharpeInterval {
    pub low: f64,
    pub high: f64,
    /// Two-sided coverage.
    pub level: f64,
    pub resamples: usize,
    /// Mean length of the blocks, in bars.
    pub block_length: f64,
    pub bias: f64,
    pub acceleration: f64,
}

/// BCa interval of a dependent series' Sharpe ratio: stationary bootstrap, with a delete-block jackknife for the
/// acceleration (see [`bca`] and [`block_jackknife`]).
///
/// # Errors
/// `TooFewBlocks` where the series holds fewer than [`MIN_BLOCKS`] blocks, else as [`sharpe_block_length`],
/// [`sharpe_bootstrap`] and [`bca`].
pub fn sharpe_interval(
    returns: &[f64],
    level: f64,
    resamples: usize,
    rng: &mut impl Rng,
) -> Result<SharpeInterval, Undefined> {
    let block_length = sharpe_block_length(returns)?;
    if (returns.len() as f64) < MIN_BLOCKS * block_length {
        return Err(Undefined::TooFewBlocks);
    }
    let drawn = sharpe_bootstrap(returns, block_length, resamples, rng)?;
    let without = block_jackknife(returns, block_length, sharpe_per_bar)?;
    let interval = bca(sharpe_per_bar(returns)?, &drawn, &without, level)?;
    Ok(SharpeInterval {
        low: interval.low,
        high: interval.high,
        level,
        resamples,
        block_length,
        bias: interval.bias,
        acceleration: interval.acceleration,
    })
}

/// The block length, in bars and at least 1, that fits a Sharpe ratio: [`block_length`] of the ratio's influence
/// values `z - SR / 2 (z^2 - 1)`, `z = (r - mean) / std`, whose mean the ratio is to first order. Volatility
/// clustering enters as far as it moves the ratio, and no further.
///
/// # Errors
/// As [`SharpeEstimate::of`] and [`block_length`].
pub fn sharpe_block_length(returns: &[f64]) -> Statistic {
    let ratio = SharpeEstimate::of(returns)?.sharpe;
    let spread = Spread::of(returns)?;
    let deviation = spread.deviation()?;
    let influence = |value: &f64| {
        let z = (value - spread.mean) / deviation;
        z - ratio / 2.0 * (z * z - 1.0)
    };
    let values: Vec<f64> = returns.iter().map(influence).collect();
    Ok(block_length(&values)?.stationary.max(1.0))
}

fn sharpe_per_bar(returns: &[f64]) -> Statistic {
    let spread = Spread::of(returns)?;
    if spread.is_constant() {
        return Err(Undefined::ZeroVariance);
    }
    finite(spread.mean / spread.deviation()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal, StudentT};

    /// AR(1) with Student t noise around `drift`.
    fn series(bars: usize, persistence: f64, drift: f64, seed: Seed) -> Vec<f64> {
        let (law, mut rng) = (StudentT::new(5.0).unwrap(), seed.rng());
        let start: f64 = StandardNormal.sample(&mut rng);
        let mut state = start / (1.0 - persistence * persistence).sqrt();
        let mut step = || {
            state = persistence * state + law.sample(&mut rng) * 0.6_f64.sqrt();
            drift + state
        };
        (0..bars).map(|_| step()).collect()
    }

    /// The share of 600 intervals that hold the true ratio; its own standard error is 1.2 points at 0.9.
    fn coverage(persistence: f64) -> f64 {
        let (sharpe, loops) = (0.1, 600);
        let drift = sharpe / (1.0 - persistence * persistence).sqrt();
        let holds = (0..loops).filter(|number| {
            let seed = Seed::new(5).child(&format!("coverage/{number}"));
            let returns = series(500, persistence, drift, seed.child("returns"));
            let found = sharpe_interval(&returns, 0.9, 499, &mut seed.child("resamples").rng()).unwrap();
            (found.low..=found.high).contains(&sharpe)
        });
        holds.count() as f64 / f64::from(loops)
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let (independent, dependent) = (coverage(0.0), coverage(0.3));
        assert!((0.86..0.94).contains(&independent), "independent: {independent}");
        // A bootstrap of single bars would hold it in 77%.
        assert!((0.85..0.94).contains(&dependent), "dependent: {dependent}");
    }

    #[test]
    fn fewer_than_ten_blocks_are_not_enough() {
        let seed = Seed::new(2);
        let returns = series(80, 0.95, 0.1, seed);
        assert!(sharpe_block_length(&returns).unwrap() > 8.0);
        assert_eq!(sharpe_interval(&returns, 0.95, 99, &mut seed.rng()), Err(Undefined::TooFewBlocks));
        assert_eq!(sharpe_interval(&[0.1; 80], 0.95, 99, &mut seed.rng()), Err(Undefined::ZeroVariance));
        assert_eq!(sharpe_interval(&returns[..8], 0.95, 99, &mut seed.rng()), Err(Undefined::TooFewBars));
    }
}
