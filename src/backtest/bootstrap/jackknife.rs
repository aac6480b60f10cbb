use crate::stats::Statistic;
use std::ops::Range;

/// Blocks that are left out one at a time: more would not make the acceleration any better.
const MOST: usize = 200;

/// The statistic without each block of `length` bars in turn (the delete-block jackknife); the last block takes
/// the remainder. None where it is undefined without one of them, or where there are fewer than two blocks.
pub fn without_each_block(bars: usize, length: f64, statistic: impl Fn(Range<usize>) -> Statistic) -> Option<Vec<f64>> {
    let length = (length.ceil() as usize).max(bars.div_ceil(MOST)).max(1);
    let blocks = bars / length;
    if blocks < 2 {
        return None;
    }
    (0..blocks)
        .map(|block| {
            let end = if block + 1 == blocks { bars } else { (block + 1) * length };
            statistic(block * length..end).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Undefined;

    #[test]
    fn blocks_cover_the_bars_once() {
        let found = without_each_block(10, 3.0, |block| Ok((block.start * 100 + block.end) as f64));
        assert_eq!(found, Some(vec![3.0, 306.0, 610.0]));
        assert_eq!(without_each_block(10, 6.0, |_| Ok(0.0)), None);
        assert_eq!(without_each_block(10, 2.0, |_| Err(Undefined::NoLosses)), None);
        assert_eq!(without_each_block(10_000, 1.0, |_| Ok(0.0)).map(|found| found.len()), Some(MOST));
    }
}
