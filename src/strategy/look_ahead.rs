//! Does a class answer for a bar from bars after it? Prefixes tell: what was answered for the past must not change
//! when the future is cut off. A class that is given the whole series has it at hand; one that is asked bar by bar
//! would have to look for it in the memory of its own process.

use super::{Answers, Executor, Failure, Outcome, ParamSet};
use crate::market::Series;
use std::slice;

/// Up to here every prefix is tried for the first bar that changes; a cheat usually shows at once.
const EXHAUSTIVE: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No answer changed at any cut.
    Causal,
    /// `first_bar` (zero-based) is the earliest bar whose answer was seen to change, when only the bars before
    /// `cut` were given.
    LooksAhead { first_bar: usize, cut: usize },
}

/// Runs `set` on the whole of `market` and on prefixes that end at about `cuts` evenly spread bars and just
/// before the last one, and compares the answers bit for bit; NaN, "as before", equals NaN. Where an answer
/// changed, shorter prefixes are tried to find the first.
///
/// A prefix on which the class raises (too few bars, say) tells nothing and is passed over.
///
/// # Errors
/// The failure of the whole run, of a prefix that was killed, or of the prefixes where all of them raised.
pub fn check(executor: &mut dyn Executor, market: &Series, set: &ParamSet, cuts: usize) -> Result<Verdict, Failure> {
    let full = answers(executor, market, set)??;
    let mut earliest: Option<(usize, usize)> = None;
    let (mut compared, mut untold) = (false, None);
    for cut in cut_points(market.len(), cuts) {
        match answers(executor, &market.slice(0..cut), set)? {
            Ok(prefix) => {
                compared = true;
                if let Some(bar) = first_change(&full, &prefix) {
                    earliest = earliest.filter(|(first, _)| *first <= bar).or(Some((bar, cut)));
                }
            }
            Err(failure) => untold = Some(failure),
        }
    }
    match (earliest, untold) {
        (Some((bar, cut)), _) => {
            let (first_bar, cut) = narrow(executor, market, set, &full, (bar, cut))?;
            Ok(Verdict::LooksAhead { first_bar, cut })
        }
        (None, Some(failure)) if !compared => Err(failure),
        (None, _) => Ok(Verdict::Causal),
    }
}

/// Whether `set` on `market` is answered twice alike. A class that tosses coins of its own changes its answers without
/// a look at the future.
///
/// # Errors
/// The failure of a run.
pub fn repeats(executor: &mut dyn Executor, market: &Series, set: &ParamSet) -> Result<bool, Failure> {
    let (once, again) = (answers(executor, market, set)??, answers(executor, market, set)??);
    Ok(first_change(&once, &again).is_none())
}

/// Ascending, without repeats, each between 1 and `bars - 1`; the last is `bars - 1`.
fn cut_points(bars: usize, cuts: usize) -> Vec<usize> {
    let mut points: Vec<usize> = (1..=cuts).map(|part| bars * part / (cuts + 1)).collect();
    points.push(bars.saturating_sub(1));
    points.retain(|&cut| cut >= 1 && cut < bars);
    points.dedup();
    points
}

/// Tries shorter prefixes: by halves down to [`EXHAUSTIVE`] bars, then all of them from the shortest.
fn narrow(
    executor: &mut dyn Executor,
    market: &Series,
    set: &ParamSet,
    full: &Answers,
    (mut bar, mut cut): (usize, usize),
) -> Result<(usize, usize), Failure> {
    let mut change = |length: usize| -> Result<Option<usize>, Failure> {
        let prefix = answers(executor, &market.slice(0..length), set)?.ok();
        Ok(prefix.and_then(|prefix| first_change(full, &prefix)))
    };
    // An earlier change shows in a prefix that ends at `bar` or before.
    let mut low = EXHAUSTIVE;
    while low < bar {
        let middle = low.midpoint(bar);
        match change(middle)? {
            Some(earlier) => (bar, cut) = (earlier, middle),
            None => low = middle + 1,
        }
    }
    for length in 1..=bar.min(EXHAUSTIVE) {
        if let Some(earlier) = change(length)? {
            return Ok(if earlier < bar { (earlier, length) } else { (bar, cut) });
        }
    }
    Ok((bar, cut))
}

fn first_change(full: &Answers, prefix: &Answers) -> Option<usize> {
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
    full.targets.iter().zip(&prefix.targets).position(|(&a, &b)| !same(a, b))
}

