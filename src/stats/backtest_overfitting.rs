use super::{Spread, Undefined, quantile, return_sums::ReturnSums, sample::sample};

/// What combinatorially symmetric cross-validation says of "take the configuration with the best Sharpe ratio".
/// Ratios are per bar.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestOverfitting {
    /// Blocks the bars were cut into, S.
    pub blocks: usize,
    /// Bars that fill S equal blocks; the last few of the series may be left over.
    pub bars: usize,
    /// All ways to take half of the blocks: `C(S, S / 2)`.
    pub splits: usize,
    /// Probability of backtest overfitting: the share of splits where the best of one half is at the median of the
    /// other half or below, logit <= 0.
    pub probability: f64,
    /// The same with logit < 0: at the median does not count.
    pub strict: f64,
    pub mean_logit: f64,
    pub median_logit: f64,
    /// How often each configuration was the best of its half.
    pub chosen: Vec<usize>,
    /// Splits in which what was chosen did not move in the other half, so that it has no ratio there. It ranks below
    /// all that have one, and the figures below leave these splits out.
    pub unmoved: usize,
    /// Share of splits where what was chosen lost in the other half.
    pub loss: f64,
    pub mean_in_sample: f64,
    pub mean_out_of_sample: f64,
    /// Least squares of the ratio out of sample on the one in sample; None where the latter does not vary.
    pub degradation: Option<Degradation>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degradation {
    pub slope: f64,
    pub intercept: f64,
}

/// The largest number of blocks: 184,756 splits.
pub const MAX_HALF: usize = 10;

/// Probability of backtest overfitting by CSCV (Bailey, Borwein, Lopez de Prado and Zhu 2017, Journal of Computational
/// Finance 20, 39-69) over `2 * half` blocks; `half` is 1 to [`MAX_HALF`]. One slice of returns per configuration.
///
/// In each split the configuration with the largest Sharpe ratio in one half gets its rank r among all K in the other
/// (middle ranks for ties), `w = r / (K + 1)`, `logit = ln(w / (1 - w))`. A half in which a configuration does not vary
/// gives it no ratio, which ranks below every number. Sums per block make a split cost S * K.
///
/// # Errors
/// `TooFewBars` below two configurations, where lengths differ, or where blocks would be shorter than two bars;
/// `ZeroVariance` where no configuration has a ratio in some half, or what was chosen never has one out of sample;
/// `NotFinite`.
///
/// # Panics
/// Where `half` is 0 or above [`MAX_HALF`].
pub fn backtest_overfitting(columns: &[&[f64]], half: usize) -> Result<BacktestOverfitting, Undefined> {
    assert!((1..=MAX_HALF).contains(&half), "{half} is not 1 to {MAX_HALF}");
    let blocks = 2 * half;
    let bars = columns.first().ok_or(Undefined::TooFewBars)?.len();
    let length = bars / blocks;
    if columns.len() < 2 || length < 2 || columns.iter().any(|column| column.len() != bars) {
        return Err(Undefined::TooFewBars);
    }
    for column in columns {
        sample(column, 1)?;
    }
    let sums: Vec<Vec<ReturnSums>> = columns
        .iter()
        .map(|column| column[..blocks * length].chunks_exact(length).map(ReturnSums::of).collect())
        .collect();
    backtest_overfitting_of_blocks(&sums, length)
}

