use super::machine::Said;
use crate::strategy::Answers;

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
    fn a_difference_is_told_where_it_is() {
        let one = Answers { targets: vec![f64::NAN, 1.0], clipped: 0, confidence: None };
        assert_eq!(difference(&one, &one.clone()), None);
        let other = Answers { targets: vec![f64::NAN, 0.5], ..one.clone() };
        assert_eq!(difference(&one, &other).unwrap().0, Some(1));
        assert_eq!(difference(&one, &Answers { confidence: Some(0.5), ..one.clone() }).unwrap().1, "confidence");
    }
}
