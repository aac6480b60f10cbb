use super::Answers;
use std::ops::Range;

/// From the close of `bar` on, `target` is wanted. Bars count from the start of the span that is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
// Generated code writes them.
#[repr(C)]
pub struct Change {
    pub bar: usize,
    /// Exposure in [-1, 1], clipped.
    pub target: f64,
}

/// What one run said, told where the target changes; before the first change it is flat.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// In the order of bars, no two of one bar, no target the one before it.
    pub changes: Vec<Change>,
    /// As in [`Answers`].
    pub clipped: usize,
    pub confidence: Option<f64>,
}

impl Changes {
    pub fn of(answers: &Answers) -> Self {
        let Answers { targets, clipped, confidence } = answers;
        Self { changes: Exposures::new(targets).collect(), clipped: *clipped, confidence: *confidence }
    }

    /// Those of some bars as if they were all there are: they begin with what was wanted before.
    pub fn within(&self, bars: Range<usize>) -> Vec<Change> {
        let ahead = self.changes.partition_point(|change| change.bar <= bars.start);
        let held = self.changes[..ahead].last().filter(|held| held.target != 0.0);
        let begin = held.map(|held| Change { bar: 0, target: held.target });
        let rest = self.changes[ahead..].iter().take_while(|change| change.bar < bars.end);
        begin.into_iter().chain(rest.map(|change| Change { bar: change.bar - bars.start, ..*change })).collect()
    }
}

const CHUNK: usize = 8;

/// The changes in a list of exposures, one per bar; NaN means as before.
#[derive(Debug, Clone)]
pub struct Exposures<'a> {
    exposure: &'a [f64],
    /// The first bar that has not been looked at.
    asked: usize,
    last: f64,
}

impl<'a> Exposures<'a> {
    pub const fn new(exposure: &'a [f64]) -> Self {
        Self { exposure, asked: 0, last: 0.0 }
    }
}

impl Iterator for Exposures<'_> {
    type Item = Change;

    fn next(&mut self) -> Option<Change> {
        let last = self.last;
        while self.asked < self.exposure.len() {
            // By bits, a comparison a bar and nothing else, to which NaN and -0 look different.
            let rest = &self.exposure[self.asked..];
            let (chunks, _) = rest.as_chunks::<CHUNK>();
            let bits = last.to_bits();
            let alike = |chunk: &[f64; CHUNK]| chunk.iter().all(|now| now.to_bits() == bits);
            let calm = CHUNK * chunks.iter().position(|chunk| !alike(chunk)).unwrap_or(chunks.len());
            let near = &rest[calm..rest.len().min(calm + CHUNK)];
            let Some(ahead) = near.iter().position(|&now| now != last && !now.is_nan()) else {
                self.asked += calm + near.len();
                continue;
            };
            let bar = self.asked + calm + ahead;
            self.asked = bar + 1;
            self.last = self.exposure[bar];
            return Some(Change { bar, target: self.last });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_with_what_was_wanted_before() {
        let mut targets = vec![0.0, 1.0, f64::NAN, 0.0, f64::NAN, -0.5, -0.5, 1.0];
        let changes = Changes::of(&Answers { targets: targets.clone(), ..Answers::default() });
        targets = crate::strategy::exposure(&targets);
        for start in 0..targets.len() {
            for end in start..=targets.len() {
                let alone: Vec<Change> = Exposures::new(&targets[start..end]).collect();
                let part = if start == end { Vec::new() } else { changes.within(start..end) };
                assert_eq!(part, alone, "{start}..{end}");
            }
        }
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let nan = f64::NAN;
        let mut exposure = vec![0.0, nan, 1.0, 1.0, nan, 1.0, -0.5];
        exposure.extend([nan; 20]);
        exposure.extend([-0.5, 0.25]);
        let found: Vec<_> = Exposures::new(&exposure).map(|change| (change.bar, change.target)).collect();
        assert_eq!(found, [(2, 1.0), (6, -0.5), (28, 0.25)]);
        assert_eq!(Exposures::new(&[nan; 9]).next(), None);
    }
}
