use super::{Statistic, sample::sample};

/// Type 7 quantile of Hyndman and Fan (1996, The American Statistician 50, 361-365): linear between order
/// statistics, as numpy and R do by default. `probability` in [0, 1].
///
/// # Errors
/// `TooFewBars` for an empty sample, `NotFinite`.
pub fn quantile(values: &[f64], probability: f64) -> Statistic {
    let mut sorted = sample(values, 1)?.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = probability.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let share = place - below as f64;
    Ok(sorted[below] + (sorted[above] - sorted[below]) * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Undefined;

    #[test]
    fn interpolates_between_order_statistics() {
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), Ok(2.5));
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.25), Ok(1.75));
        assert_eq!(quantile(&[4.0, 1.0], 1.0), Ok(4.0));
        assert_eq!(quantile(&[], 0.5), Err(Undefined::TooFewBars));
        assert_eq!(quantile(&[1.0, f64::NAN], 0.5), Err(Undefined::NotFinite));
    }
}
