//! Programs as native code, by Cranelift: the same answers as the interpreter's, bit for bit, several times faster.
//!
//! This is the only room that holds `unsafe`: it calls what it generated. Generated code checks every access to
//! memory, so that a wrong program ends in a panic and never in someone else's words.

#![expect(unsafe_code, reason = "generated code is called through a pointer, and calls back with some")]

mod code;
mod context;
mod doorway;
#[cfg(test)]
mod tests;
mod translate;

use super::ir::{Intrinsic, Program, check};
use super::machine::{Budget, Columns, Executable, Finish, Memory, Said, Shapes};
use code::Code;
use context::{CONSTRUCTOR, Context, Host, Observer, Stop};
use std::panic::resume_unwind;
use std::sync::{Arc, OnceLock};
use translate::Form;

/// Instructions beyond which a program is not compiled: time and memory of compilation grow faster than the program.
const LARGEST: usize = 50_000;

/// Why there is no native code; the interpreter runs the program all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable(pub String);

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}

/// A program compiled for this processor.
#[derive(Debug)]
pub struct Compiled {
    program: Program,
    shapes: Arc<Shapes>,
    calls: Vec<Intrinsic>,
    fast: Code,
    /// With calls of the observer; compiled when someone first observes.
    observed: OnceLock<Code>,
}

/// # Errors
/// Where `ir::check` refuses the program, Cranelift does not know the processor, or the platform forbids executable
/// pages.
pub fn compile(program: &Program) -> Result<Compiled, Unavailable> {
    // What is generated relies on it: numbers of columns, parameters and slots are not checked again.
    check(program).map_err(Unavailable)?;
    let blocks = program.init.blocks.iter().chain(&program.step.blocks);
    let size: usize = blocks.map(|block| block.insts.len() + 1).sum();
    if size > LARGEST {
        return Err(Unavailable(format!(
            "{} is too large to compile: {size} instructions, {LARGEST} allowed",
            program.name
        )));
    }
    Ok(Compiled {
        fast: code(program, Form::Fast).map_err(Unavailable)?,
        observed: OnceLock::new(),
        shapes: Arc::new(Shapes::of(program)),
        calls: translate::calls(program),
        program: program.clone(),
    })
}

fn code(program: &Program, form: Form) -> Result<Code, String> {
    Code::compile(|builder, target| translate::translate(program, form, builder, target))
}

impl Executable for Compiled {
    /// # Panics
    /// If there are not as many columns or parameters as the program has, if the program leaves its memory, or if
    /// `observe` panics.
    fn run(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        said: &mut Said,
        observe: Option<&mut dyn FnMut(usize, &[u64])>,
    ) -> Finish {
        let bars = columns.bars();
        assert!(columns.extras().len() >= self.program.extras.len(), "{} reads other columns", self.program.name);
        assert_eq!(params.len(), self.program.params.len(), "{} takes other parameters", self.program.name);
        let code = if observe.is_some() {
            self.observed.get_or_init(|| code(&self.program, Form::Observed).expect("it was compiled before"))
        } else {
            &self.fast
        };
        let extras: Vec<*const u64> = columns.extras().iter().map(|column| column.as_ptr()).collect();
        said.targets.clear();
        said.targets.reserve(bars);
        memory.begin(columns, &self.shapes, budget);
        let mut forward = observe.map(|observe| move |bar: usize, state: &[u64]| observe(bar, state));
        let mut host = Host {
            memory,
            calls: &self.calls,
            slots: self.program.state.len(),
            observe: forward.as_mut().map(|forward| forward as &mut Observer<'_>),
            panic: None,
        };
        let mut context = Context {
            words: std::ptr::null_mut(),
            length: 0,
            due: 0,
            heap: columns.words().len() as u64,
            columns: columns.words().as_ptr(),
            extras: extras.as_ptr(),
            bars: bars as u64,
            params: params.as_ptr(),
            targets: said.targets.as_mut_ptr(),
            rounds: budget.rounds.min(i64::MAX as u64),
            confidence_sum: 0.0,
            confident: 0,
            site: 0,
            bar: CONSTRUCTOR,
            takes: Default::default(),
            gives: Default::default(),
            host: std::ptr::null_mut(),
        };
        context.look_at(host.memory);
        context.host = (&raw mut host).cast();
        // SAFETY: columns, of one word per bar each, and parameters are as many as the program's, there is room for a target per bar, the memory
        // was looked at, and the host outlives the call; only the doorways use it meanwhile.
        let stop = unsafe { code.call(&mut context) };
        if let Some(panic) = host.panic {
            resume_unwind(panic);
        }
        let Some(finish) = context.finish(stop) else {
            panic!("{} leaves its memory at bar {}", self.program.name, context.bar)
        };
        if stop == Stop::Done as u32 {
            // SAFETY: a run that is done has written one target per bar, and there is room for them.
            unsafe { said.targets.set_len(bars) };
        }
        said.confidence_sum = context.confidence_sum;
        said.confident = context.confident as usize;
        finish
    }
}
