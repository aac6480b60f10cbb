use rand::{Rng, RngExt};

/// Stationary bootstrap (Politis and Romano 1994, JASA 89, 1303-1313): resampled indices run on in blocks of
/// geometric length and wrap around the end, so the resampled series is stationary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StationaryBootstrap {
    bars: usize,
    fresh: f64,
}

impl StationaryBootstrap {
    /// Indices into `bars` values with blocks of `block_length` on average; a length below 1 is 1.
    pub fn new(bars: usize, block_length: f64) -> Self {
        Self { bars, fresh: 1.0 / block_length.max(1.0) }
    }

    /// Fills `indices` with one resample. Nothing is written when there are no values to draw from.
    pub fn draw(&self, rng: &mut impl Rng, indices: &mut [usize]) {
        if self.bars == 0 {
            return;
        }
        let mut before = None;
        for index in indices {
            let start = match before {
                Some(_) if rng.random::<f64>() >= self.fresh => None,
                _ => Some(rng.random_range(0..self.bars)),
            };
            *index = self.next(before, start);
            before = Some(*index);
        }
    }

    fn next(&self, before: Option<usize>, start: Option<usize>) -> usize {
        match (start, before) {
            (Some(start), _) => start,
            (None, Some(before)) if before + 1 < self.bars => before + 1,
            (None, _) => 0,
        }
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
        let mut before = None;
        let indices = uniform.iter().zip(starts).map(|(&u, start)| {
            let next = rule.next(before, (before.is_none() || u < rule.fresh).then_some(start));
            before = Some(next);
            next
        });
        assert_eq!(indices.collect::<Vec<_>>(), [3, 4, 5, 7, 0, 5, 6, 7]);
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
