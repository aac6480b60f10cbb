//! One element in, one element out. A list's elements stand one after another somewhere in its buffer: what is taken
//! from the front leaves room there, and what reaches the buffer's end moves down, once in as many pushes as there
//! are elements.

use super::memory::LIST;
use super::{Memory, Trap, slice};
use crate::strategy::native::ir::LayoutId;
use crate::strategy::native::ir::intrinsic::{BUFFER, CAPACITY, DATA, HEADER, LAYOUT, LENGTH, MAXLEN};

/// Elements a list makes room for at its first push.
const FIRST: usize = 8;

impl Memory {
    pub(super) fn header(&self, list: usize, offset: u32) -> usize {
        self.words[list + offset as usize] as usize
    }

    pub(super) fn set_header(&mut self, list: usize, offset: u32, value: usize) {
        self.words[list + offset as usize] = value as u64;
    }

    pub(super) fn layout(&self, list: usize) -> LayoutId {
        LayoutId(self.words[list + LAYOUT as usize] as u32)
    }

    pub(super) fn width(&self, list: usize) -> usize {
        self.shapes.width(self.layout(list))
    }

    pub(super) fn length(&self, list: usize) -> usize {
        self.header(list, LENGTH)
    }

    pub(super) fn maxlen(&self, list: usize) -> Option<usize> {
        usize::try_from(self.words[list + MAXLEN as usize] as i64).ok()
    }

    /// An empty list with room for some elements.
    pub(super) fn new_list(&mut self, layout: LayoutId, maxlen: Option<usize>, room: usize) -> Result<usize, Trap> {
        let capacity = room.checked_mul(self.shapes.width(layout)).ok_or(Trap::Memory)?;
        let kind = self.allocate((1 + HEADER as usize).checked_add(capacity).ok_or(Trap::Memory)?)?;
        let list = kind + 1;
        let buffer = list + HEADER as usize;
        self.words[kind] = LIST;
        self.set_header(list, DATA, buffer);
        self.set_header(list, LENGTH, 0);
        self.set_header(list, BUFFER, buffer);
        self.set_header(list, CAPACITY, capacity);
        self.words[list + MAXLEN as usize] = maxlen.map_or(-1, |maxlen| maxlen as i64) as u64;
        self.set_header(list, LAYOUT, layout.0 as usize);
        Ok(list)
    }

    /// Room at the back for `more` elements.
    pub(super) fn reserve(&mut self, list: usize, more: usize) -> Result<(), Trap> {
        let width = self.width(list);
        let (data, length) = (self.header(list, DATA), self.length(list));
        let end = self.header(list, BUFFER) + self.header(list, CAPACITY);
        let need = length.checked_add(more).and_then(|all| all.checked_mul(width)).ok_or(Trap::Memory)?;
        if data + need > end {
            self.make_room(list, need)?;
            let buffer = self.header(list, BUFFER);
            self.place(list, buffer);
        }
        Ok(())
    }

    /// Grows the buffer until `need` words fill no more than half of it.
    fn make_room(&mut self, list: usize, need: usize) -> Result<(), Trap> {
        let (buffer, capacity) = (self.header(list, BUFFER), self.header(list, CAPACITY));
        if need.saturating_mul(2) <= capacity {
            return Ok(());
        }
        let larger = need.saturating_mul(2).max(FIRST * self.width(list));
        if buffer + capacity == self.used {
            self.allocate(larger - capacity)?;
        } else {
            let fresh = self.allocate(larger)?;
            self.set_header(list, BUFFER, fresh);
            self.place(list, fresh);
        }
        self.set_header(list, CAPACITY, larger);
        Ok(())
    }

    /// Moves the elements.
    fn place(&mut self, list: usize, to: usize) {
        let data = self.header(list, DATA);
        let live = self.length(list) * self.width(list);
        self.words.copy_within(data..data + live, to);
        self.set_header(list, DATA, to);
    }

    /// The new last element, all words zero.
    pub fn push(&mut self, list: usize) -> Result<usize, Trap> {
        let width = self.width(list);
        let mut length = self.length(list);
        if self.maxlen(list) == Some(length) {
            if length == 0 {
                return Ok(self.scratch);
            }
            length -= 1;
            self.set_header(list, DATA, self.header(list, DATA) + width);
            self.set_header(list, LENGTH, length);
        }
        let mut at = self.header(list, DATA) + length * width;
        if at + width > self.header(list, BUFFER) + self.header(list, CAPACITY) {
            self.reserve(list, 1)?;
            at = self.header(list, DATA) + length * width;
        }
        self.words[at..at + width].fill(0);
        self.set_header(list, LENGTH, length + 1);
        Ok(at)
    }

