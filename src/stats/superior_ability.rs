use super::{
    StationaryBootstrap, Undefined,
    mean_bootstrap::{MeanBootstrap, means, p_value},
    sample::constant,
    sum,
};
use rand::Rng;

/// Hansen's test that no configuration beats the benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct SuperiorAbility {
    /// `max(0, max_k sqrt(n) mean(d_k) / omega_k)`
    pub statistic: f64,
    /// The configuration with the largest studentised mean.
    pub best: usize,
    /// `omega_k`, the standard deviation of `sqrt(n) mean(d_k)` under the stationary bootstrap; 0 for a configuration
    /// that never differs from the benchmark.
    pub deviations: Vec<f64>,
    /// Liberal: as if all configurations worse than the benchmark were as good as it.
    pub lower: f64,
    /// The one to use.
    pub consistent: f64,
    /// Conservative: as if every configuration were as good as the benchmark.
    pub upper: f64,
    pub resamples: usize,
}

/// Test for superior predictive ability (Hansen 2005, Journal of Business and Economic Statistics 23, 365-380),
/// studentised as in the paper. `differences` has for each configuration its returns less the benchmark's.
///
/// Resampled means are recentred by `g(mean) = mean` where `mean >= -omega sqrt(2 ln ln n / n)` and by 0 elsewhere, so
/// that configurations that are clearly worse do not count (lower: by `max(mean, 0)`; upper: by `mean`). The `arch`
/// package (8.0) does not divide by omega, so its p-values differ.
///
/// # Errors
/// `TooFewBars` for no columns, fewer than three bars (`ln ln n`) or unequal lengths; `ZeroVariance` where a column is
/// constant and not 0, or all are 0; `NotFinite`.
pub fn superior_ability(
    differences: &[&[f64]],
    block_length: f64,
    resamples: usize,
    rng: &mut impl Rng,
) -> Result<SuperiorAbility, Undefined> {
    let bootstrap = MeanBootstrap::new(differences, block_length)?;
    let bars = differences[0].len();
    if bars < 3 {
        return Err(Undefined::TooFewBars);
    }
    let means = means(differences)?;
    let fresh = StationaryBootstrap::new(bars, block_length).fresh();
    let deviations = differences
        .iter()
        .zip(&means)
        .map(|(column, &mean)| deviation(column, mean, fresh))
        .collect::<Result<Vec<f64>, Undefined>>()?;
    let moving: Vec<usize> = (0..means.len()).filter(|&column| deviations[column] > 0.0).collect();

    let n = bars as f64;
    let studentised = |column: usize, mean: f64| n.sqrt() * mean / deviations[column];
    let best = moving
        .iter()
        .copied()
        .max_by(|&a, &b| studentised(a, means[a]).total_cmp(&studentised(b, means[b])))
        .ok_or(Undefined::ZeroVariance)?;
    let statistic = studentised(best, means[best]).max(0.0);

    let poor = -(2.0 * n.ln().ln()).sqrt();
    let recentred = [
        means.iter().map(|mean| mean.min(0.0)).collect::<Vec<f64>>(),
        (0..means.len())
            .map(|column| {
                let counts = deviations[column] > 0.0 && studentised(column, means[column]) >= poor;
                if counts { 0.0 } else { means[column] }
            })
            .collect(),
        vec![0.0; means.len()],
    ];
    let mut shifts = vec![0.0; means.len()];
    let mut reached = [0_usize; 3];
    for _ in 0..resamples {
        bootstrap.draw(rng, &mut shifts);
        for (reached, offsets) in reached.iter_mut().zip(&recentred) {
            let resampled = moving.iter().map(|&column| studentised(column, shifts[column] + offsets[column]));
            *reached += usize::from(resampled.fold(0.0, f64::max) >= statistic);
        }
    }
    let [lower, consistent, upper] = reached.map(|reached| p_value(reached, resamples));
    Ok(SuperiorAbility { statistic, best, deviations, lower, consistent, upper, resamples })
}

