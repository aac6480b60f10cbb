//! What generated code and Rust share during a run: one plain struct, and how a run comes back.

use crate::strategy::Change;
use crate::strategy::native::ir::intrinsic::HEADER;
use crate::strategy::native::ir::{Intrinsic, SiteId};
use crate::strategy::native::machine::{Finish, Memory};
use std::any::Any;

/// Most words an intrinsic takes and gives.
pub(super) const TAKES: usize = 5;
pub(super) const GIVES: usize = 2;

/// `bar` during the constructor.
pub(super) const CONSTRUCTOR: i64 = -1;

/// Generated code reads and writes its fields by offset.
#[repr(C)]
pub(super) struct Context {
    /// First word of the memory and their number; both change when a call grows it.
    pub words: *mut u64,
    pub length: u64,
    /// Not zero: a collection pays, so the end of the bar calls for one.
    pub due: u64,
    /// Words before this one are the columns and never written.
    pub heap: u64,
    /// The market's own words, which never move.
    pub columns: *const u64,
    /// First word of each hoisted column, `bars` of them.
    pub extras: *const *const u64,
    pub bars: u64,
    pub params: *const u64,
    /// One per bar.
    pub targets: *mut f64,
    /// Room for one per bar, and how many there are.
    pub changes: *mut Change,
    pub changed: u64,
    pub clipped: u64,
    /// Room for a bit per bar.
    pub events: *mut u64,
    /// As many bits of each hoisted column that [`Calm`](super::translate::Calm) watches.
    pub flips: *const *const u64,
    /// As many of their bytes, where the form reads these.
    pub bytes: *const *const u8,
    pub rounds: u64,
    pub confidence_sum: f64,
    pub confident: u64,
    /// Of the instruction that ended the run.
    pub site: u64,
    pub bar: i64,
    pub takes: [u64; TAKES],
    pub gives: [u64; GIVES],
    /// For the doorways only.
    pub host: *mut Host<'static>,
}

/// Hears the index of a bar and all state words after it.
pub(super) type Observer<'a> = dyn FnMut(usize, &[u64]) + 'a;

/// What the doorways work on.
pub(super) struct Host<'a> {
    pub memory: &'a mut Memory,
    pub calls: &'a [Intrinsic],
    pub slots: usize,
    pub observe: Option<&'a mut Observer<'a>>,
    /// A panic on its way past the generated code, which cannot be unwound.
    pub panic: Option<Box<dyn Any + Send>>,
}

/// What generated code returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Stop {
    Done = 0,
    Bail = 1,
    Fuel = 2,
    Memory = 3,
    /// An access outside of the memory, or to the columns: the program is wrong, not the user's class.
    Fault = 4,
    Panic = 5,
}

impl Context {
    /// Where the memory stands now.
    ///
    /// # Panics
    /// If it has less room behind the columns than a list's header takes, which generated code relies on.
    pub fn look_at(&mut self, memory: &mut Memory) {
        self.due = memory.collection_pays().into();
        let words = memory.words_mut();
        assert!(words.len() as u64 >= self.heap + u64::from(HEADER), "the memory was begun with these columns");
        self.words = words.as_mut_ptr();
        self.length = words.len() as u64;
    }

    /// How the run ended, or None where the program left its memory.
    pub fn finish(&self, stop: u32) -> Option<Finish> {
        let bar = usize::try_from(self.bar).ok();
        match stop {
            0 => Some(Finish::Done),
            1 => Some(Finish::Bail { bar, site: SiteId(self.site as u32) }),
            2 => Some(Finish::Fuel { bar }),
            3 => Some(Finish::Memory { bar }),
            _ => None,
        }
    }
}