    /// The new first element, all words zero.
    pub(super) fn push_front(&mut self, list: usize) -> Result<usize, Trap> {
        let width = self.width(list);
        let mut length = self.length(list);
        if self.maxlen(list) == Some(length) {
            if length == 0 {
                return Ok(self.scratch);
            }
            length -= 1;
            self.set_header(list, LENGTH, length);
        }
        if self.header(list, DATA) - self.header(list, BUFFER) < width {
            self.make_room(list, (length + 1) * width)?;
            // Half of the room on either side, so that pushes at both ends do not move all in turn.
            let free = self.header(list, CAPACITY) - length * width;
            self.place(list, self.header(list, BUFFER) + free / 2);
        }
        let at = self.header(list, DATA) - width;
        self.words[at..at + width].fill(0);
        self.set_header(list, DATA, at);
        self.set_header(list, LENGTH, length + 1);
        Ok(at)
    }

    pub(super) fn pop(&mut self, list: usize) -> Result<usize, Trap> {
        let length = self.length(list).checked_sub(1).ok_or(Trap::Bail)?;
        self.set_header(list, LENGTH, length);
        Ok(self.header(list, DATA) + length * self.width(list))
    }

    pub(super) fn pop_front(&mut self, list: usize) -> Result<usize, Trap> {
        let length = self.length(list).checked_sub(1).ok_or(Trap::Bail)?;
        let at = self.header(list, DATA);
        self.set_header(list, LENGTH, length);
        self.set_header(list, DATA, at + self.width(list));
        Ok(at)
    }

    pub(super) fn pop_at(&mut self, list: usize, index: i64) -> Result<usize, Trap> {
        let index = slice::element(self.length(list), index).ok_or(Trap::Bail)?;
        let width = self.width(list);
        let at = self.header(list, DATA) + index * width;
        self.words.copy_within(at..at + width, self.scratch);
        self.delete(list, index, 1);
        Ok(self.scratch)
    }

    pub(super) fn insert(&mut self, list: usize, index: i64) -> Result<usize, Trap> {
        let length = self.length(list);
        if self.maxlen(list) == Some(length) {
            return Err(Trap::Bail);
        }
        let index = slice::insertion(length, index);
        if index == 0 {
            return self.push_front(list);
        }
        let width = self.width(list);
        self.push(list)?;
        let data = self.header(list, DATA);
        let at = data + index * width;
        self.words.copy_within(at..data + length * width, at + width);
        self.words[at..at + width].fill(0);
        Ok(at)
    }

    /// Closes the gap from the side where fewer elements stand.
    pub(super) fn delete(&mut self, list: usize, first: usize, count: usize) {
        let (width, data, length) = (self.width(list), self.header(list, DATA), self.length(list));
        let (gap, behind, end) = (data + first * width, data + (first + count) * width, data + length * width);
        if first < length - first - count {
            self.words.copy_within(data..gap, data + count * width);
            self.set_header(list, DATA, data + count * width);
        } else {
            self.words.copy_within(behind..end, gap);
        }
        self.set_header(list, LENGTH, length - count);
    }

    /// Address of element `index`.
    #[inline]
    pub fn at(&self, list: usize, index: i64) -> Result<usize, Trap> {
        let header = self.whole_header(list);
        let index = slice::element(header[LENGTH as usize] as usize, index).ok_or(Trap::Bail)?;
        let layout = LayoutId(header[LAYOUT as usize] as u32);
        Ok(header[DATA as usize] as usize + index * self.shapes.width(layout))
    }

    /// Address of the first element, and how many there are.
    #[inline]
    pub fn view(&self, list: usize) -> (usize, usize) {
        let header = self.whole_header(list);
        (header[DATA as usize] as usize, header[LENGTH as usize] as usize)
    }

    /// All elements, where each is one word.
    #[inline]
    pub fn row(&self, list: usize) -> Option<&[f64]> {
        let (data, length) = self.view(list);
        (self.width(list) == 1).then(|| self.floats(data, length))
    }

    /// With one look at where the memory ends.
    #[inline]
    fn whole_header(&self, list: usize) -> &[u64; HEADER as usize] {
        self.words[list..].first_chunk().expect("a list's header lies in the memory")
    }
}
