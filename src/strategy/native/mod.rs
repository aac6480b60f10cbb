//! The user's class at native speed, with Python's exact meaning.
//!
//! `lower` turns the class into one typed program ([`ir`]) or says which construct, at which line, keeps it in
//! CPython. `vm` interprets programs, `jit` compiles them; both call the same [`machine`] for memory and lists
//! and the same [`numerics`]. Nothing here is trusted before `verify` saw it agree with the user's interpreter.

pub mod ir;
pub mod jit;
pub mod machine;
pub mod numerics;
pub mod vm;
