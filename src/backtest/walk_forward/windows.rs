use std::ops::Range;

/// Where the training windows begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// Every window is as long as the first.
    Rolling,
    /// Every window begins at the first bar.
    Anchored,
}

impl Scheme {
    pub const ALL: [Self; 2] = [Self::Rolling, Self::Anchored];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Rolling => "rolling",
            Self::Anchored => "anchored",
        }
    }
}

/// Lengths in bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    pub train: usize,
    pub test: usize,
    /// Between the last training bar and the first of the piece: neither trained on nor traded.
    pub gap: usize,
}

/// Bars that parameters are searched on, and the later piece they are traded on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub train: Range<usize>,
    pub test: Range<usize>,
}

/// The windows of `bars` bars, oldest first. Pieces follow each other without a gap, and the last takes what
/// remains; none where not even one fits.
pub fn windows(bars: usize, scheme: Scheme, lengths: Lengths) -> Vec<Window> {
    let first = lengths.train + lengths.gap;
    let count = bars.saturating_sub(first).checked_div(lengths.test).unwrap_or(0);
    (0..count)
        .map(|index| {
            let start = first + index * lengths.test;
            let end = if index + 1 == count { bars } else { start + lengths.test };
            let trained = start - lengths.gap;
            let from = match scheme {
                Scheme::Rolling => trained - lengths.train,
                Scheme::Anchored => 0,
            };
            Window { train: from..trained, test: start..end }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        let lengths = Lengths { train: 10, test: 4, gap: 3 };
        let rolling = windows(23, Scheme::Rolling, lengths);
        let by_hand = [Window { train: 0..10, test: 13..17 }, Window { train: 4..14, test: 17..23 }];
        assert_eq!(rolling, by_hand);
        let anchored = windows(23, Scheme::Anchored, lengths);
        assert_eq!(anchored[1], Window { train: 0..14, test: 17..23 });
        assert!(windows(16, Scheme::Rolling, lengths).is_empty());
        assert_eq!(windows(17, Scheme::Rolling, lengths).len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_training_bar_comes_within_the_gap_of_its_piece(
            bars in 0..4000_usize, train in 1..900_usize, test in 1..400_usize, gap in 0..200_usize,
        ) {
            for scheme in Scheme::ALL {
                let found = windows(bars, scheme, Lengths { train, test, gap });
                for window in &found {
                    prop_assert_eq!(window.train.end + gap, window.test.start);
                    prop_assert!(window.train.len() >= train && window.test.len() >= test);
                }
                for pair in found.windows(2) {
                    prop_assert_eq!(pair[0].test.end, pair[1].test.start);
                }
                if let Some(last) = found.last() {
                    prop_assert_eq!(last.test.end, bars);
                }
            }
        }
    }
}
