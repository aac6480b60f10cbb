use super::{Hoisted, hoist};
use crate::strategy::native::ir::Program;
use crate::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Observer, Said};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Words of a market's columns that are kept (32 MiB); beyond, all are dropped and made again as they are asked for.
const MOST_WORDS: usize = 4 << 20;
/// Markets whose columns are kept.
const MARKETS: usize = 4;

type Words = Arc<Vec<u64>>;
type Build<'a> = &'a dyn Fn(&Program) -> Result<Arc<dyn Executable>, String>;

/// A program run as residue over columns, which all sets and threads share.
#[derive(Debug)]
pub struct Hoisting {
    /// Runs where a column cannot be had, and where every attribute is watched.
    whole: Arc<dyn Executable>,
    residue: Arc<dyn Executable>,
    columns: Vec<Made>,
    /// The latest markets.
    kept: Mutex<Vec<Kept>>,
}

#[derive(Debug)]
struct Made {
    executable: Arc<dyn Executable>,
    params: Vec<usize>,
}

/// Columns of one market.
#[derive(Debug, Default)]
struct Kept {
    market: Words,
    /// By column and the parameters it depends on; None where it bails.
    columns: BTreeMap<(usize, Vec<u64>), Option<Words>>,
    words: usize,
}

impl Hoisting {
    /// `program` made runnable by `build`, hoisted where there is something to hoist.
    ///
    /// # Errors
    /// Why `build` cannot.
    pub fn over(program: &Program, build: Build<'_>) -> Result<Arc<dyn Executable>, String> {
        let whole = build(program)?;
        let Some(Hoisted { columns, residue }) = hoist(program) else { return Ok(whole) };
        let columns = columns
            .into_iter()
            .map(|column| Ok(Made { executable: build(&column.program)?, params: column.params }))
            .collect::<Result<_, String>>()?;
        Ok(Arc::new(Self { whole, residue: build(&residue)?, columns, kept: Mutex::default() }))
    }

    /// The market's columns and the set's; None where one of them bails.
    fn with_extras(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        said: &mut Said,
    ) -> Option<Columns> {
        let mut all = columns.clone();
        for (index, made) in self.columns.iter().enumerate() {
            let key = (index, made.params.iter().map(|&param| params[param]).collect::<Vec<_>>());
            let known = kept_of(&mut self.kept(), columns).columns.get(&key).cloned();
            let column = known.unwrap_or_else(|| {
                let finish = made.executable.run(columns, params, memory, budget, said, None);
                let column = (finish == Finish::Done)
                    .then(|| Arc::new(said.targets.iter().map(|value| value.to_bits()).collect::<Vec<_>>()));
                kept_of(&mut self.kept(), columns).keep(key, column.clone(), columns.bars());
                column
            });
            all.push(column?);
        }
        Some(all)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of this market: its words are held, so no other can stand at their address meanwhile.
fn kept_of<'a>(kept: &'a mut Vec<Kept>, market: &Columns) -> &'a mut Kept {
    let known = kept.iter().position(|kept| Arc::ptr_eq(&kept.market, market.shared()));
    let index = known.unwrap_or_else(|| {
        if kept.len() == MARKETS {
            kept.remove(0);
        }
        kept.push(Kept { market: Arc::clone(market.shared()), ..Kept::default() });
        kept.len() - 1
    });
    &mut kept[index]
}

impl Kept {
    fn keep(&mut self, key: (usize, Vec<u64>), column: Option<Words>, bars: usize) {
        if self.words + bars > MOST_WORDS {
            self.columns.clear();
            self.words = 0;
        }
        self.words += bars;
        self.columns.insert(key, column);
    }
}

impl Executable for Hoisting {
    /// Where someone observes, it is the whole program that is watched; the answers are the residue's all the same.
    fn run(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        said: &mut Said,
        observe: Option<Observer<'_>>,
    ) -> Finish {
        if let Some(observe) = observe {
            let finish = self.whole.run(columns, params, memory, budget, said, Some(observe));
            if finish != Finish::Done {
                return finish;
            }
        }
        match self.with_extras(columns, params, memory, budget, said) {
            Some(all) => self.residue.run(&all, params, memory, budget, said, None),
            None => self.whole.run(columns, params, memory, budget, said, None),
        }
    }
}
