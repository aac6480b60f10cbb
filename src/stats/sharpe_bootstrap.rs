use super::{
    Spread, StationaryBootstrap, Undefined,
    return_sums::{ReturnSums, Running},
};
use rand::Rng;

/// Sharpe ratios per bar, `mean / std(n - 1)`, of `resamples` stationary bootstrap resamples of `returns`, each as
/// long as the series.
///
/// Prefix sums over the series laid twice end to end make a block that wraps cost as much as one that does not: two
/// reads, however long it is. They hold deviations from the mean, so that nothing is lost when they are subtracted.
///
/// # Errors
/// `TooFewBars` below two returns, `ZeroVariance` where the series or one of its resamples does not vary: leaving
/// such resamples out would bias what is read off the rest. `NotFinite`.
pub fn sharpe_bootstrap(
    returns: &[f64],
    block_length: f64,
    resamples: usize,
    rng: &mut impl Rng,
) -> Result<Vec<f64>, Undefined> {
    let spread = Spread::of(returns)?;
    if spread.deviation()? == 0.0 {
        return Err(Undefined::ZeroVariance);
    }
    let bars = returns.len();
    let mut running = Running::default();
    let mut until = vec![ReturnSums::default()];
    for value in returns.iter().chain(returns) {
        running.add(value - spread.mean);
        until.push(running.total());
    }

    let rule = StationaryBootstrap::new(bars, block_length);
    let resample = |_| {
        let mut sums = ReturnSums::default();
        for block in rule.blocks(rng, bars) {
            let (before, after) = (until[block.start], until[block.start + block.length]);
            sums.add(ReturnSums { sum: after.sum - before.sum, squares: after.squares - before.squares });
        }
        sums.sharpe(bars, spread.mean).ok_or(Undefined::ZeroVariance)
    };
    (0..resamples).map(resample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use crate::stats::SharpeEstimate;
    use rand_distr::{Distribution, StudentT};

    /// Index by index, return by return, from the same random stream.
    fn one_by_one(returns: &[f64], block_length: f64, resamples: usize, rng: &mut impl Rng) -> Vec<f64> {
        let mut indices = vec![0; returns.len()];
        let rule = StationaryBootstrap::new(returns.len(), block_length);
        (0..resamples)
            .map(|_| {
                rule.draw(rng, &mut indices);
                let drawn: Vec<f64> = indices.iter().map(|&index| returns[index]).collect();
                SharpeEstimate::of(&drawn).unwrap().sharpe
            })
            .collect()
    }

    #[test]
    fn prefix_sums_change_nothing() {
        for (bars, block_length, degrees, drift) in
            [(2520, 10.0, 3.0, 0.0), (2520, 1.0, 5.0, 0.0005), (311, 40.0, 2.1, -0.01), (60, 500.0, 4.0, 0.2)]
        {
            let law = StudentT::new(degrees).unwrap();
            let mut rng = Seed::new(17).child("returns").rng();
            let returns: Vec<f64> = (0..bars).map(|_| drift + 0.01 * law.sample(&mut rng)).collect();
            let stream = || Seed::new(17).child("resamples").rng();
            let fast = sharpe_bootstrap(&returns, block_length, 200, &mut stream()).unwrap();
            for (fast, slow) in fast.iter().zip(one_by_one(&returns, block_length, 200, &mut stream())) {
                // A ratio near zero has no relative digits in either way of adding up: its own standard error,
                // 1 / sqrt(n), is the scale then.
                let scale = slow.abs().max(1.0 / f64::from(bars).sqrt());
                assert!((fast - slow).abs() <= 1e-12 * scale, "{bars} bars: {fast:e}, one by one {slow:e}");
            }
        }
    }

    #[test]
    fn a_series_or_a_resample_without_variance_has_no_ratio() {
        let mut rng = Seed::new(1).rng();
        assert_eq!(sharpe_bootstrap(&[0.01; 50], 2.0, 10, &mut rng), Err(Undefined::ZeroVariance));
        assert_eq!(sharpe_bootstrap(&[0.01], 2.0, 10, &mut rng), Err(Undefined::TooFewBars));
        // One bar in ten traded: a resample without it turns up soon.
        let mut returns = [0.0; 10];
        returns[4] = 0.1;
        assert_eq!(sharpe_bootstrap(&returns, 1.0, 200, &mut rng), Err(Undefined::ZeroVariance));
    }
}
