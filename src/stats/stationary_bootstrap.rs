use rand::Rng;

/// Stationary bootstrap (Politis and Romano 1994, JASA 89, 1303-1313): resampled indices run on in blocks of
/// geometric length and wrap around the end, so the resampled series is stationary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StationaryBootstrap {
    bars: usize,
    fresh: f64,
    /// `1 / ln(1 - fresh)`: the logarithm of a uniform number times this is the length of a block less one.
    scale: f64,
}

/// `length` bars that follow each other from `start` on; the bar after the last is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub start: usize,
    pub length: usize,
}

impl StationaryBootstrap {
    /// Indices into `bars` values with blocks of `block_length` on average; a length below 1 is 1.
    pub fn new(bars: usize, block_length: f64) -> Self {
        let fresh = 1.0 / block_length.max(1.0);
        Self { bars, fresh, scale: (-fresh).ln_1p().recip() }
    }

    /// The probability with which a bar starts a new block.
    pub const fn fresh(&self) -> f64 {
        self.fresh
    }

    /// The blocks of one resample of `length` bars, the last of them cut to fit. None when there are no values.
    pub fn blocks<'r, R: Rng>(&self, rng: &'r mut R, length: usize) -> Blocks<'r, R> {
        Blocks { rule: *self, rng, left: if self.bars == 0 { 0 } else { length } }
    }

    /// Fills `indices` with one resample. Nothing is written when there are no values to draw from.
    pub fn draw(&self, rng: &mut impl Rng, indices: &mut [usize]) {
        let mut rest = indices;
        for block in self.blocks(rng, rest.len()) {
            let (now, later) = rest.split_at_mut(block.length);
            self.expand(block, now);
            rest = later;
        }
    }

    fn expand(&self, block: Block, indices: &mut [usize]) {
        let mut at = block.start;
        for index in indices {
            *index = at;
            at = if at + 1 < self.bars { at + 1 } else { 0 };
        }
    }

    /// One random word makes a block. The word times the number of bars has the start in its upper half; what is
    /// left in the lower half is uniform whatever the start, and its logarithm makes the length.
    fn block(&self, word: u64) -> Block {
        let product = u128::from(word) * self.bars as u128;
        let start = (product >> 64) as usize;
        // In (0, 1], on a grid of 2^-53.
        let uniform = ((product as u64 >> 11) + 1) as f64 * (0.5 / (1_u64 << 52) as f64);
        Block { start, length: 1 + (uniform.ln() * self.scale) as usize }
    }
}

/// See [`StationaryBootstrap::blocks`].
#[derive(Debug)]
pub struct Blocks<'r, R> {
    rule: StationaryBootstrap,
    rng: &'r mut R,
    left: usize,
}

impl<R: Rng> Iterator for Blocks<'_, R> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        if self.left == 0 {
            return None;
        }
        let block = self.rule.block(self.rng.next_u64());
        let length = block.length.min(self.left);
        self.left -= length;
        Some(Block { length, ..block })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    /// The worked example: a fresh block where u < p, else the next index modulo n.
    #[test]
    fn blocks_run_on_and_wrap() {
        let rule = StationaryBootstrap::new(8, 4.0);
        let uniform = [0.1, 0.5, 0.9, 0.2, 0.7, 0.24, 0.25, 0.8];
        let starts = [3, 0, 0, 7, 1, 5, 2, 6];
        let fresh: Vec<usize> = (0..8).filter(|&at| at == 0 || uniform[at] < rule.fresh()).collect();
        let mut indices = [0; 8];
        for (place, &from) in fresh.iter().enumerate() {
            let to = fresh.get(place + 1).copied().unwrap_or(8);
            rule.expand(Block { start: starts[from], length: to - from }, &mut indices[from..to]);
        }
        assert_eq!(indices, [3, 4, 5, 7, 0, 5, 6, 7]);
    }

    #[test]
    fn blocks_have_the_length_asked_for_and_cover_all_bars_evenly() {
        let bars = 50;
        let mut indices = vec![0; 200_000];
        StationaryBootstrap::new(bars, 10.0).draw(&mut Seed::new(11).rng(), &mut indices);
        let breaks = indices.windows(2).filter(|pair| pair[1] != (pair[0] + 1) % bars).count();
        // One fresh start in fifty happens to continue the block.
        let length = indices.len() as f64 * (1.0 - 1.0 / bars as f64) / breaks as f64;
        assert!((length - 10.0).abs() < 0.3, "mean block length {length}");
        let mut seen = vec![0_i32; bars];
        indices.iter().for_each(|&index| seen[index] += 1);
        assert!(seen.iter().all(|&count| (count - 4000).abs() < 800), "{seen:?}");
    }

    /// A chi-square test of (half of the series, length of the block) against the product of a uniform and a
    /// geometric law: one word must not tie the two together.
    #[test]
    fn starts_and_lengths_are_independent_and_geometric() {
        let (bars, fresh, draws) = (37, 0.2_f64, 200_000);
        let rule = StationaryBootstrap::new(bars, 1.0 / fresh);
        let mut rng = Seed::new(3).rng();
        let (starts, lengths) = (4, 12);
        let mut seen = vec![0.0; starts * lengths];
        for _ in 0..draws {
            let block = rule.block(rng.next_u64());
            seen[block.start * starts / bars * lengths + block.length.min(lengths) - 1] += 1.0;
        }
        let mut distance = 0.0;
        for quarter in 0..starts {
            let share = (0..bars).filter(|start| start * starts / bars == quarter).count() as f64 / bars as f64;
            for length in 1..=lengths {
                let stay = (1.0 - fresh).powi(length as i32 - 1);
                let expected = draws as f64 * share * if length == lengths { stay } else { stay * fresh };
                distance += (seen[quarter * lengths + length - 1] - expected).powi(2) / expected;
            }
        }
        // 47 degrees of freedom: 99.9% lie below 82.7.
        assert!(distance < 82.7, "chi-square {distance}");
    }

    #[test]
    fn blocks_of_one_bar_and_longer_than_the_series() {
        let mut rng = Seed::new(9).rng();
        let single: Vec<_> = StationaryBootstrap::new(5, 0.3).blocks(&mut rng, 12).collect();
        assert!(single.len() == 12 && single.iter().all(|block| block.length == 1));
        let mut indices = [0; 12];
        StationaryBootstrap::new(5, 1e18).draw(&mut rng, &mut indices);
        assert!(indices.windows(2).all(|pair| pair[1] == (pair[0] + 1) % 5), "{indices:?}");
    }

    #[test]
    fn same_seed_same_indices_and_an_empty_series_draws_nothing() {
        let draw = |bars| {
            let mut indices = [usize::MAX; 40];
            StationaryBootstrap::new(bars, 3.0).draw(&mut Seed::new(5).rng(), &mut indices);
            indices
        };
        assert_eq!(draw(9), draw(9));
        assert_eq!(draw(0), [usize::MAX; 40]);
    }
}
