//! What can run a program here, from the top.

use super::Rung;
use super::jit;
use super::verify::Build;
use super::vm::Vm;
use std::sync::Arc;

/// The last is the easiest to trust.
pub const BUILDS: &[(Rung, Build)] = &[
    (Rung::Compiled, |program| match jit::compile(program) {
        Ok(compiled) => Ok(Arc::new(compiled)),
        Err(unavailable) => Err(unavailable.to_string()),
    }),
    (Rung::Interpreted, |program| Ok(Arc::new(Vm::new(program)?))),
];
