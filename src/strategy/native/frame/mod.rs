//! Classes that are given all bars at once, on whole columns.
//!
//! The constructor and the entry are followed statement by statement, as CPython would, over numbers that are known
//! and columns that kernels make ([`numerics`](super::numerics) holds pandas' own arithmetic). A column carries the
//! name of what made it, so that windows which parameter sets have in common are made once per market, and how many
//! bars it looks ahead. Whatever is not understood, and whatever CPython would raise on, is an [`Exit`]: CPython
//! makes that run.

mod answer;
mod builtin;
mod call;
mod cast;
mod change;
mod column;
mod compare;
mod data;
mod each;
mod elementwise;
mod exit;
mod expression;
mod fill;
mod given;
mod index;
mod item;
mod iterate;
mod library;
mod locate;
mod make;
mod market;
mod name;
mod pick;
mod program;
mod reduce;
mod run;
mod scalar;
mod series;
mod statement;
mod store;
mod table;
mod text;
mod value;
mod whole;
mod window;

pub use exit::{Cause, Exit};
pub use market::Market;
pub use program::{Finding, Program};
pub use whole::{Outcome, Plan, Whole, named};
