//! Lists as wholes: copies, slices, joins, order.

use super::{Memory, Trap, slice};
use crate::strategy::native::ir::LayoutId;
use crate::strategy::native::ir::intrinsic::{DATA, LENGTH};

impl Memory {
    /// A list of its own from elements that stand at an address; a maxlen keeps the last ones.
    pub(super) fn list_from(
        &mut self,
        layout: LayoutId,
        maxlen: Option<usize>,
        address: usize,
        count: usize,
    ) -> Result<usize, Trap> {
        let width = self.shapes.width(layout);
        let kept = maxlen.map_or(count, |maxlen| maxlen.min(count));
        let from = address + (count - kept) * width;
        let list = self.new_list(layout, maxlen, kept)?;
        let to = self.header(list, DATA);
        self.words.copy_within(from..from + kept * width, to);
        self.set_header(list, LENGTH, kept);
        Ok(list)
    }

    /// A list of these, each an element of one word.
    pub(super) fn list_of_floats(&mut self, layout: LayoutId, values: &[f64]) -> Result<usize, Trap> {
        let list = self.new_list(layout, None, values.len())?;
        let to = self.header(list, DATA);
        self.words[to..to + values.len()].copy_from_slice(bytemuck::cast_slice(values));
        self.set_header(list, LENGTH, values.len());
        Ok(list)
    }

    pub(super) fn copy(&mut self, list: usize, maxlen: Option<usize>) -> Result<usize, Trap> {
        let (data, length) = self.view(list);
        self.list_from(self.layout(list), maxlen, data, length)
    }

    pub(super) fn slice(&mut self, list: usize, start: i64, stop: i64) -> Result<usize, Trap> {
        let (first, count) = slice::bounds(self.length(list), start, stop);
        self.list_from(self.layout(list), None, self.header(list, DATA) + first * self.width(list), count)
    }

    pub(super) fn slice_step(&mut self, list: usize, start: i64, stop: i64, step: i64) -> Result<usize, Trap> {
        if step == 0 {
            return Err(Trap::Bail);
        }
        let (first, count) = slice::stepped(self.length(list), start, stop, step);
        let (width, data) = (self.width(list), self.header(list, DATA));
        let taken = self.new_list(self.layout(list), None, count)?;
        let to = self.header(taken, DATA);
        for index in 0..count {
            let from = data + (first as i64 + index as i64 * step) as usize * width;
            self.words.copy_within(from..from + width, to + index * width);
        }
        self.set_header(taken, LENGTH, count);
        Ok(taken)
    }

    /// A deque keeps its maxlen and so the last elements of what it becomes.
    pub(super) fn repeat(&mut self, list: usize, times: i64) -> Result<usize, Trap> {
        let (data, length) = self.view(list);
        let (width, maxlen) = (self.width(list), self.maxlen(list));
        let whole = length.checked_mul(times.max(0) as usize).ok_or(Trap::Memory)?;
        let kept = maxlen.map_or(whole, |maxlen| maxlen.min(whole));
        let repeated = self.new_list(self.layout(list), maxlen, kept)?;
        let to = self.header(repeated, DATA);
        for index in 0..kept {
            let from = data + (whole - kept + index) % length * width;
            self.words.copy_within(from..from + width, to + index * width);
        }
        self.set_header(repeated, LENGTH, kept);
        Ok(repeated)
    }

    /// As `repeat`, after the first of the two.
    pub(super) fn concat(&mut self, first: usize, second: usize) -> Result<usize, Trap> {
        let (width, maxlen) = (self.width(first), self.maxlen(first));
        let ((left, lefts), (right, rights)) = (self.view(first), self.view(second));
        let whole = lefts + rights;
        let kept = maxlen.map_or(whole, |maxlen| maxlen.min(whole));
        let from_right = rights.min(kept);
        let from_left = kept - from_right;
        let joined = self.new_list(self.layout(first), maxlen, kept)?;
        let to = self.header(joined, DATA);
        self.words.copy_within(left + (lefts - from_left) * width..left + lefts * width, to);
        self.words.copy_within(right + (rights - from_right) * width..right + rights * width, to + from_left * width);
        self.set_header(joined, LENGTH, kept);
        Ok(joined)
    }

    pub(super) fn extend(&mut self, list: usize, by: usize) -> Result<(), Trap> {
        let width = self.width(list);
        let (data, count) = self.view(by);
        let added = self.maxlen(list).map_or(count, |maxlen| maxlen.min(count));
        // Making room can move what is added, where a list extends itself.
        let mut coming = std::mem::take(&mut self.spare);
        coming.clear();
        coming.extend_from_slice(&self.words[data + (count - added) * width..data + count * width]);
        if let Some(maxlen) = self.maxlen(list) {
            let gone = (self.length(list) + added).saturating_sub(maxlen);
            self.set_header(list, DATA, self.header(list, DATA) + gone * width);
            self.set_header(list, LENGTH, self.length(list) - gone);
        }
        let room = self.reserve(list, added);
        if room.is_ok() {
            let (data, length) = self.view(list);
            let end = data + length * width;
            self.words[end..end + coming.len()].copy_from_slice(&coming);
            self.set_header(list, LENGTH, length + added);
        }
        self.spare = coming;
        room
    }

    pub(super) fn reverse(&mut self, list: usize) {
        let (data, length) = self.view(list);
        let width = self.width(list);
        for index in 0..length / 2 {
            for word in 0..width {
                self.words.swap(data + index * width + word, data + (length - 1 - index) * width + word);
            }
        }
    }

    /// Stable in both directions: Python's `reverse` leaves equal elements in their order.
    pub(super) fn sort_floats(&mut self, list: usize, reverse: bool) -> Result<(), Trap> {
        let (data, length) = self.view(list);
        let floats: &mut [f64] = bytemuck::cast_slice_mut(&mut self.words[data..data + length]);
        if floats.iter().any(|x| x.is_nan()) {
            return Err(Trap::Bail);
        }
        // -0.0 and 0.0 are equal here, as they are in Python.
        let order = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
        if reverse {
            floats.sort_by(|a, b| order(b, a))
        } else {
            floats.sort_by(order)
        }
        Ok(())
    }

    pub(super) fn sort_ints(&mut self, list: usize, reverse: bool) {
        let (data, length) = self.view(list);
        let ints: &mut [i64] = bytemuck::cast_slice_mut(&mut self.words[data..data + length]);
        ints.sort_unstable();
        if reverse {
            ints.reverse();
        }
    }
}
