//! Running strategies: what a strategy takes and answers, and the seats that can run it.
//!
//! An [`Executor`] takes a block of parameter sets over one market and returns one [`Outcome`] per set.
//! [`worker`] is the user's own CPython, which decides; [`native`] takes the same seat where it was seen to agree.

mod answers;
mod change;
mod entry;
mod executor;
pub mod look_ahead;
pub mod native;
mod trace;
mod value;
pub mod words;
pub mod worker;

pub use answers::{Answers, exposure};
pub use change::{Change, Changes, Exposures};
pub use entry::{Argument, BarShape, Entry, Meaning, Protocol, SellMeans, WindowShape, ZeroMeans};
pub use executor::{Executor, Failure, FailureKind, Outcome};
pub use trace::{Held, Trace, Witness};
pub use value::{ParamSet, Value};
