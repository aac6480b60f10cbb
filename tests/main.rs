//! One binary for the tests that run the program, drive a room from outside, or read the source. `harness` builds a
//! small project in a temporary folder.

mod cli;
mod engine;
mod fuzz;
mod harness;
mod oracle;
mod tidy;
mod worker;
