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
use super::machine::{self, Budget, Columns, Executable, Finish, Memory, Moves, Said, Shapes};
use code::Code;
use context::{CONSTRUCTOR, Context, Host, Observer};
use std::panic::resume_unwind;
use std::sync::{Arc, OnceLock};
use translate::{Calm, Form};

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
    targets: Code,
    /// With calls of the observer; compiled when someone first observes.
    observed: OnceLock<Code>,
    calm: Option<Calm>,
    /// Tells changes; compiled when someone first asks. None where that cannot be had.
    moves: OnceLock<Option<Code>>,
    /// The same, reading watched columns as bytes.
    moves_of_bytes: OnceLock<Option<Code>>,
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
        targets: code(program, Form::Targets).map_err(Unavailable)?,
        observed: OnceLock::new(),
        calm: Calm::of(program),
        moves: OnceLock::new(),
        moves_of_bytes: OnceLock::new(),
        shapes: Arc::new(Shapes::of(program)),
        calls: translate::calls(program),
        program: program.clone(),
    })
}

fn code(program: &Program, form: Form<'_>) -> Result<Code, String> {
    Code::compile(|builder, target| translate::translate(program, form, builder, target))
}

impl Compiled {
    /// Whether bars are skipped on which nothing can happen.
    pub const fn skips(&self) -> bool {
        self.calm.is_some()
    }

    fn moves_code(&self, bytes: bool) -> Option<&Code> {
        let kept = if bytes { &self.moves_of_bytes } else { &self.moves };
        let form = Form::Moves { calm: self.calm.as_ref(), bytes };
        kept.get_or_init(|| code(&self.program, form).ok()).as_ref()
    }

    /// Hoisted columns that decide when a bar has to be run.
    fn watched(&self) -> &[u32] {
        self.calm.as_ref().map_or(&[], |calm| &calm.flips)
    }

    /// Runs `code`; `fill` gives the context room for what its form writes.
    fn enter(
        &self,
        code: &Code,
        (columns, params): (&Columns, &[u64]),
        memory: &mut Memory,
        budget: Budget,
        observe: Option<machine::Observer<'_>>,
        fill: impl FnOnce(&mut Context),
    ) -> (Finish, Context) {
        assert!(columns.extras().len() >= self.program.extras.len(), "{} reads other columns", self.program.name);
        assert_eq!(params.len(), self.program.params.len(), "{} takes other parameters", self.program.name);
        let extras: Vec<*const u64> = columns.extras().iter().map(|column| column.words().as_ptr()).collect();
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
            bars: columns.bars() as u64,
            params: params.as_ptr(),
            targets: std::ptr::null_mut(),
            changes: std::ptr::null_mut(),
            changed: 0,
            clipped: 0,
            events: std::ptr::null_mut(),
            flips: std::ptr::null(),
            bytes: std::ptr::null(),
            rounds: budget.rounds.min(i64::MAX as u64),
            confidence_sum: 0.0,
            confident: 0,
            site: 0,
            bar: CONSTRUCTOR,
            takes: Default::default(),
            gives: Default::default(),
            host: std::ptr::null_mut(),
        };
        fill(&mut context);
        context.look_at(host.memory);
        context.host = (&raw mut host).cast();
        // SAFETY: columns, of one word per bar each, and parameters are as many as the program's, `fill` gave room
        // for what the form writes, the memory was looked at, and the host outlives the call; only the doorways use
        // it meanwhile.
        let stop = unsafe { code.call(&mut context) };
        if let Some(panic) = host.panic {
            resume_unwind(panic);
        }
        let Some(finish) = context.finish(stop) else {
            panic!("{} leaves its memory at bar {}", self.program.name, context.bar)
        };
        (finish, context)
    }
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
        let code = if observe.is_some() {
            self.observed.get_or_init(|| code(&self.program, Form::Observed).expect("it was compiled before"))
        } else {
            &self.targets
        };
        said.targets.clear();
        said.targets.reserve(columns.bars());
        let room = said.targets.as_mut_ptr();
        let fill = |context: &mut Context| context.targets = room;
        let (finish, context) = self.enter(code, (columns, params), memory, budget, observe, fill);
        if finish == Finish::Done {
            // SAFETY: a run that is done has written one target per bar, and there is room for them.
            unsafe { said.targets.set_len(columns.bars()) };
        }
        said.confidence_sum = context.confidence_sum;
        said.confident = context.confident as usize;
        finish
    }

    /// # Panics
    /// As [`Self::run`].
    fn moves(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        moves: &mut Moves,
    ) -> Finish {
        assert!(columns.extras().len() >= self.program.extras.len(), "{} reads other columns", self.program.name);
        let watched = || self.watched().iter().map(|extra| &columns.extras()[*extra as usize]);
        let flips: Vec<*const u64> = watched().map(|column| column.flips().as_ptr()).collect();
        let bytes: Option<Vec<*const u8>> = watched().map(|column| Some(column.bytes()?.as_ptr())).collect();
        let Some(code) = self.moves_code(bytes.is_some()) else {
            let finish = self.run(columns, params, memory, budget, &mut moves.said, None);
            if finish == Finish::Done {
                moves.hear();
            }
            return finish;
        };
        let bars = columns.bars();
        moves.changes.clear();
        moves.changes.reserve(bars);
        moves.events.resize(bars.div_ceil(64), 0);
        let (changes, events) = (moves.changes.as_mut_ptr(), moves.events.as_mut_ptr());
        let fill = |context: &mut Context| {
            (context.changes, context.events, context.flips) = (changes, events, flips.as_ptr());
            context.bytes = bytes.as_ref().map_or(std::ptr::null(), |bytes| bytes.as_ptr());
        };
        let (finish, context) = self.enter(code, (columns, params), memory, budget, None, fill);
        if finish == Finish::Done {
            // SAFETY: a run that is done has written as many changes as it says, one per bar at most, and there is
            // room for them.
            unsafe { moves.changes.set_len(context.changed as usize) };
        }
        moves.clipped = context.clipped as usize;
        (moves.confidence_sum, moves.confident) = (context.confidence_sum, context.confident as usize);
        finish
    }

    fn expect(&self, _: u64) {
        // What a column holds is not known yet; most that are watched hold truth values.
        self.moves_code(true);
    }
}
