use std::ops::Range;

/// Bars of a block: short enough to scan, long enough that the table of blocks stays small.
const BLOCK: usize = 16;

/// The least and the greatest of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    pub low: f64,
    pub high: f64,
}

impl Reach {
    const NONE: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };

    const fn at(value: f64) -> Self {
        Self { low: value, high: value }
    }

    fn with(self, other: Self) -> Self {
        Self {
            low: if other.low < self.low { other.low } else { self.low },
            high: if other.high > self.high { other.high } else { self.high },
        }
    }

    /// In lanes: a chain of comparisons would take longer than the rest of the work.
    pub fn of(values: &[f64]) -> Self {
        const LANES: usize = 4;
        let mut lanes = [Self::NONE; LANES];
        let (whole, rest) = values.as_chunks::<LANES>();
        for chunk in whole {
            for (lane, &value) in lanes.iter_mut().zip(chunk) {
                *lane = lane.with(Self::at(value));
            }
        }
        for (lane, &value) in lanes.iter_mut().zip(rest) {
            *lane = lane.with(Self::at(value));
        }
        lanes[0].with(lanes[1]).with(lanes[2].with(lanes[3]))
    }
}

/// The least and the greatest value of any range in constant time and linear memory: blocks with their running
/// extremes from both ends, and over whole blocks a sparse table (Bender and Farach-Colton 2000, LATIN, 88-94).
#[derive(Debug, Clone)]
pub(super) struct Extremes {
    /// From the start of the block up to and including the value.
    so_far: Vec<Reach>,
    /// From the value to the end of its block.
    to_come: Vec<Reach>,
    /// `spans[k][b]`: of the 2^k blocks from `b` on.
    spans: Vec<Vec<Reach>>,
}

impl Extremes {
    pub fn of(values: &[f64]) -> Self {
        let (mut so_far, mut to_come) = (Vec::with_capacity(values.len()), vec![Reach::NONE; values.len()]);
        let mut blocks = Vec::with_capacity(values.len().div_ceil(BLOCK));
        for (index, block) in values.chunks(BLOCK).enumerate() {
            let mut reach = Reach::NONE;
            for &value in block {
                reach = reach.with(Reach::at(value));
                so_far.push(reach);
            }
            blocks.push(reach);
            let mut reach = Reach::NONE;
            for (offset, &value) in block.iter().enumerate().rev() {
                reach = reach.with(Reach::at(value));
                to_come[index * BLOCK + offset] = reach;
            }
        }
        let mut spans = vec![blocks];
        let mut length = 1;
        while let Some(half) = spans.last()
            && half.len() > length
        {
            let doubled = half.iter().zip(&half[length..]).map(|(left, right)| left.with(*right)).collect();
            spans.push(doubled);
            length *= 2;
        }
        Self { so_far, to_come, spans }
    }

    /// Of `values[range]`, where `values` is what this was made of and the range is not empty.
    #[inline]
    pub fn within(&self, values: &[f64], range: Range<usize>) -> Reach {
        let last = range.end - 1;
        let (first_block, last_block) = (range.start / BLOCK, last / BLOCK);
        if first_block == last_block {
            return Reach::of(&values[range]);
        }
        let ends = self.to_come[range.start].with(self.so_far[last]);
        let whole = last_block - first_block - 1;
        if whole == 0 {
            return ends;
        }
        let level = whole.ilog2() as usize;
        let span = &self.spans[level];
        ends.with(span[first_block + 1]).with(span[last_block - (1 << level)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_of_a_walk() {
        let values: Vec<f64> = (0..150).map(|i| f64::from(i * 7919 % 151)).collect();
        let extremes = Extremes::of(&values);
        for start in 0..values.len() {
            for end in start + 1..=values.len() {
                let slow = values[start..end].iter().fold(Reach::NONE, |reach, &value| reach.with(Reach::at(value)));
                assert_eq!(extremes.within(&values, start..end), slow, "{start}..{end}");
            }
        }
    }
}
