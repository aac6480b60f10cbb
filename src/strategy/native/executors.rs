//! What can run a program here, from the top.

use super::Rung;
use super::hoist::Hoisting;
use super::ir::Program;
use super::jit;
use super::machine::Executable;
use super::verify::Build;
use super::vm::Vm;
use std::sync::Arc;

/// The last is the easiest to trust.
pub const BUILDS: &[(Rung, Build)] = &[
    (Rung::Compiled, |program| Hoisting::over(program, &compiled)),
    (Rung::Interpreted, |program| Ok(Arc::new(Vm::new(program)?))),
];

fn compiled(program: &Program) -> Result<Arc<dyn Executable>, String> {
    match jit::compile(program) {
        Ok(compiled) => Ok(Arc::new(compiled)),
        Err(unavailable) => Err(unavailable.to_string()),
    }
}
