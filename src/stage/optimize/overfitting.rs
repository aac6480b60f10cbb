//! Cross-validation of the search itself: its trials run once more on the training paths, for their returns.

use super::Arena;
use crate::backtest::{Broken, Curves, Seats, curves};
use crate::optimize::search::{Evaluation, Trial};
use crate::optimize::space::Space;
use crate::stage::Failure;
use crate::stats::{ReturnSums, backtest_overfitting_of_blocks};
use crate::strategy::ParamSet;

/// S of the cross-validation: 12,870 ways to take half of them.
const BLOCKS: usize = 16;
/// Paths run at a time, so that memory does not grow with their number.
const CHUNK: usize = 32;

/// Probability of backtest overfitting of taking the best of `trials`, or why it is not known. Every path is cut into
/// sixteen parts, and a block of the cross-validation holds the same part of all of them: each half has seen every
/// scenario.
pub fn probability(
    arena: &Arena<'_>,
    seats: &Seats<'_>,
    space: &Space,
    trials: &[Trial],
) -> Result<Result<f64, String>, Failure> {
    let scored = |trial: &&Trial| matches!(trial.evaluation, Evaluation::Scored { .. });
    let sets: Vec<ParamSet> = trials.iter().filter(scored).map(|trial| space.changed(&trial.parameters)).collect();
    let stop = || arena.context.stop.requested();
    let mut sums = vec![vec![ReturnSums::default(); BLOCKS]; sets.len()];
    let mut bars = 0;
    for paths in arena.train.chunks(CHUNK) {
        let whole = |path: &crate::backtest::Path| 0..path.series.len();
        let found = curves(seats, paths, &sets, &arena.rules, &whole, &stop).ok_or_else(Failure::interrupted)?;
        let found = match found {
            Ok(found) => found,
            Err(broken) => return Ok(Err(why(&broken))),
        };
        for path in &found {
            bars += add(path, &mut sums);
        }
    }
    Ok(match backtest_overfitting_of_blocks(&sums, bars) {
        Ok(found) => Ok(found.probability),
        Err(undefined) => Err(format!("{} trials on {} paths: {}", sets.len(), arena.train.len(), undefined.name())),
    })
}

/// Adds a path to every block of every set; the answer is the bars that a block got. The last few bars of the path
/// may be left over.
fn add(path: &Curves, sums: &mut [Vec<ReturnSums>]) -> usize {
    let length = path.timestamp.len() / BLOCKS;
    if length == 0 {
        return 0;
    }
    for (returns, blocks) in path.returns.iter().zip(sums) {
        for (part, block) in returns.chunks_exact(length).zip(blocks) {
            block.add(ReturnSums::of(part));
        }
    }
    length
}

fn why(broken: &Broken) -> String {
    format!("a trial {} when it was run again: {}", broken.name(), broken.failure().message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_the_same_part_of_every_path() {
        let path = |bars: usize, from: f64| Curves {
            market: String::new(),
            timestamp: vec![0; bars],
            returns: vec![(0..bars).map(|bar| from + bar as f64).collect()],
            periods_per_year: 252.0,
        };
        let mut sums = vec![vec![ReturnSums::default(); BLOCKS]];
        // 35 bars: parts of two, three bars left over.
        let bars = add(&path(35, 0.0), &mut sums) + add(&path(16, 100.0), &mut sums);
        assert_eq!(bars, 3);
        let totals: Vec<f64> = sums[0].iter().map(|block| block.sum).collect();
        let expected: Vec<f64> = (0..16).map(|block| f64::from(4 * block + 1) + 100.0 + f64::from(block)).collect();
        assert_eq!(totals, expected);
    }
}
