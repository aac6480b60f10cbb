//! One run: the constructor and the entry followed statement by statement, every column made by a kernel.

use super::column::{Column, Data, EVER, Word, id_of};
use super::exit::{Cause, Exit};
use super::market::Market;
use super::program::{Finding, Program};
use super::value::Value;
use super::whole::Plan;
use crate::discovery::code::{ClassId, FileId, Lineage};
use crate::strategy::native::lower::Obstacle;
use crate::strategy::native::verify::{Edge, Part};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

pub type Step<T> = Result<T, Exit>;

/// Statements, rounds of loops and calls that one run may take at its start and per bar. What walks windows one by one
/// in Python takes more; CPython does that sooner than a walk over the source does.
const ROUNDS: u64 = 2_000;
const ROUNDS_PER_BAR: u64 = 32;
const DEPTH: usize = 32;
/// A branch is known by its file and the byte it begins at, packed into one number.
const OFFSET_BITS: u32 = 22;

/// The names of one call.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    pub names: HashMap<&'a str, Value<'a>>,
    pub file: FileId,
    /// The class whose method runs, and the object it runs on.
    pub class: Option<ClassId>,
    pub object: Option<Value<'a>>,
}

pub struct Run<'a> {
    pub plan: &'a Plan,
    pub market: &'a Market,
    /// Values of the set by file and first byte.
    pub values: &'a HashMap<(FileId, u32), Value<'a>>,
    /// The ways that verification saw; None while it looks.
    pub reached: Option<&'a BTreeSet<Edge>>,
    pub taken: BTreeSet<Edge>,
    pub scopes: Vec<Scope<'a>>,
    /// Module variables, class variables and defaults of arguments, made once as an import makes them.
    pub made: BTreeMap<(FileId, u32), Value<'a>>,
    pub at: u32,
    /// What it did, where that is to be told.
    pub program: Option<Program>,
    /// Bars ahead: what may have looked there.
    pub findings: Vec<Finding>,
    /// It took a way that depends on the bars or on how many there are, or asked row by row.
    pub depends: bool,
    /// Bars that what was answered, or what decided about it, may look ahead.
    pub ahead: u32,
    rounds: u64,
    lineages: RefCell<HashMap<ClassId, Option<Rc<Lineage<'a>>>>>,
}

impl<'a> Run<'a> {
    pub fn new(plan: &'a Plan, market: &'a Market, values: &'a HashMap<(FileId, u32), Value<'a>>) -> Self {
        Self {
            plan,
            market,
            values,
            reached: None,
            taken: BTreeSet::new(),
            scopes: vec![Scope { file: plan.file(), ..Scope::default() }],
            made: BTreeMap::new(),
            at: 0,
            program: None,
            findings: Vec::new(),
            depends: false,
            ahead: 0,
            rounds: ROUNDS + ROUNDS_PER_BAR * market.bars() as u64,
            lineages: RefCell::default(),
        }
    }

    pub fn scope(&mut self) -> &mut Scope<'a> {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::default());
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    pub fn lineage(&self, class: ClassId) -> Option<Rc<Lineage<'a>>> {
        let find = || Lineage::of(&self.plan.repository, class).map(Rc::new);
        self.lineages.borrow_mut().entry(class).or_insert_with(find).clone()
    }

    pub fn file(&self) -> FileId {
        self.scopes.last().map_or(0, |scope| scope.file)
    }

    pub fn place(&self) -> (String, u32) {
        let source = &self.plan.repository.files[self.file()];
        (source.path.clone(), source.line(self.at))
    }

    fn exit<T>(&self, cause: Cause, construct: &str, why: impl Into<String>) -> Step<T> {
        let (file, line) = self.place();
        Err(Exit { cause, at: Obstacle { file, line, construct: construct.to_owned(), why: why.into() } })
    }

    /// Nothing here knows what CPython makes of it.
    pub fn unknown<T>(&self, construct: &str, why: impl Into<String>) -> Step<T> {
        self.exit(Cause::Unknown, construct, why)
    }

    /// CPython raises, or the case is one that only CPython can tell.
    pub fn raises<T>(&self, why: impl Into<String>) -> Step<T> {
        self.exit(Cause::Raises, "an error", why)
    }

    pub fn round(&mut self) -> Step<()> {
        self.rounds = self.rounds.saturating_sub(1);
        if self.rounds == 0 { self.exit(Cause::Spent, "rounds", "more rounds than a run may take") } else { Ok(()) }
    }

    pub fn enter(&mut self, scope: Scope<'a>) -> Step<()> {
        if self.scopes.len() >= DEPTH {
            return self.unknown("calls", "nested too deep");
        }
        self.round()?;
        self.scopes.push(scope);
        Ok(())
    }

    /// Goes one of two ways; a way that verification never saw ends the run.
    pub fn way(&mut self, at: u32, yes: bool) -> Step<bool> {
        let file = u32::try_from(self.file()).unwrap_or(u32::MAX);
        if file >= 1 << (32 - OFFSET_BITS) || at >= 1 << OFFSET_BITS {
            return self.unknown("a repository", "with too many or too large files");
        }
        let edge = Edge { part: Part::Step, block: file << OFFSET_BITS | at, yes };
        if let Some(reached) = self.reached {
            if !reached.contains(&edge) {
                return self.exit(Cause::Unseen, "a branch", crate::strategy::native::verify::NEVER_SEEN);
            }
        } else {
            self.taken.insert(edge);
        }
        Ok(yes)
    }

    /// Makes a column from `inputs` and `words`. What is `shared` is made once per market.
    pub fn kernel(
        &mut self,
        name: &'static str,
        inputs: &[&Column],
        words: &[Word<'_>],
        shared: bool,
        make: impl FnOnce() -> Data,
    ) -> Column {
        let ids: Option<Vec<u128>> = inputs.iter().map(|input| input.id).collect();
        let id = ids.map(|ids| id_of(name, &ids, words));
        let ahead = inputs.iter().map(|input| input.ahead).max().unwrap_or(0);
        let whole = || Column { data: make(), id, ahead };
        let column = match id {
            Some(id) if shared => self.market.shared(id, whole),
            _ => whole(),
        };
        if self.program.is_some() {
            let (file, line) = self.place();
            if let Some(program) = &mut self.program {
                program.note(name, inputs, words, &column, &file, line);
            }
        }
        column
    }

    /// `column` is known to look ahead from here on.
    pub fn looks(&mut self, column: &mut Column, bars: u32, what: &str) {
        column.ahead = column.ahead.saturating_add(bars);
        let (file, line) = self.place();
        let finding = Finding { file, line, what: what.to_owned(), sure: bars < EVER };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Rows are taken out of these columns, or chosen by them: what they look ahead is in whatever follows.
    pub fn asked<'c>(&mut self, columns: impl IntoIterator<Item = &'c Column>) {
        self.depends = true;
        self.ahead = columns.into_iter().fold(self.ahead, |ahead, column| ahead.max(column.ahead));
    }

    /// A number made of all bars: what follows from it is no longer only the past's.
    pub fn looks_at_all(&mut self, what: &str) {
        self.depends = true;
        let (file, line) = self.place();
        let finding = Finding { file, line, what: what.to_owned(), sure: false };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
