//! What all executors share: columns, memory with lists and objects in it, and how a run ends.

pub mod arithmetic;
mod call;
mod collect;
mod column;
mod columns;
mod list;
mod memory;
mod moves;
mod reduce;
mod sequence;
mod shapes;
pub mod slice;

pub use columns::{Columns, SharedColumn};
pub use memory::{Memory, Trap};
pub use moves::Moves;
pub use reduce::reduce;
pub use shapes::Shapes;

use super::ir::SiteId;

/// How a run ended. After anything but `Done` its answers are worthless: CPython replays it from bar 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    Done,
    /// `bar` is None in the constructor.
    Bail {
        bar: Option<usize>,
        site: SiteId,
    },
    /// More loop rounds than [`Budget::rounds`].
    Fuel {
        bar: Option<usize>,
    },
    /// More words than [`Budget::words`] were alive.
    Memory {
        bar: Option<usize>,
    },
}

/// What one run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Loop rounds per bar, the constructor counting as one: jumps to the same or an earlier block.
    pub rounds: u64,
    /// Words of memory alive beside the columns. Garbage counts half: it waits until a bar has ended.
    pub words: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { rounds: 10_000_000, words: 8 << 20 }
    }
}

/// What one run answers: a target per bar (NaN: as before, not clipped), and the confidences that came with them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    pub targets: Vec<f64>,
    pub confidence_sum: f64,
    pub confident: usize,
}

/// Hears a bar's index and all state words.
pub type Observer<'a> = &'a mut dyn FnMut(usize, &[u64]);

/// A program ready to run. Everything a run changes is in what it is lent.
pub trait Executable: Send + Sync + std::fmt::Debug {
    /// Runs the constructor and every bar. `params` holds the bits of each parameter in the program's order;
    /// `said` is cleared first and its allocation reused. `observe`, where given, hears after each bar.
    fn run(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        said: &mut Said,
        observe: Option<Observer<'_>>,
    ) -> Finish;

    /// The same, told where the target changes.
    fn moves(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        moves: &mut Moves,
    ) -> Finish {
        let finish = self.run(columns, params, memory, budget, &mut moves.said, None);
        if finish == Finish::Done {
            moves.hear();
        }
        finish
    }

    /// Says that so many bars are going to be run for their changes: what takes time beforehand is best done now.
    fn expect(&self, bars: u64) {
        let _ = bars;
    }
}
