//! Search over a strategy's parameters and the gate a challenger has to pass.
//!
//! This room sees parameter sets and the figures they earned. It cannot see bars, so it cannot peek.
//! In order: [`space`] says what may be tried, [`search`] tries it, [`objective`] scores it, [`pareto`]
//! and [`select`] choose what is worth a test, and [`gate`] decides whether anything changes.

pub mod gate;
pub mod objective;
pub mod pareto;
pub mod search;
pub mod select;
pub mod space;
mod sum;
