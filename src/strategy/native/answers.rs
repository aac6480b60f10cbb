use super::machine::{Moves, Said};
use crate::strategy::{Answers, Change, Changes};

/// What a finished run said, read as the worker's host reads it: clipped to [-1, 1], a zero without its sign.
/// Takes the targets with it.
///
/// # Errors
/// The first bar whose target is infinite: CPython refuses it there, with its own words.
pub fn read(said: &mut Said) -> Result<Answers, usize> {
    let (mut clipped, mut infinite) = (0, false);
    let mut targets = std::mem::take(&mut said.targets);
    for target in &mut targets {
        let size = target.abs();
        infinite |= size == f64::INFINITY;
        clipped += usize::from(size > 1.0);
        // Adding zero takes the sign of a zero and leaves everything else as it is, NaN too.
        *target = if size > 1.0 && !infinite { target.signum() } else { *target + 0.0 };
    }
    if infinite {
        return Err(targets.iter().position(|target| target.is_infinite()).unwrap_or(0));
    }
    let confidence = (said.confident > 0).then(|| said.confidence_sum / said.confident as f64);
    Ok(Answers { targets, clipped, confidence })
}

/// The same of a run that was told where its target changes.
///
/// # Errors
/// As [`read`].
pub fn read_moves(moves: &Moves) -> Result<Changes, usize> {
    if let Some(bar) = moves.infinite() {
        return Err(bar);
    }
    let confidence = (moves.confident > 0).then(|| moves.confidence_sum / moves.confident as f64);
    Ok(Changes { changes: moves.changes.clone(), clipped: moves.clipped, confidence })
}

/// Bit for bit. The bar of the first change that differs, or `confidence` or `clipped`.
pub fn changes_differ(cpython: &Changes, native: &Changes) -> Option<(Option<usize>, String, String, String)> {
    let same = |a: &Change, b: &Change| a.bar == b.bar && a.target.to_bits() == b.target.to_bits();
    let longest = cpython.changes.len().max(native.changes.len());
    let pair = |index: usize| (cpython.changes.get(index), native.changes.get(index));
    let parts = |index: &usize| !matches!(pair(*index), (Some(a), Some(b)) if same(a, b));
    if let Some(index) = (0..longest).find(parts) {
        let (a, b) = pair(index);
        let bar = [a, b].into_iter().flatten().map(|change| change.bar).min();
        return Some((bar, "change of target".to_owned(), format!("{a:?}"), format!("{b:?}")));
    }
    let rest =
        |changes: &Changes| Answers { targets: Vec::new(), clipped: changes.clipped, confidence: changes.confidence };
    difference(&rest(cpython), &rest(native))
}

/// Bit for bit; NaN, "as before", equals NaN. The first bar that differs, or `confidence` or `clipped`.
pub fn difference(cpython: &Answers, native: &Answers) -> Option<(Option<usize>, String, String, String)> {
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
    if cpython.targets.len() != native.targets.len() {
        let bars = |answers: &Answers| format!("{} bars", answers.targets.len());
        return Some((None, "answers".to_owned(), bars(cpython), bars(native)));
    }
    if let Some(bar) = cpython.targets.iter().zip(&native.targets).position(|(&a, &b)| !same(a, b)) {
        let target = |answers: &Answers| format!("{:?}", answers.targets[bar]);
        return Some((Some(bar), "answer".to_owned(), target(cpython), target(native)));
    }
    if cpython.confidence.map(f64::to_bits) != native.confidence.map(f64::to_bits) {
        let shown = |answers: &Answers| format!("{:?}", answers.confidence);
        return Some((None, "confidence".to_owned(), shown(cpython), shown(native)));
    }
    (cpython.clipped != native.clipped).then(|| {
        let shown = |answers: &Answers| format!("{} clipped", answers.clipped);
        (None, "clipping".to_owned(), shown(cpython), shown(native))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_clipped_and_counted_and_infinity_is_refused() {
        let mut said = Said { targets: vec![-0.0, 3.0, f64::NAN, -0.5], confidence_sum: 1.0, confident: 2 };
        let answers = read(&mut said).unwrap();
        assert_eq!(answers.targets[0].to_bits(), 0.0_f64.to_bits());
        assert_eq!((answers.targets[1], answers.targets[3]), (1.0, -0.5));
        assert!(answers.targets[2].is_nan());
        assert_eq!((answers.clipped, answers.confidence), (1, Some(0.5)));
        assert_eq!(
            read(&mut Said { targets: vec![0.0, 5.0, f64::INFINITY, f64::NEG_INFINITY], ..Said::default() }),
            Err(2)
        );
    }

    #[test]
    fn changes_are_read_as_answers_are() {
        let targets = vec![f64::NAN, 3.0, 1.0, f64::NAN, -0.0, -0.25];
        let said = Said { targets, confidence_sum: 1.0, confident: 4 };
        let mut moves = Moves { said: said.clone(), ..Moves::default() };
        moves.hear();
        let native = read_moves(&moves).unwrap();
        let cpython = Changes::of(&read(&mut said.clone()).unwrap());
        assert_eq!(changes_differ(&cpython, &native), None);
        let mut other = native.clone();
        other.changes.pop();
        assert_eq!(changes_differ(&cpython, &other).unwrap().0, Some(5));
        other = Changes { clipped: 7, ..native };
        assert_eq!(changes_differ(&cpython, &other).unwrap().1, "clipping");
    }

    #[test]
    fn a_difference_is_told_where_it_is() {
        let one = Answers { targets: vec![f64::NAN, 1.0], clipped: 0, confidence: None };
        assert_eq!(difference(&one, &one.clone()), None);
        let other = Answers { targets: vec![f64::NAN, 0.5], ..one.clone() };
        assert_eq!(difference(&one, &other).unwrap().0, Some(1));
        assert_eq!(difference(&one, &Answers { confidence: Some(0.5), ..one.clone() }).unwrap().1, "confidence");
    }
}