/// The same from sums: for each configuration those of every block, in the same order and of the same `length` in
/// bars. A block may hold bars of many markets.
///
/// # Errors
/// `TooFewBars` below two configurations or two bars a block; `ZeroVariance` as above; `NotFinite`.
///
/// # Panics
/// Where blocks are not 2 to twice [`MAX_HALF`] and even, or not the same number everywhere.
pub fn backtest_overfitting_of_blocks(
    columns: &[Vec<ReturnSums>],
    length: usize,
) -> Result<BacktestOverfitting, Undefined> {
    let blocks = columns.first().ok_or(Undefined::TooFewBars)?.len();
    assert!(blocks % 2 == 0 && (1..=MAX_HALF).contains(&(blocks / 2)), "{blocks} blocks");
    assert!(columns.iter().all(|column| column.len() == blocks), "as many blocks everywhere");
    if columns.len() < 2 || length < 2 {
        return Err(Undefined::TooFewBars);
    }
    if columns.iter().flatten().any(|sums| !sums.squares.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    // One row for each block, one entry for each configuration.
    let sums: Vec<ReturnSums> = (0..blocks).flat_map(|block| columns.iter().map(move |column| column[block])).collect();
    let outcomes: Vec<Outcome> = halves(blocks)
        .map(|train| outcome(&sums, blocks, train, blocks / 2 * length))
        .collect::<Option<_>>()
        .ok_or(Undefined::ZeroVariance)?;
    summarise(&outcomes, columns.len(), blocks, blocks * length)
}

/// Every choice of half of the blocks, a bit for each, in ascending order.
fn halves(blocks: usize) -> impl Iterator<Item = u32> {
    let first = (1_u32 << (blocks / 2)) - 1;
    std::iter::successors(Some(first), move |&set| {
        // The next number with as many bits (Gosper): carry the lowest run up, and its rest down to the end.
        let lowest = set & set.wrapping_neg();
        let carried = set + lowest;
        let next = carried | (((set ^ carried) >> 2) / lowest);
        (next < 1 << blocks).then_some(next)
    })
}

struct Outcome {
    chosen: usize,
    logit: f64,
    in_sample: f64,
    out_of_sample: Option<f64>,
}

/// None where no configuration has a ratio in the training half.
fn outcome(sums: &[ReturnSums], blocks: usize, train: u32, bars: usize) -> Option<Outcome> {
    let columns = sums.len() / blocks;
    let ratios = |set: u32| {
        let mut totals = vec![ReturnSums::default(); columns];
        for (block, row) in sums.chunks_exact(columns).enumerate() {
            if set >> block & 1 == 1 {
                totals.iter_mut().zip(row).for_each(|(total, part)| total.add(*part));
            }
        }
        totals.into_iter().map(|total| total.sharpe(bars, 0.0)).collect::<Vec<_>>()
    };
    let mut best: Option<(usize, f64)> = None;
    for (column, ratio) in ratios(train).into_iter().enumerate() {
        if let Some(ratio) = ratio
            && best.is_none_or(|(_, so_far)| ratio > so_far)
        {
            best = Some((column, ratio));
        }
    }
    let (chosen, in_sample) = best?;
    // The sums of the other half are added up afresh, not taken from the total: equal columns stay exactly equal.
    let test = ratios(!train & ((1 << blocks) - 1));
    let own = test[chosen];
    // An Option orders None before every number, as it should.
    let below = test.iter().filter(|ratio| **ratio < own).count() as f64;
    let level = test.iter().filter(|ratio| **ratio == own).count() as f64;
    let share = (below + (level + 1.0) / 2.0) / (columns + 1) as f64;
    Some(Outcome { chosen, logit: (share / (1.0 - share)).ln(), in_sample, out_of_sample: own })
}

fn summarise(
    outcomes: &[Outcome],
    columns: usize,
    blocks: usize,
    bars: usize,
) -> Result<BacktestOverfitting, Undefined> {
    let splits = outcomes.len();
    let share = |count: usize, of: usize| count as f64 / of as f64;
    let logits: Vec<f64> = outcomes.iter().map(|outcome| outcome.logit).collect();
    let (ins, outs): (Vec<f64>, Vec<f64>) =
        outcomes.iter().filter_map(|outcome| Some((outcome.in_sample, outcome.out_of_sample?))).unzip();
    if outs.is_empty() {
        return Err(Undefined::ZeroVariance);
    }
    let mut chosen = vec![0; columns];
    for outcome in outcomes {
        chosen[outcome.chosen] += 1;
    }
    let (before, after) = (Spread::of(&ins)?, Spread::of(&outs)?);
    let degradation = (!before.is_constant()).then(|| {
        let cross: f64 = ins.iter().zip(&outs).map(|(x, y)| (x - before.mean) * (y - after.mean)).sum();
        let slope = cross / before.squares;
        Degradation { slope, intercept: after.mean - slope * before.mean }
    });
    Ok(BacktestOverfitting {
        blocks,
        bars,
        splits,
        probability: share(logits.iter().filter(|logit| **logit <= 0.0).count(), splits),
        strict: share(logits.iter().filter(|logit| **logit < 0.0).count(), splits),
        mean_logit: Spread::of(&logits)?.mean,
        median_logit: quantile(&logits, 0.5)?,
        chosen,
        unmoved: splits - outs.len(),
        loss: share(outs.iter().filter(|ratio| **ratio < 0.0).count(), outs.len()),
        mean_in_sample: before.mean,
        mean_out_of_sample: after.mean,
        degradation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use crate::stats::SharpeEstimate;
    use rand_distr::{Distribution, StandardNormal};

    fn noise(bars: usize, columns: usize, name: &str) -> Vec<Vec<f64>> {
        let mut rng = Seed::new(23).child(name).rng();
        let mut draw = || -> f64 { StandardNormal.sample(&mut rng) };
        (0..columns).map(|_| (0..bars).map(|_| 0.01 * draw()).collect()).collect()
    }

    fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
        columns.iter().map(Vec::as_slice).collect()
    }

    /// Splits by recursion, halves put together return by return, ranks by sorting.
    fn by_hand(columns: &[Vec<f64>], blocks: usize) -> Vec<f64> {
        fn choose(left: usize, from: usize, blocks: usize, so_far: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
            if left == 0 {
                return all.push(so_far.clone());
            }
            for block in from..blocks {
                so_far.push(block);
                choose(left - 1, block + 1, blocks, so_far, all);
                so_far.pop();
            }
        }
        let mut sets = Vec::new();
        choose(blocks / 2, 0, blocks, &mut Vec::new(), &mut sets);
        let length = columns[0].len() / blocks;
        let ratio = |column: &[f64], wanted: &dyn Fn(usize) -> bool| {
            let part: Vec<f64> =
                (0..blocks * length).filter(|bar| wanted(bar / length)).map(|bar| column[bar]).collect();
            SharpeEstimate::of(&part).unwrap().sharpe
        };
        let logit = |set: Vec<usize>| {
            let train: Vec<f64> = columns.iter().map(|column| ratio(column, &|block| set.contains(&block))).collect();
            let test: Vec<f64> = columns.iter().map(|column| ratio(column, &|block| !set.contains(&block))).collect();
            let best = (0..train.len()).max_by(|&a, &b| train[a].total_cmp(&train[b])).unwrap();
            let mut order: Vec<usize> = (0..test.len()).collect();
            order.sort_by(|&a, &b| test[a].total_cmp(&test[b]));
            let rank = order.iter().position(|&column| column == best).unwrap() + 1;
            let share = rank as f64 / (columns.len() + 1) as f64;
            (share / (1.0 - share)).ln()
        };
        sets.into_iter().map(logit).collect()
    }

    #[test]
    fn block_sums_change_nothing() {
        let columns = noise(803, 7, "by hand");
        let logits = by_hand(&columns, 8);
        let found = backtest_overfitting(&slices(&columns), 4).unwrap();
        assert_eq!((found.splits, logits.len(), found.bars), (70, 70, 800));
        assert_eq!(found.probability, logits.iter().filter(|logit| **logit <= 0.0).count() as f64 / 70.0);
        assert!((found.mean_logit - logits.iter().sum::<f64>() / 70.0).abs() < 1e-12);
        assert_eq!(found.chosen.iter().sum::<usize>(), 70);
    }

    #[test]
    fn one_that_is_better_everywhere_is_not_overfit() {
        let mut columns = noise(1600, 9, "dominant");
        columns[3].iter_mut().for_each(|value| *value += 0.01);
        let found = backtest_overfitting(&slices(&columns), 8).unwrap();
        assert_eq!((found.splits, found.probability, found.strict, found.loss), (12_870, 0.0, 0.0, 0.0));
        assert_eq!(found.chosen[3], 12_870);
    }

    #[test]
    fn of_noise_the_best_is_mediocre_on_average() {
        let sets = 60;
        let total: f64 = (0..sets)
            .map(|set| {
                let columns = noise(400, 19, &format!("null/{set}"));
                backtest_overfitting(&slices(&columns), 4).unwrap().probability
            })
            .sum();
        let mean = total / f64::from(sets);
        assert!((0.35..0.6).contains(&mean), "{mean}");
    }

    #[test]
    fn equal_columns_share_the_middle_rank() {
        let column = noise(160, 1, "ties").remove(0);
        let found = backtest_overfitting(&[&column, &column, &column], 4).unwrap();
        assert_eq!((found.probability, found.strict, found.median_logit), (1.0, 0.0, 0.0));
    }

    #[test]
    fn what_does_not_move_ranks_last_and_nothing_at_all_has_no_answer() {
        let mut columns = noise(80, 3, "flat");
        columns[0] = vec![0.0; 80];
        let found = backtest_overfitting(&slices(&columns), 2).unwrap();
        assert_eq!((found.chosen[0], found.unmoved), (0, 0));
        // Trades in the first half only: chosen there, it has no ratio in the second.
        columns[1] = [[0.02, 0.03].repeat(20), vec![0.0; 40]].concat();
        let found = backtest_overfitting(&slices(&columns), 1).unwrap();
        assert_eq!((found.splits, found.unmoved, found.chosen[1]), (2, 1, 1));
        assert!(found.median_logit < 0.0);
        assert_eq!(backtest_overfitting(&[&[0.0; 80], &[0.0; 80]], 2), Err(Undefined::ZeroVariance));
        assert_eq!(backtest_overfitting(&slices(&columns[..1]), 2), Err(Undefined::TooFewBars));
        assert_eq!(backtest_overfitting(&[&columns[0][..7], &columns[1][..7]], 2), Err(Undefined::TooFewBars));
        columns[2][5] = f64::NAN;
        assert_eq!(backtest_overfitting(&slices(&columns), 2), Err(Undefined::NotFinite));
    }
}
