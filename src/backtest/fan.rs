use crate::stats::{Statistic, Undefined, quantile, sum};

/// The quantiles of a fan.
pub const FAN: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// How a statistic is distributed over runs. Runs where it is undefined are counted, never filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Fan {
    /// At [`FAN`], type 7; or why there is none, as on the first run without it.
    pub quantiles: Result<[f64; 5], Undefined>,
    pub mean: Option<f64>,
    pub defined: usize,
    pub undefined: usize,
}

impl Fan {
    pub fn over(values: impl IntoIterator<Item = Statistic>) -> Self {
        let mut defined = Vec::new();
        let (mut undefined, mut reason) = (0, None);
        for value in values {
            match value {
                Ok(value) => defined.push(value),
                Err(why) => {
                    undefined += 1;
                    reason = reason.or(Some(why));
                }
            }
        }
        defined.sort_by(f64::total_cmp);
        let count = defined.len();
        let mut quantiles = Ok([0.0; 5]);
        for (index, probability) in FAN.into_iter().enumerate() {
            match (quantile(&defined, probability), &mut quantiles) {
                (Ok(value), Ok(found)) => found[index] = value,
                (Err(why), slot) => *slot = Err(reason.unwrap_or(why)),
                (Ok(_), Err(_)) => {}
            }
        }
        let mean = (count > 0 && quantiles.is_ok()).then(|| sum(defined.iter().copied()) / count as f64);
        Self { quantiles, mean, defined: count, undefined }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand_and_undefined_runs_are_counted() {
        let fan = Fan::over((0..=100).rev().map(|n| Ok(f64::from(n))).chain([Err(Undefined::NoTrades)]));
        assert_eq!(fan.quantiles, Ok([5.0, 25.0, 50.0, 75.0, 95.0]));
        assert_eq!((fan.mean, fan.defined, fan.undefined), (Some(50.0), 101, 1));
        let none = Fan::over([Err(Undefined::Ruin), Err(Undefined::NoTrades)]);
        assert_eq!((none.quantiles, none.mean, none.undefined), (Err(Undefined::Ruin), None, 2));
    }
}
