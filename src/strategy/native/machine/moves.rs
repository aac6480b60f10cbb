use super::Said;
use crate::strategy::Change;

/// What one run answers, told where the target changes, as the worker's host reads it: clipped to [-1, 1], a zero
/// without its sign.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Moves {
    /// The first is against a target of zero. One that is infinite, which CPython refuses, stands as it was said.
    pub changes: Vec<Change>,
    /// Finite targets outside [-1, 1].
    pub clipped: usize,
    pub confidence_sum: f64,
    pub confident: usize,
    /// For who answers a target per bar.
    pub said: Said,
    /// For who looks ahead: a bit per bar.
    pub events: Vec<u64>,
}

impl Moves {
    /// Takes them from `said`, whose run is done.
    pub fn hear(&mut self) {
        self.changes.clear();
        (self.clipped, self.confidence_sum, self.confident) = (0, self.said.confidence_sum, self.said.confident);
        let mut last = 0.0;
        for (bar, &target) in self.said.targets.iter().enumerate() {
            if target == last || target.is_nan() {
                continue;
            }
            let beyond = target.abs() > 1.0 && target.is_finite();
            self.clipped += usize::from(beyond);
            let target = if beyond { target.signum() } else { target };
            if target != last {
                // Adding zero takes the sign of a zero.
                last = target + 0.0;
                self.changes.push(Change { bar, target: last });
            }
        }
    }

    /// The first bar whose target is infinite.
    pub fn infinite(&self) -> Option<usize> {
        self.changes.iter().find(|change| change.target.is_infinite()).map(|change| change.bar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told_and_every_clip_is_counted() {
        let targets = vec![-0.0, f64::NAN, 3.0, 1.0, 7.0, f64::NAN, -0.0, 0.0, -0.5, f64::INFINITY];
        let said = Said { targets, confidence_sum: 0.5, confident: 1 };
        let mut moves = Moves { said, ..Moves::default() };
        moves.hear();
        let changes: Vec<_> = moves.changes.iter().map(|change| (change.bar, change.target)).collect();
        assert_eq!(changes, [(2, 1.0), (6, 0.0), (8, -0.5), (9, f64::INFINITY)]);
        assert!(moves.changes[1].target.is_sign_positive());
        assert_eq!((moves.clipped, moves.confident, moves.infinite()), (2, 1, Some(9)));
    }
}
