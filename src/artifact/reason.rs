use crate::stats::Statistic;

/// A statistic as a value column and the `_reason` column beside it.
pub fn explained(statistic: Statistic) -> (Option<f64>, Option<String>) {
    match statistic {
        Ok(value) => (Some(value), None),
        Err(undefined) => (None, Some(undefined.name().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Undefined;

    #[test]
    fn one_of_the_two_is_there() {
        assert_eq!(explained(Ok(1.5)), (Some(1.5), None));
        assert_eq!(explained(Err(Undefined::NoTrades)), (None, Some("no_trades".to_owned())));
    }
}
