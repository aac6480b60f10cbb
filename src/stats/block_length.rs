use super::{
    Spread, Undefined,
    sample::{finite, sample},
    sum,
};

/// Below this there are not enough autocorrelations to look at.
pub const MIN_BARS: usize = 9;

/// Optimal expected block lengths in bars, not clamped: below 1 means that the series asks for no blocks at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockLength {
    pub stationary: f64,
    pub circular: f64,
}

/// Automatic block length for the mean of `values` (Politis and White 2004, Econometric Reviews 23, 53-70, with
/// the correction of Patton, Politis and White 2009, ibid. 28, 372-375).
///
/// The length fits the statistic: use returns for a mean, absolute returns where volatility clustering matters.
///
/// # Errors
/// `TooFewBars` below [`MIN_BARS`] values, `ZeroVariance` where all are equal, `NotFinite`.
pub fn block_length(values: &[f64]) -> Result<BlockLength, Undefined> {
    let values = sample(values, MIN_BARS)?;
    let spread = Spread::of(values)?;
    if spread.is_constant() {
        return Err(Undefined::ZeroVariance);
    }
    let centred: Vec<f64> = values.iter().map(|value| value - spread.mean).collect();
    let bars = values.len();
    let n = bars as f64;

    let run = 5.max(n.log10() as usize);
    let furthest = (n.sqrt().ceil() as usize + run).min(bars - 2);
    let (covariance, correlation) = autocorrelations(&centred, furthest);
    let negligible = 2.0 * (n.log10() / n).sqrt();
    // The first lag from which `run` autocorrelations in a row are negligible.
    let reach = (0..=furthest.saturating_sub(run))
        .find(|&lag| correlation[lag..lag + run].iter().all(|&rho| rho < negligible))
        .map_or(furthest, |lag| (2 * lag.max(1)).min(furthest));

    let terms = || {
        (1..=reach).map(|lag| {
            let share = lag as f64 / reach as f64;
            let flat_top = if share <= 0.5 { 1.0 } else { 2.0 * (1.0 - share) };
            (lag as f64, 2.0 * flat_top * covariance[lag])
        })
    };
    let slope = sum(terms().map(|(lag, term)| lag * term));
    let long_run = covariance[0] + sum(terms().map(|(_, term)| term));
    let longest = (3.0 * n.sqrt()).min(n / 3.0).ceil();
    let length = |constant: f64| {
        let squared = 2.0 * slope.powi(2) / (constant * long_run.powi(2));
        finite((squared.cbrt() * n.cbrt()).min(longest))
    };
    Ok(BlockLength { stationary: length(2.0)?, circular: length(4.0 / 3.0)? })
}

/// Autocovariances and absolute autocorrelations at lags 0 to `furthest`. The latter are normalised by the parts
/// of the series that enter, each one element short, as the `arch` package does.
fn autocorrelations(centred: &[f64], furthest: usize) -> (Vec<f64>, Vec<f64>) {
    let n = centred.len();
    let squares = |part: &[f64]| sum(part.iter().map(|value| value * value));
    (0..=furthest)
        .map(|lag| {
            let cross = sum(centred[lag..].iter().zip(centred).map(|(later, earlier)| later * earlier));
            let norm = (squares(&centred[lag + 1..]) * squares(&centred[..n - lag - 1])).sqrt();
            (cross / n as f64, cross.abs() / norm)
        })
        .unzip()
}
