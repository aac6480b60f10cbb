use super::{Hoisted, Window, hoist};
use crate::strategy::native::ir::Program;
use crate::strategy::native::machine::{
    Budget, Columns, Executable, Finish, Memory, Moves, Observer, Said, SharedColumn,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Words of a market's columns that are kept (128 MiB); beyond, others go for each that is made.
const MOST_WORDS: usize = 16 << 20;
/// Markets whose columns are kept.
const MARKETS: usize = 4;

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
    windows: Vec<Window>,
    params: Vec<usize>,
}

impl Made {
    /// None where it bails.
    fn column(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        said: &mut Said,
    ) -> Option<SharedColumn> {
        let mut all = columns.clone();
        for window in &self.windows {
            all.push(Arc::new(window.words(columns, params)?));
        }
        let finish = self.executable.run(&all, params, memory, budget, said, None);
        let words = || said.targets.iter().map(|value| value.to_bits()).collect();
        (finish == Finish::Done).then(|| SharedColumn::new(words()))
    }
}

/// By the parameters it depends on; None where it bails.
type Known = HashMap<Vec<u64>, Option<Arc<SharedColumn>>>;

/// Columns of one market.
#[derive(Debug)]
struct Kept {
    market: Arc<Vec<u64>>,
    columns: Vec<Known>,
    /// All of them, in no order.
    held: Vec<(usize, Vec<u64>)>,
    /// Chooses what goes.
    turn: u64,
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
            .map(|column| {
                let executable = build(&column.program)?;
                Ok(Made { executable, windows: column.windows, params: column.params })
            })
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
        let mut all = columns.with_room(self.columns.len());
        let mut key = Vec::new();
        let mut kept = self.kept();
        for (index, made) in self.columns.iter().enumerate() {
            key.clear();
            key.extend(made.params.iter().map(|&param| params[param]));
            let known = self.of(&mut kept, columns).columns[index].get(key.as_slice()).cloned();
            let column = if let Some(known) = known {
                known
            } else {
                // Others may make theirs meanwhile, or this one too: it is the same.
                drop(kept);
                let column = made.column(columns, params, memory, budget, said).map(Arc::new);
                kept = self.kept();
                let most = MOST_WORDS / columns.bars().max(1);
                self.of(&mut kept, columns).keep((index, key.clone()), column.clone(), most);
                column
            };
            all.push(column?);
        }
        Some(all)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of this market: its words are held, so no other can stand at their address meanwhile.
    fn of<'a>(&self, kept: &'a mut Vec<Kept>, market: &Columns) -> &'a mut Kept {
        let known = kept.iter().position(|kept| Arc::ptr_eq(&kept.market, market.shared()));
        let index = known.unwrap_or_else(|| {
            if kept.len() == MARKETS {
                kept.remove(0);
            }
            let columns = vec![Known::new(); self.columns.len()];
            kept.push(Kept { market: Arc::clone(market.shared()), columns, held: Vec::new(), turn: 0 });
            kept.len() - 1
        });
        &mut kept[index]
    }
}

impl Kept {
    /// Where there are `most` of them already, any other goes: a sweep asks for the same ones in the same order again and
    /// again, so whatever was asked for longest ago is what will be asked for next.
    fn keep(&mut self, (index, key): (usize, Vec<u64>), column: Option<Arc<SharedColumn>>, most: usize) {
        if self.columns[index].insert(key.clone(), column).is_some() {
            return;
        }
        while self.held.len() >= most.max(1) {
            // Knuth's MMIX generator (1997, TAOCP 2, 3.3.4).
            self.turn = self.turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (index, key) = self.held.swap_remove((self.turn >> 33) as usize % self.held.len());
            self.columns[index].remove(&key);
        }
        self.held.push((index, key));
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

    fn moves(
        &self,
        columns: &Columns,
        params: &[u64],
        memory: &mut Memory,
        budget: Budget,
        moves: &mut Moves,
    ) -> Finish {
        match self.with_extras(columns, params, memory, budget, &mut moves.said) {
            Some(all) => self.residue.moves(&all, params, memory, budget, moves),
            None => self.whole.moves(columns, params, memory, budget, moves),
        }
    }

    fn expect(&self, bars: u64) {
        self.residue.expect(bars);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_columns_that_are_asked_for_in_turn_some_are_still_there() {
        let mut kept = Kept { market: Arc::default(), columns: vec![Known::new(); 2], held: Vec::new(), turn: 0 };
        let mut found = 0;
        for round in 0..20_u64 {
            for column in 0..30_u64 {
                let (index, key) = (column as usize % 2, vec![column]);
                if kept.columns[index].contains_key(&key) {
                    found += u32::from(round > 0);
                } else {
                    kept.keep((index, key), None, 20);
                }
                assert_eq!(kept.columns.iter().map(HashMap::len).sum::<usize>(), kept.held.len());
                assert!(kept.held.len() <= 20);
            }
        }
        assert!(found > 150, "only {found} of 570");
    }
}