/// Inner error: the class raised. Outer error: the run was ended.
fn answers(executor: &mut dyn Executor, market: &Series, set: &ParamSet) -> Result<Result<Answers, Failure>, Failure> {
    let unanswered =
        |message: String| Failure { kind: super::FailureKind::Channel, message, file: None, line: None, bar: None };
    match executor.run(market, slice::from_ref(set)).pop() {
        Some(Outcome::Ok(answers)) => Ok(Ok(answers)),
        Some(Outcome::Raised(failure) | Outcome::Infeasible(failure)) => Ok(Err(failure)),
        Some(Outcome::Timeout(failure) | Outcome::Crash(failure)) => Err(failure),
        Some(Outcome::Bail { bar, why }) => Err(unanswered(format!("no CPython seat: it gave up at bar {bar}: {why}"))),
        None => Err(unanswered("the seat answered nothing".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::FailureKind;

    /// Answers what a function of the closes says.
    struct Seat(fn(&[f64]) -> Outcome);

    impl Executor for Seat {
        fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome> {
            sets.iter().map(|_| (self.0)(&market.close)).collect()
        }
    }

    fn told(targets: Vec<f64>) -> Outcome {
        Outcome::Ok(Answers { targets, clipped: 0, confidence: None })
    }

    fn verdict(seat: fn(&[f64]) -> Outcome) -> Result<Verdict, Failure> {
        let close: Vec<f64> = (0..200).map(|bar| f64::from((bar * 7919) % 101)).collect();
        let market = Series { timestamp: (0..200).collect(), close, ..Series::default() };
        let market = Series {
            open: market.close.clone(),
            high: market.close.clone(),
            low: market.close.clone(),
            volume: market.close.clone(),
            ..market
        };
        check(&mut Seat(seat), &market, &ParamSet::new(), 10)
    }

    fn sign(now: f64, then: f64) -> f64 {
        if then > now { 1.0 } else { 0.0 }
    }

    #[test]
    fn looking_back_is_causal_and_silence_equals_silence() {
        let back = |closes: &[f64]| {
            told(
                (0..closes.len())
                    .map(|bar| if bar == 0 { f64::NAN } else { sign(closes[bar - 1], closes[bar]) })
                    .collect(),
            )
        };
        assert_eq!(verdict(back), Ok(Verdict::Causal));
    }

    #[test]
    fn the_next_close_is_found_where_it_first_shows() {
        let cheat = |closes: &[f64]| {
            told(
                (0..closes.len()).map(|bar| closes.get(bar + 1).map_or(0.0, |&next| sign(closes[bar], next))).collect(),
            )
        };
        // The first close is the lowest: the answer at bar 0 is 1 with a next bar and 0 without.
        assert_eq!(verdict(cheat), Ok(Verdict::LooksAhead { first_bar: 0, cut: 1 }));
    }

    #[test]
    fn a_mean_of_the_whole_series_is_found() {
        let cheat = |closes: &[f64]| {
            let mean = closes.iter().sum::<f64>() / closes.len() as f64;
            told(closes.iter().map(|&close| sign(mean, close)).collect())
        };
        assert!(matches!(verdict(cheat), Ok(Verdict::LooksAhead { .. })));
    }

    #[test]
    fn who_tosses_coins_does_not_repeat_himself() {
        use std::sync::atomic::{AtomicU64, Ordering};
        static TOSSES: AtomicU64 = AtomicU64::new(0);
        let tossing: fn(&[f64]) -> Outcome = |closes| {
            let coin = if TOSSES.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) { 1.0 } else { 0.0 };
            told(vec![coin; closes.len()])
        };
        let steady: fn(&[f64]) -> Outcome = |closes| told(vec![f64::NAN; closes.len()]);
        let market = Series { close: vec![1.0; 4], ..Series::default() };
        assert_eq!(repeats(&mut Seat(tossing), &market, &ParamSet::new()), Ok(false));
        assert_eq!(repeats(&mut Seat(steady), &market, &ParamSet::new()), Ok(true));
    }

    #[test]
    fn prefixes_that_are_too_short_are_passed_over_unless_all_are() {
        let needs_100: fn(&[f64]) -> Outcome =
            |closes| if closes.len() < 100 { raise() } else { told(vec![0.0; closes.len()]) };
        let needs_all: fn(&[f64]) -> Outcome =
            |closes| if closes.len() < 200 { raise() } else { told(vec![0.0; closes.len()]) };
        fn raise() -> Outcome {
            let message = "IndexError: too few bars".to_owned();
            Outcome::Raised(Failure { kind: FailureKind::Call, message, file: None, line: None, bar: None })
        }
        assert_eq!(verdict(needs_100), Ok(Verdict::Causal));
        assert!(verdict(needs_all).is_err());
    }
}
