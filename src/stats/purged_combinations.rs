use super::Undefined;
use std::ops::Range;

/// Combinatorial purged cross-validation (Lopez de Prado 2018, Advances in Financial Machine Learning, chapters 7 and
/// 12): the bars are cut into groups of almost equal size, every choice of `test_groups` of them is tested once, and
/// the tested pieces join into whole paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgedCombinations {
    bars: usize,
    groups: usize,
    test_groups: usize,
    gaps: Gaps,
}

/// Bars kept out of training around each tested piece.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gaps {
    /// A position opened on a training bar may be held this many bars: as many before a tested piece are purged.
    pub holding: usize,
    /// A training bar looks back this many bars: as many after a tested piece are purged.
    pub look_back: usize,
    /// As many again after that, for what memory the market itself has.
    pub embargo: usize,
}

/// One way to divide the bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Numbers of the groups that are tested, ascending.
    pub tested: Vec<usize>,
    /// Bars, ascending; neighbouring groups make one piece.
    pub test: Vec<Range<usize>>,
    /// What is left after purge and embargo, ascending.
    pub train: Vec<Range<usize>>,
}

/// A piece of a path: this group, as tested by this split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub group: usize,
    pub split: usize,
}

impl PurgedCombinations {
    /// # Errors
    /// `TooFewBars` where there are fewer bars than groups, or not at least one group to test and one to train on.
    pub fn new(bars: usize, groups: usize, test_groups: usize, gaps: Gaps) -> Result<Self, Undefined> {
        if test_groups == 0 || test_groups >= groups || bars < groups {
            return Err(Undefined::TooFewBars);
        }
        Ok(Self { bars, groups, test_groups, gaps })
    }

    /// The bars of a group; the first `bars % groups` have one more than the others.
    pub fn group(&self, number: usize) -> Range<usize> {
        let (length, longer) = (self.bars / self.groups, self.bars % self.groups);
        let start = |number: usize| number * length + number.min(longer);
        start(number)..start(number + 1)
    }

    /// All `C(groups, test_groups)` splits, in the lexicographic order of the tested groups. The training bars of a
    /// split may be none where the gaps are wider than the groups.
    pub fn splits(&self) -> impl Iterator<Item = Split> {
        self.combinations().map(|tested| self.split(tested))
    }

    /// The `test_groups / groups * C(groups, test_groups)` paths, each with every group once. Path j has from each
    /// group the j-th split that tests it, so no piece is used twice.
    pub fn paths(&self) -> Vec<Vec<Piece>> {
        let mut paths: Vec<Vec<Piece>> = Vec::new();
        for group in 0..self.groups {
            let testing = self.combinations().enumerate().filter(|(_, tested)| tested.contains(&group));
            for (path, (split, _)) in testing.enumerate() {
                if path == paths.len() {
                    paths.push(Vec::new());
                }
                paths[path].push(Piece { group, split });
            }
        }
        paths
    }

    fn combinations(&self) -> impl Iterator<Item = Vec<usize>> {
        let (groups, size) = (self.groups, self.test_groups);
        std::iter::successors(Some((0..size).collect()), move |tested: &Vec<usize>| {
            // The last place that can still move moves on, and all after it follow.
            let place = (0..size).rev().find(|&place| tested[place] < groups - size + place)?;
            let next = tested[..place].iter().copied().chain((tested[place] + 1..).take(size - place));
            Some(next.collect())
        })
    }

    fn split(&self, tested: Vec<usize>) -> Split {
        let mut test: Vec<Range<usize>> = Vec::new();
        for &number in &tested {
            let group = self.group(number);
            match test.last_mut() {
                Some(piece) if piece.end == group.start => piece.end = group.end,
                _ => test.push(group),
            }
        }
        let mut train = Vec::new();
        let mut from = 0;
        for piece in &test {
            train.push(from..piece.start.saturating_sub(self.gaps.holding));
            from = piece.end + self.gaps.look_back + self.gaps.embargo;
        }
        train.push(from..self.bars);
        train.retain(|range| range.start < range.end);
        Split { tested, test, train }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn combinations(bars: usize, groups: usize, test_groups: usize, gaps: Gaps) -> PurgedCombinations {
        PurgedCombinations::new(bars, groups, test_groups, gaps).unwrap()
    }

    #[test]
    fn counts_are_those_of_the_book() {
        for (groups, test_groups, splits, paths) in [(6, 2, 15, 5), (10, 2, 45, 9), (8, 4, 70, 35), (5, 1, 5, 1)] {
            let rule = combinations(1000, groups, test_groups, Gaps::default());
            assert_eq!(rule.splits().count(), splits);
            let found = rule.paths();
            assert_eq!(found.len(), paths);
            let tested: Vec<_> = rule.splits().map(|split| split.tested).collect();
            let mut pieces: Vec<_> = found.concat().iter().map(|piece| (piece.group, piece.split)).collect();
            assert!(pieces.iter().all(|&(group, split)| tested[split].contains(&group)));
            for path in &found {
                assert!(path.iter().map(|piece| piece.group).eq(0..groups));
            }
            pieces.sort_unstable();
            pieces.dedup();
            assert_eq!(pieces.len(), splits * test_groups);
        }
    }

    /// Bar by bar: no training bar's holding period or look-back touches a tested bar, and the embargo holds; nothing
    /// else is left out.
    #[test]
    fn training_never_touches_the_test() {
        let gaps = Gaps { holding: 3, look_back: 5, embargo: 2 };
        let rule = combinations(103, 7, 3, gaps);
        assert_eq!((rule.group(0), rule.group(4), rule.group(5), rule.group(6)), (0..15, 60..75, 75..89, 89..103));
        for split in rule.splits() {
            let within = |ranges: &[Range<usize>], bar: usize| ranges.iter().any(|range| range.contains(&bar));
            for bar in 0..103 {
                let ahead = (bar..=bar + gaps.holding).any(|at| within(&split.test, at));
                let back = (bar.saturating_sub(gaps.look_back + gaps.embargo)..=bar).any(|at| within(&split.test, at));
                assert_eq!(within(&split.train, bar), !ahead && !back, "bar {bar} of {split:?}");
            }
        }
    }

    #[test]
    fn neighbouring_groups_are_one_piece_and_wide_gaps_leave_nothing() {
        let rule = combinations(60, 6, 2, Gaps { holding: 1, look_back: 4, embargo: 1 });
        let split = rule.splits().nth(5).unwrap();
        assert_eq!((split.tested, split.train), (vec![1, 2], vec![0..9, 35..60]));
        assert_eq!((split.test.len(), split.test[0].clone()), (1, 10..30));
        let wide = combinations(6, 3, 1, Gaps { holding: 9, look_back: 9, embargo: 0 });
        assert!(wide.splits().all(|split| split.train.is_empty()));
        for (bars, groups, test_groups) in [(10, 3, 0), (10, 3, 3), (2, 3, 1)] {
            let found = PurgedCombinations::new(bars, groups, test_groups, Gaps::default());
            assert_eq!(found, Err(Undefined::TooFewBars));
        }
    }
}
