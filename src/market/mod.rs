//! Domain words: a series of bars as a struct of arrays, and what is wrong with bad ones.

mod fault;
mod series;

pub use fault::{BarFault, FaultReason};
pub use series::{Bar, Series};

/// Fraction, not percent: 0.001 is ten basis points.
pub type Rate = f64;
