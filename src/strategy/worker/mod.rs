//! The user's own CPython as a seat: one persistent, confined process per strategy class.
//!
//! The process is the hidden subcommand of the program ([`launch`]), which confines itself and becomes the
//! interpreter; the interpreter runs the host (`host/*.py`, standard library only), which imports the class
//! from the bytes it was sent and answers block after block. A process that hangs, dies or keeps something
//! alive between two sets is replaced, and costs the set it died on.

mod assign;
mod bars;
mod channel;
mod footprint;
mod host;
mod interpreter;
pub mod launch;
mod limits;
mod names;
mod probes;
mod process;
mod reach;
mod reply;
mod seat;
mod spawner;
mod start;
mod trace;

pub use interpreter::{Interpreter, InterpreterError, find_interpreter};
pub use launch::{Confinement, confinement};
pub use limits::Limits;
pub use names::Names;
pub use probes::Probes;
pub use seat::{Spec, Worker};
