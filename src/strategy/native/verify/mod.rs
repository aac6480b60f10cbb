//! Verify, then trust: what has to be seen before native code answers in CPython's place.

mod cache;
mod compare;
mod coverage;
mod finding;
mod gate;
mod identity;
mod markets;
mod sets;
mod verdict;
mod whole;

#[cfg(test)]
mod tests;

pub use cache::Cache;
pub use compare::Witnessed;
pub use coverage::{Edge, Instrumented, NEVER_SEEN, Part, restrict};
pub use finding::Finding;
pub use gate::{Build, Gate, Verified, told};
pub use identity::{key, key_of_translation, key_of_whole, platform};
pub use markets::practice;
pub use verdict::Verdict;
pub use whole::WholeGate;

#[cfg(test)]
pub(super) use {
    compare::{Ended, compare},
    markets::markets,
};
