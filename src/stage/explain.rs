//! What is known about one strategy, or about all of them.

mod coverage;
mod rung;

pub use coverage::explain_all;
pub use rung::explain_rung;
