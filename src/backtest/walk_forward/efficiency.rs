use crate::stats::{Statistic, Undefined, sum};

/// Out-of-sample over in-sample: 1 where as much was earned on the pieces as in training, 0 where nothing was.
pub type Efficiency = Result<f64, Inefficient>;

/// Why there is no efficiency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inefficient {
    /// The search found nothing that earned in training: a ratio of two losses would look like success.
    NoGainInSample,
    Undefined(Undefined),
}

impl Inefficient {
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoGainInSample => "no_gain_in_sample",
            Self::Undefined(why) => why.name(),
        }
    }
}

/// `out` is the stitched pieces' figure, `trained` that of each training window with its chosen set; windows
/// without one are left out of the mean.
pub fn efficiency(out: Statistic, trained: &[Statistic]) -> Efficiency {
    let defined: Vec<f64> = trained.iter().filter_map(|figure| figure.ok()).collect();
    if defined.is_empty() {
        let why = trained.iter().find_map(|figure| figure.err()).unwrap_or(Undefined::TooFewBars);
        return Err(Inefficient::Undefined(why));
    }
    let mean = sum(defined.iter().copied()) / defined.len() as f64;
    if mean <= 0.0 {
        return Err(Inefficient::NoGainInSample);
    }
    let ratio = out.map_err(Inefficient::Undefined)? / mean;
    if ratio.is_finite() { Ok(ratio) } else { Err(Inefficient::Undefined(Undefined::NotFinite)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(efficiency(Ok(0.5), &[Ok(1.5), Err(Undefined::NoTrades), Ok(0.5)]), Ok(0.5));
        assert_eq!(efficiency(Ok(-0.5), &[Ok(1.0)]), Ok(-0.5));
        assert_eq!(efficiency(Ok(-0.5), &[Ok(-1.0)]), Err(Inefficient::NoGainInSample));
        let why = Inefficient::Undefined(Undefined::NoTrades);
        assert_eq!(efficiency(Ok(1.0), &[Err(Undefined::NoTrades)]), Err(why));
        let why = Inefficient::Undefined(Undefined::Ruin);
        assert_eq!(efficiency(Err(Undefined::Ruin), &[Ok(1.0)]), Err(why));
    }
}
