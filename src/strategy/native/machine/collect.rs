use super::memory::{LIST, NURSERY, OBJECT};
use super::{Memory, Shapes, Trap};
use crate::strategy::native::ir::{LayoutId, intrinsic};

/// In the word before what was moved: its new address stands above the two lowest bits.
const MOVED: u64 = 3;

impl Memory {
    /// Between bars: when what is in use has doubled since the last time, keeps what the state reaches and moves it
    /// together. Addresses in `state` and in what it reaches follow; all others are void.
    ///
    /// # Errors
    /// [`Trap::Memory`] where more is alive than the budget allows.
    pub fn collect(&mut self, state: &mut [u64]) -> Result<(), Trap> {
        if self.collection_pays() { self.collect_now(state) } else { Ok(()) }
    }

    /// Whether [`Memory::collect`] would do something.
    pub fn collection_pays(&self) -> bool {
        self.used > self.due
    }

    pub(super) fn collect_now(&mut self, state: &mut [u64]) -> Result<(), Trap> {
        let mut kept = std::mem::take(&mut self.spare);
        kept.clear();
        let mut mover =
            Mover { words: &mut self.words, shapes: &self.shapes, start: self.start, kept, pending: Vec::new() };
        for &root in self.shapes.roots() {
            mover.follow(&mut state[root]);
        }
        mover.finish();
        let kept = mover.kept;
        self.words[self.start..self.start + kept.len()].copy_from_slice(&kept);
        self.used = self.start + kept.len();
        self.due = self.used + kept.len().max(NURSERY).min(self.budget);
        self.spare = kept;
        if self.spare.len() > self.budget { Err(Trap::Memory) } else { Ok(()) }
    }
}

struct Mover<'a> {
    words: &'a mut [u64],
    shapes: &'a Shapes,
    /// Where `kept` will stand.
    start: usize,
    kept: Vec<u64>,
    /// New addresses of what was moved and may hold references to follow.
    pending: Vec<usize>,
}

impl Mover<'_> {
    fn follow(&mut self, reference: &mut u64) {
        if *reference != 0 {
            *reference = self.moved(*reference as usize) as u64;
        }
    }

    /// The new address of what stands at `address`.
    fn moved(&mut self, address: usize) -> usize {
        let kind = self.words[address - 1];
        let to = self.start + self.kept.len() + 1;
        match kind & 3 {
            MOVED => return (kind >> 2) as usize,
            OBJECT => {
                let width = self.shapes.width(LayoutId((kind >> 2) as u32));
                self.kept.extend_from_slice(&self.words[address - 1..address + width]);
            }
            LIST => self.keep_list(address, to),
            _ => unreachable!("the program keeps {address} as a reference, where neither object nor list begins"),
        }
        self.words[address - 1] = (to as u64) << 2 | MOVED;
        self.pending.push(to);
        to
    }

    fn keep_list(&mut self, address: usize, to: usize) {
        let header = &self.words[address..address + intrinsic::HEADER as usize];
        let of = |offset: u32| header[offset as usize];
        let (data, length, capacity) =
            (of(intrinsic::DATA) as usize, of(intrinsic::LENGTH) as usize, of(intrinsic::CAPACITY) as usize);
        let width = self.shapes.width(LayoutId(of(intrinsic::LAYOUT) as u32));
        let live = length * width;
        // As much room as pushing would have made: no more is carried along, and no less, or each bar grows it again.
        let room = capacity.min((2 * live).max(8 * width));
        let buffer = (to + intrinsic::HEADER as usize) as u64;
        self.kept.push(LIST);
        self.kept.extend([buffer, length as u64, buffer, room as u64, of(intrinsic::MAXLEN), of(intrinsic::LAYOUT)]);
        self.kept.extend_from_slice(&self.words[data..data + live]);
        self.kept.resize(self.kept.len() + room - live, 0);
    }

    fn finish(&mut self) {
        while let Some(at) = self.pending.pop() {
            let from = at - self.start;
            let kind = self.kept[from - 1];
            let (first, count, layout) = if kind & 3 == OBJECT {
                (from, 1, LayoutId((kind >> 2) as u32))
            } else {
                let length = self.kept[from + intrinsic::LENGTH as usize] as usize;
                let layout = self.kept[from + intrinsic::LAYOUT as usize] as u32;
                (from + intrinsic::HEADER as usize, length, LayoutId(layout))
            };
            let shapes = self.shapes;
            let references = shapes.references(layout);
            if references.is_empty() {
                continue;
            }
            for element in 0..count {
                for &offset in references {
                    let word = first + element * shapes.width(layout) + offset;
                    let mut reference = self.kept[word];
                    self.follow(&mut reference);
                    self.kept[word] = reference;
                }
            }
        }
    }
}
