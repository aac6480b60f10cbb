//! The user's class at native speed, with Python's exact meaning.
//!
//! `lower` turns the class into one typed program ([`ir`]) or says which construct, at which line, keeps it in
//! CPython. `vm` interprets programs, `jit` compiles them; both call the same [`machine`] for memory and lists
//! and the same [`numerics`]. Nothing here is trusted before `verify` saw it agree with the user's interpreter.

mod answers;
mod arguments;
mod climb;
mod executors;
pub mod frame;
pub mod hoist;
pub mod ir;
pub mod jit;
#[cfg(test)]
mod language;
pub mod lower;
pub mod machine;
pub mod numerics;
#[cfg(test)]
mod rehearsal;
mod rung;
mod seat;
mod tiered;
mod unit;
pub mod verify;
pub mod vm;

pub use answers::{difference, read};
pub use arguments::Arguments;
pub use climb::{Class, HeldBack, Standing, climb};
pub use rung::Rung;
pub use seat::Seat;
pub use unit::{Tally, Unit};
