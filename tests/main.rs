//! One binary for the tests that run the program, drive a room from outside, or read the source. `harness` builds a
//! small project in a temporary folder.

mod browser;
mod cli;
mod dask;
mod engine;
mod fuzz;
mod harness;
mod oracle;
mod tidy;
mod worker;
