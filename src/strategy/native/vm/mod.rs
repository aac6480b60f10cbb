//! Interprets programs: no unsafe, every platform. What the compiler is measured against, and what stands in for it.

mod code;
mod compile;
mod execute;
mod fuse;
mod walk;

use super::ir::{Program, check};
use super::machine::{Budget, Columns, Executable, Finish, Memory, Observer, Said, Shapes};
use code::Code;
use std::sync::Arc;
use walk::Walk;

/// A program as flat code over a file of registers.
#[derive(Debug)]
pub struct Vm {
    pub(super) shapes: Arc<Shapes>,
    pub(super) slots: usize,
    /// Registers of the larger function.
    pub(super) regs: usize,
    pub(super) init: Code,
    pub(super) step: Code,
    /// Lanes of the longest walk.
    pub(super) lanes: usize,
    /// Hoisted columns it reads.
    pub(super) extras: usize,
}

impl Vm {
    /// # Errors
    /// Why the program cannot run; see [`check`].
    pub fn new(program: &Program) -> Result<Self, String> {
        check(program)?;
        let regs = program.init.regs.len().max(program.step.regs.len());
        if regs > execute::MOST_REGISTERS {
            return Err(format!("{regs} registers are more than the {} of the interpreter", execute::MOST_REGISTERS));
        }
        let (init, step) = (compile::compile(&program.init)?, compile::compile(&program.step)?);
        Ok(Self {
            shapes: Arc::new(Shapes::of(program)),
            slots: program.state.len(),
            regs,
            lanes: init.walks.iter().chain(&step.walks).map(Walk::lanes).max().unwrap_or(0),
            init,
            step,
            extras: program.extras.len(),
        })
    }
}

impl Executable for Vm {
    fn run(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        said: &mut Said,
        observe: Option<Observer<'_>>,
    ) -> Finish {
        execute::run(self, columns, params, memory, budget, said, observe)
    }
}

#[cfg(test)]
mod tests;
