use super::{Budget, Columns, Shapes};
use crate::strategy::native::ir::LayoutId;
use crate::strategy::native::numerics::Windows;
use std::sync::Arc;

/// The run's memory. It begins with the columns; see [`Intrinsic`](crate::strategy::native::ir::Intrinsic) for lists
/// and objects. Behind the columns stands one scratch element, then what was allocated, in that order. The word
/// before an object or a list's header says what stands there (`collect`).
///
/// During a bar nothing moves but what a call grows. Between bars [`Memory::collect`] moves everything.
#[derive(Debug, Default)]
pub struct Memory {
    pub(super) words: Vec<u64>,
    loaded: Option<Arc<Vec<u64>>>,
    pub(super) shapes: Arc<Shapes>,
    /// Address of the scratch element, first word behind the columns.
    pub(super) scratch: usize,
    /// First word that can be allocated.
    pub(super) start: usize,
    /// First word that is not.
    pub(super) used: usize,
    /// `used` never exceeds it.
    limit: usize,
    /// Words that may be alive after a collection.
    pub(super) budget: usize,
    /// Once `used` exceeds it, a collection pays.
    pub(super) due: usize,
    /// Where a collection copies to, and elements on their way.
    pub(super) spare: Vec<u64>,
    /// Of what `statistics` was asked last; no answer depends on it.
    pub(super) windows: Windows,
}

/// Why a call gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// The run bails at the call's site.
    Bail,
    /// Over the budget.
    Memory,
}

/// Words of garbage below which no collection pays: half of a usual L2 cache.
pub(super) const NURSERY: usize = 1 << 14;
/// What the word before an object or a list says: the kind of what follows, in the two lowest bits.
pub(super) const OBJECT: u64 = 1;
pub(super) const LIST: u64 = 2;

impl Memory {
    /// Forgets what a run left and loads the columns, unless they are still here from the last one.
    pub fn begin(&mut self, columns: &Columns, shapes: &Arc<Shapes>, budget: Budget) {
        let words = columns.shared();
        if !self.loaded.as_ref().is_some_and(|loaded| Arc::ptr_eq(loaded, words)) {
            self.words.clear();
            self.words.extend_from_slice(words);
            self.loaded = Some(Arc::clone(words));
        }
        self.shapes = Arc::clone(shapes);
        self.scratch = words.len();
        self.start = self.scratch + shapes.widest().max(1);
        self.used = self.start;
        // What a bar lets go is garbage until it ends, and collections wait until they pay: twice the budget.
        self.limit = self.start.saturating_add(budget.words.saturating_mul(2));
        self.budget = budget.words;
        self.due = self.start + NURSERY.min(budget.words);
        self.extend_to(self.start);
        self.words[self.scratch..self.start].fill(0);
    }

    /// All words: addresses are indices into it. A call can grow it, and so move it.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// See [`Memory::words`]. The columns must not be written: the next run finds them as this one leaves them.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Words in use beside the columns.
    pub fn in_use(&self) -> usize {
        self.used - self.scratch
    }

    /// # Errors
    /// [`Trap::Memory`] where more than twice the budget would be in use.
    pub(super) fn allocate(&mut self, words: usize) -> Result<usize, Trap> {
        let address = self.used;
        let end = address.checked_add(words).filter(|end| *end <= self.limit).ok_or(Trap::Memory)?;
        self.extend_to(end);
        self.used = end;
        Ok(address)
    }

    fn extend_to(&mut self, end: usize) {
        if end > self.words.len() {
            let ample = end + (end - self.scratch).max(1 << 10);
            self.words.resize(ample, 0);
        }
    }

    /// An object, all words zero.
    ///
    /// # Errors
    /// [`Trap::Memory`]
    pub fn new_object(&mut self, layout: LayoutId) -> Result<usize, Trap> {
        let width = self.shapes.width(layout);
        let at = self.allocate(width + 1)?;
        self.words[at] = u64::from(layout.0) << 2 | OBJECT;
        self.words[at + 1..=at + width].fill(0);
        Ok(at + 1)
    }
}
