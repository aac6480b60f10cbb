use super::ir::Program;
use super::machine::{Budget, Columns, Executable, Finish, Memory, Moves, Observer, Said};
use super::verify::Build;
use super::vm::Vm;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Bars that are interpreted in about the time that compilation takes.
const PATIENCE: u64 = 40_000;

/// A program that verification let through, interpreted until it has run for as long as its compilation takes. The
/// gate saw both agree with CPython, so nobody can tell which of them answers.
#[derive(Debug)]
pub struct Tiered {
    program: Program,
    vm: Arc<Vm>,
    build: Build,
    bars: AtomicU64,
    /// The interpreter again where the platform has become one that allows no more.
    built: OnceLock<Arc<dyn Executable>>,
}

impl Tiered {
    /// # Errors
    /// Why the program cannot even be interpreted.
    pub fn new(program: &Program, build: Build) -> Result<Self, String> {
        let vm = Arc::new(Vm::new(program)?);
        Ok(Self { program: program.clone(), vm, build, bars: AtomicU64::new(0), built: OnceLock::new() })
    }

    fn at(&self, bars: u64) -> &dyn Executable {
        if let Some(built) = self.built.get() {
            return built.as_ref();
        }
        if self.bars.fetch_add(bars, Ordering::Relaxed).saturating_add(bars) <= PATIENCE {
            return self.vm.as_ref();
        }
        self.built().as_ref()
    }

    fn built(&self) -> &Arc<dyn Executable> {
        self.built.get_or_init(|| (self.build)(&self.program).unwrap_or_else(|_| self.vm.clone()))
    }
}

impl Executable for Tiered {
    fn run(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        said: &mut Said,
        observe: Option<Observer<'_>>,
    ) -> Finish {
        self.at(columns.bars() as u64).run(columns, params, memory, budget, said, observe)
    }

    fn moves(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        moves: &mut Moves,
    ) -> Finish {
        self.at(columns.bars() as u64).moves(columns, params, memory, budget, moves)
    }

    fn expect(&self, bars: u64) {
        if bars > PATIENCE {
            self.built().expect(bars);
        }
    }
}
