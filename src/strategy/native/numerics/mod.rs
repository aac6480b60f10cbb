//! Python's and numpy's arithmetic, bit for bit.

mod sum;

pub use sum::SumPolicy;
