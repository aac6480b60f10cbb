//! Constructs of the language, each run by every executor and by CPython.

mod held;
mod mutated;
mod oracle;
mod pages;
mod phrase;
mod program;
mod random;
mod series;
mod walked;
mod whole;
