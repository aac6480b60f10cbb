//! The CPython worker, run through the program's own hidden subcommand.

mod answers;
mod figures;
mod hostile;
mod interpreter;
mod isolation;
mod native;
mod pandas;
mod parameters;
mod protocols;
mod seat;
mod trace;
