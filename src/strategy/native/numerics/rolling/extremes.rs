use super::{Window, count};
use std::collections::VecDeque;

/// `roll_max`
pub fn max(values: &[f64], window: Window, least: usize) -> Vec<f64> {
    extreme(values, window, least, |new, held| new >= held)
}

/// `roll_min`
pub fn min(values: &[f64], window: Window, least: usize) -> Vec<f64> {
    extreme(values, window, least, |new, held| new <= held)
}

/// Of equal values the latest is kept, which only the sign of a zero can tell.
fn extreme(values: &[f64], window: Window, least: usize, beats: impl Fn(f64, f64) -> bool) -> Vec<f64> {
    let seen = count(values, window, 0);
    let mut candidates: VecDeque<usize> = VecDeque::new();
    let mut found = Vec::with_capacity(values.len());
    for (row, &value) in values.iter().enumerate() {
        let start = window.start(row);
        while candidates.front().is_some_and(|&at| at < start) {
            candidates.pop_front();
        }
        if !value.is_nan() && start <= row {
            while candidates.back().is_some_and(|&at| beats(value, values[at])) {
                candidates.pop_back();
            }
            candidates.push_back(row);
        }
        let enough = seen[row] >= least.max(1) as f64;
        found.push(candidates.front().filter(|_| enough).map_or(f64::NAN, |&at| values[at]));
    }
    found
}
