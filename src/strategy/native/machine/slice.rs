//! Python's indexes and slices as numbers of elements.

use crate::strategy::native::ir::intrinsic::{FROM_START, TO_END};

/// The element that `l[index]` means of `length`.
pub fn element(length: usize, index: i64) -> Option<usize> {
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(index).ok().filter(|index| *index < length)
}

/// Where `insert(index, …)` puts its element.
pub fn insertion(length: usize, index: i64) -> usize {
    bound(length, index)
}

/// First and count of `l[start:stop]`.
pub fn bounds(length: usize, start: i64, stop: i64) -> (usize, usize) {
    let first = bound(length, start);
    (first, bound(length, stop).saturating_sub(first))
}

/// A bound of a slice with step 1: from the end where negative, and within the list. [`FROM_START`] and [`TO_END`]
/// need no special case.
fn bound(length: usize, index: i64) -> usize {
    let from_start = if index < 0 { index.saturating_add(length as i64).max(0) } else { index };
    (from_start as usize).min(length)
}

/// The elements of `l[start:stop:step]` in order (`PySlice_AdjustIndices`): first, count. The step is not 0.
pub fn stepped(length: usize, start: i64, stop: i64, step: i64) -> (usize, usize) {
    if step > 0 {
        let (first, span) = bounds(length, start, stop);
        return (first, span.div_ceil(step as usize));
    }
    // Bounds lie between -1, before the first, and the last element.
    let last = length as i64 - 1;
    let clamp = |index: i64| {
        if index < 0 { index.saturating_add(length as i64).max(-1) } else { index.min(last) }
    };
    let first = if start == FROM_START { last } else { clamp(start) };
    let stop = if stop == TO_END { -1 } else { clamp(stop) };
    if first <= stop {
        return (0, 0);
    }
    (first as usize, ((first - stop) as u64).div_ceil(step.unsigned_abs()) as usize)
}
