use super::{Statistic, Undefined};

/// `statistic` of the series with one block left out, for every block: the delete-block jackknife for a dependent
/// series (Künsch 1989, Annals of Statistics 17, 1217-1241), over disjoint blocks whose lengths differ by at most one
/// bar. `block_length` is in bars, rounded up.
///
/// # Errors
/// `TooFewBlocks` where fewer than two blocks fit, and whatever the statistic says of a series without one.
pub fn block_jackknife(
    values: &[f64],
    block_length: f64,
    statistic: impl Fn(&[f64]) -> Statistic,
) -> Result<Vec<f64>, Undefined> {
    let bars = values.len();
    let blocks = bars / block_length.max(1.0).ceil() as usize;
    if blocks < 2 {
        return Err(Undefined::TooFewBlocks);
    }
    (0..blocks)
        .map(|block| {
            let (from, to) = (block * bars / blocks, (block + 1) * bars / blocks);
            statistic(&[&values[..from], &values[to..]].concat())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Spread;

    fn mean(values: &[f64]) -> Statistic {
        Spread::of(values).map(|spread| spread.mean)
    }

    #[test]
    fn blocks_of_one_leave_one_out() {
        let values = [1.0, 2.0, 3.0, 6.0];
        assert_eq!(block_jackknife(&values, 0.5, mean).unwrap(), [11.0 / 3.0, 10.0 / 3.0, 3.0, 2.0]);
    }

    #[test]
    fn every_bar_is_left_out_once() {
        let values: Vec<f64> = (0..11).map(f64::from).collect();
        let kept = block_jackknife(&values, 2.7, |kept| Ok(kept.len() as f64)).unwrap();
        assert_eq!(kept, [8.0, 7.0, 7.0]);
        assert_eq!(block_jackknife(&values, 6.0, mean), Err(Undefined::TooFewBlocks));
        assert_eq!(block_jackknife(&[], 1.0, mean), Err(Undefined::TooFewBlocks));
    }
}
