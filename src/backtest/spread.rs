use crate::stats::{Statistic, Undefined};

/// A statistic over the paths of one scenario. Paths where it is undefined are counted, never filled in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// None when it is undefined on every path; then `reason` says why on the first of them.
    pub mean: Option<f64>,
    /// Sample standard deviation over paths; None below two.
    pub std: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub defined: usize,
    pub undefined: usize,
    pub reason: Option<Undefined>,
}

impl Spread {
    pub fn over(values: impl IntoIterator<Item = Statistic>) -> Self {
        let mut defined = Vec::new();
        let mut undefined = 0;
        let mut reason = None;
        for value in values {
            match value {
                Ok(value) => defined.push(value),
                Err(why) => {
                    undefined += 1;
                    reason = reason.or(Some(why));
                }
            }
        }
        let count = defined.len();
        let mean = (count > 0).then(|| defined.iter().sum::<f64>() / count as f64);
        let std = mean
            .filter(|_| count > 1)
            .map(|mean| (defined.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1) as f64).sqrt());
        Self {
            mean,
            std,
            min: defined.iter().copied().reduce(f64::min),
            max: defined.iter().copied().reduce(f64::max),
            defined: count,
            undefined,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_paths_are_counted_and_do_not_count() {
        let spread = Spread::over([Ok(1.0), Err(Undefined::NoTrades), Ok(3.0)]);
        assert_eq!((spread.mean, spread.min, spread.max), (Some(2.0), Some(1.0), Some(3.0)));
        assert_eq!(spread.std, Some(std::f64::consts::SQRT_2));
        assert_eq!((spread.defined, spread.undefined, spread.reason), (2, 1, Some(Undefined::NoTrades)));
        let none = Spread::over([Err(Undefined::ZeroVariance)]);
        assert_eq!((none.mean, none.std, none.reason), (None, None, Some(Undefined::ZeroVariance)));
    }
}