/// `omega^2 = gamma_0 + 2 sum kappa_i gamma_i` with `kappa_i = (1 - i / n) (1 - p)^i + (i / n) (1 - p)^(n - i)`.
fn deviation(column: &[f64], mean: f64, fresh: f64) -> Result<f64, Undefined> {
    /// A kernel below this moves omega^2 by less than its last digit, however many lags there are.
    const NOTHING: f64 = 1e-24;
    if constant(column) {
        return if column[0] == 0.0 { Ok(0.0) } else { Err(Undefined::ZeroVariance) };
    }
    let n = column.len() as f64;
    let centred: Vec<f64> = column.iter().map(|value| value - mean).collect();
    let covariance = |lag: usize| sum(centred[lag..].iter().zip(&centred).map(|(later, earlier)| later * earlier)) / n;
    let terms = (1..column.len()).filter_map(|lag| {
        let share = lag as f64 / n;
        let stay = |bars: usize| (1.0 - fresh).powf(bars as f64);
        let kernel = (1.0 - share) * stay(lag) + share * stay(column.len() - lag);
        (kernel > NOTHING).then(|| 2.0 * kernel * covariance(lag))
    });
    let variance = covariance(0) + sum(terms);
    if variance > 0.0 { Ok(variance.sqrt()) } else { Err(Undefined::ZeroVariance) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use crate::stats::reality_check;
    use rand_distr::{Distribution, StandardNormal};

    /// Columns that share half of their variance.
    fn noise(bars: usize, columns: usize, seed: Seed) -> Vec<Vec<f64>> {
        let mut rng = seed.rng();
        let mut draw = || -> f64 { StandardNormal.sample(&mut rng) };
        let market: Vec<f64> = (0..bars).map(|_| draw()).collect();
        (0..columns).map(|_| market.iter().map(|common| common + draw()).collect()).collect()
    }

    fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
        columns.iter().map(Vec::as_slice).collect()
    }

    /// 300 null sets at 10%: 30 rejections are due, and 99.9% of such counts lie within 30 +- 17.
    #[test]
    fn rejects_the_null_as_often_as_it_says() {
        let mut rejected = [0; 2];
        for set in 0..300 {
            let seed = Seed::new(41).child(&format!("null/{set}"));
            let columns = noise(250, 12, seed.child("returns"));
            let found = superior_ability(&slices(&columns), 2.0, 199, &mut seed.child("resamples").rng()).unwrap();
            let check = reality_check(&slices(&columns), 2.0, 199, &mut seed.child("resamples").rng()).unwrap();
            assert!(found.lower <= found.consistent && found.consistent <= found.upper);
            rejected[0] += u32::from(found.consistent <= 0.1);
            rejected[1] += u32::from(check.p <= 0.1);
        }
        assert!((13..=47).contains(&rejected[0]), "superior ability: {}", rejected[0]);
        assert!((13..=47).contains(&rejected[1]), "reality check: {}", rejected[1]);
    }

    #[test]
    fn finds_the_one_that_is_better_among_poor_ones() {
        let seed = Seed::new(42);
        let mut columns = noise(500, 10, seed);
        for column in &mut columns[1..] {
            column.iter_mut().for_each(|value| *value = 4.0 * *value - 1.0);
        }
        columns[0].iter_mut().for_each(|value| *value += 0.25);
        let found = superior_ability(&slices(&columns), 1.0, 999, &mut seed.rng()).unwrap();
        assert_eq!(found.best, 0);
        assert!(found.consistent < 0.01, "{found:?}");
        // The poor and volatile ones drown it in the check without studentising.
        assert!(reality_check(&slices(&columns), 1.0, 999, &mut seed.rng()).unwrap().p > 0.1);
    }

    #[test]
    fn the_kernel_gives_the_variance_that_the_bootstrap_has() {
        let column = noise(60, 1, Seed::new(43)).remove(0);
        let omega = superior_ability(&[&column], 5.0, 1, &mut Seed::new(1).rng()).unwrap().deviations[0];
        let bootstrap = MeanBootstrap::new(&[&column], 5.0).unwrap();
        let (mut rng, mut shift, draws) = (Seed::new(44).rng(), [0.0], 40_000);
        let mut squares = 0.0;
        for _ in 0..draws {
            bootstrap.draw(&mut rng, &mut shift);
            squares += shift[0] * shift[0];
        }
        let drawn = (squares / f64::from(draws) * 60.0).sqrt();
        assert!((drawn / omega - 1.0).abs() < 0.02, "{drawn} {omega}");
    }

    #[test]
    fn what_never_differs_cannot_win_and_a_constant_gain_has_no_error() {
        let mut rng = Seed::new(2).rng();
        let mut columns = noise(100, 2, Seed::new(45));
        columns[0] = vec![0.0; 100];
        let found = superior_ability(&slices(&columns), 1.0, 99, &mut rng).unwrap();
        assert_eq!((found.best, found.deviations[0]), (1, 0.0));
        columns[0] = vec![0.1; 100];
        assert_eq!(superior_ability(&slices(&columns), 1.0, 99, &mut rng), Err(Undefined::ZeroVariance));
        assert_eq!(superior_ability(&[&[0.0; 9]], 1.0, 99, &mut rng), Err(Undefined::ZeroVariance));
        assert_eq!(reality_check(&[&[0.0; 9]], 1.0, 99, &mut rng), Err(Undefined::ZeroVariance));
        assert_eq!(superior_ability(&[], 1.0, 99, &mut rng), Err(Undefined::TooFewBars));
        assert_eq!(superior_ability(&[&[0.1, 0.2], &[0.1]], 1.0, 99, &mut rng), Err(Undefined::TooFewBars));
    }
}
