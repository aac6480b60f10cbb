//! From a class's source to one typed program, or the construct that stands in the way.
//!
//! The constructor and the entry method are followed as they would run, every call inlined. What a value is follows
//! from what is done to it; attributes of objects made in the constructor become state slots, everything made
//! while bars pass lives in memory. Passes repeat until the types of attributes and list elements settle.
//! Whatever is not understood is an [`Obstacle`]: nothing is ever approximated.

mod alias;
mod answer;
mod arithmetic;
mod attribute;
mod builder;
mod builtin;
mod call;
mod compare;
mod comprehension;
mod construct;
mod convert;
mod elementwise;
mod entry;
mod expr;
mod external;
mod extreme;
mod facts;
mod fields;
mod flow;
mod frame;
mod given;
mod iterate;
mod kinds;
mod line;
mod list;
mod loops;
mod market_key;
mod method;
mod name;
mod numpy_scalar;
mod rolling;
mod stmt;
mod sum;
#[cfg(test)]
mod tests;
mod truth;
mod ty;
mod val;

use super::ir::{self, Kind, Program, Site, SiteId, Slot, State};
use crate::discovery::code::{FileId, Repository};
use crate::discovery::{Parameter, Strategy};
use crate::strategy::Meaning;
use builder::Builder;
use facts::{Facts, Origin, Symbol};
use flow::Env;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use ty::StaticId;
use val::Val;

const MAX_PASSES: usize = 24;
const MAX_INSTRUCTIONS: usize = 60_000;
const MAX_DEPTH: usize = 40;
const MAX_BYTES: u64 = 4 << 20;

/// What is to be lowered, and for which interpreter.
#[derive(Debug)]
pub struct Request<'a> {
    pub strategy: &'a Strategy,
    /// The strategy's own parameters.
    pub parameters: &'a [Parameter],
    pub meaning: Meaning,
    /// Major and minor version of CPython.
    pub python: (u8, u8),
    /// Major version of pandas, where there is one.
    pub pandas: Option<u32>,
    /// Parameters that vary, with the kind their values have; all others keep the value in the source.
    pub varied: &'a BTreeMap<String, VariedKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VariedKind {
    Bool,
    Int,
    Float,
    /// Passed as the index of its text in [`Lowered::strings`].
    Str,
}

/// A program, and the strings that its symbols stand for; a string that is not there has the next free number.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowered {
    pub program: Program,
    pub strings: Vec<Option<String>>,
}

/// What keeps a class in CPython.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// Relative to the root.
    pub file: String,
    /// One-based.
    pub line: u32,
    /// A class of constructs, the same for all places: `try statement`, `pandas`.
    pub construct: String,
    /// What it is about here.
    pub why: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.construct, self.why)
    }
}

/// # Errors
/// The first construct that is not understood.
pub fn lower(request: &Request<'_>) -> Result<Lowered, Obstacle> {
    let strategy = request.strategy;
    let paths = strategy.source_files.iter().cloned().chain([strategy.path.clone()]);
    let mut paths: Vec<String> = paths.collect();
    paths.sort();
    paths.dedup();
    let repository = Repository::of_files(PathBuf::from(&strategy.root), paths, MAX_BYTES);
    let mut facts = Facts::default();
    for _ in 0..MAX_PASSES {
        let mut pass = Pass::new(request, &repository, facts.clone());
        let done = pass.run();
        let settled = pass.facts == facts;
        match done {
            Ok(()) if settled => return Ok(pass.finish()),
            // What is learnt before an obstacle may remove it.
            Err(obstacle) if settled => return Err(obstacle),
            _ => facts = pass.facts,
        }
    }
    Err(Obstacle {
        file: strategy.path.clone(),
        line: strategy.line,
        construct: "types that do not settle".to_owned(),
        why: format!("after {MAX_PASSES} passes"),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Init,
    Step,
}

/// One walk through constructor and method, under the facts known so far.
struct Pass<'a> {
    request: &'a Request<'a>,
    repo: &'a Repository,
    /// What earlier passes learnt: representations follow it.
    known: Facts,
    /// With what this one learns.
    facts: Facts,
    phase: Phase,
    b: Builder,
    env: Env,
    frames: Vec<flow::Frame>,
    /// The file and the byte at which lowering stands.
    file: FileId,
    at: u32,
    /// In a loop or a branch of the constructor: what is made there may be made twice or not at all.
    conditional: usize,
    slots: BTreeMap<(StaticId, String), Vec<Slot>>,
    flags: BTreeMap<(StaticId, String), Slot>,
    /// At the end of the constructor: what is certainly set.
    program: Program,
    sites: BTreeMap<(FileId, u32, String), SiteId>,
    params: BTreeMap<(String, u32, u32), String>,
    /// Objects in memory whose constructor is running.
    making: Vec<(ir::Reg, ty::RecordId)>,
    /// The next call inlined is the one whose answers count, and how they are read.
    answering: Option<usize>,
    /// Attributes that the constructor sets somewhere, if only on one path.
    touched: BTreeSet<(StaticId, String)>,
    /// Lists and deques that were changed so far.
    changed: BTreeSet<ty::ListId>,
    hidden: usize,
}

type Lower<T> = Result<T, Obstacle>;

impl<'a> Pass<'a> {
    fn new(request: &'a Request<'a>, repo: &'a Repository, facts: Facts) -> Self {
        let params = request
            .parameters
            .iter()
            .filter(|parameter| parameter.place.kind.is_python() && request.varied.contains_key(&parameter.name))
            .map(|parameter| {
                let place = &parameter.place;
                ((place.path.clone(), place.start, place.end), parameter.name.clone())
            })
            .collect();
        let program = Program {
            name: request.strategy.name.clone(),
            params: request
                .varied
                .iter()
                .map(|(name, kind)| ir::Param {
                    name: name.clone(),
                    kind: if *kind == VariedKind::Float { Kind::F } else { Kind::I },
                })
                .collect(),
            ..Program::default()
        };
        Self {
            request,
            repo,
            known: facts.clone(),
            facts,
            phase: Phase::Init,
            b: Builder::begin(),
            env: Env::default(),
            frames: Vec::new(),
            file: 0,
            at: 0,
            conditional: 0,
            slots: BTreeMap::new(),
            flags: BTreeMap::new(),
            program,
            sites: BTreeMap::new(),
            params,
            making: Vec::new(),
            answering: None,
            touched: BTreeSet::new(),
            changed: BTreeSet::new(),
            hidden: 0,
        }
    }

    fn run(&mut self) -> Lower<()> {
        let own = self.own_class()?;
        self.file = own.file;
        let object = self.construct_own(own)?;
        self.class_defaults()?;
        self.b.end(ir::End::Return { target: None, confidence: None });
        let assigned = std::mem::take(&mut self.env.assigned);
        let unreachable = self.site("control came where none was expected");
        self.program.init = std::mem::replace(&mut self.b, Builder::begin()).finish(unreachable);
        self.phase = Phase::Step;
        self.env = Env { assigned, ..Env::default() };
        self.entry(&object)?;
        self.program.step = std::mem::take(&mut self.b).finish(unreachable);
        self.observe();
        Ok(())
    }

    fn finish(self) -> Lowered {
        let strings = self
            .facts
            .symbols()
            .iter()
            .map(|symbol| match symbol {
                Symbol::Text(text) => Some(text.clone()),
                Symbol::Member { .. } | Symbol::Market => None,
            })
            .collect();
        Lowered { program: self.program, strings }
    }

    /// Attributes that the class body gives a value and some method changes.
    fn class_defaults(&mut self) -> Lower<()> {
        let keys: Vec<(StaticId, String)> = self.known.attributes.keys().cloned().collect();
        for (id, name) in keys {
            if self.env.assigned.contains(&(id, name.clone())) {
                continue;
            }
            if let Some(class) = self.facts.class_of(id)
                && let Some(value) = self.class_attribute(class, &name)?
            {
                if self.touched.contains(&(id, name.clone())) {
                    return self.obstacle("an attribute with a class default", format!("`{name}` is set at times"));
                }
                self.set_attribute(id, &name, &value)?;
            }
        }
        Ok(())
    }

    /// Attributes of the strategy object, and of the objects it holds, that hold one number.
    fn observe(&mut self) {
        let mut names: BTreeMap<StaticId, String> = BTreeMap::new();
        let Some(own) = self.facts.attributes.keys().map(|(id, _)| *id).min() else { return };
        names.insert(own, String::new());
        // An object held by an attribute of an observed one, to any depth.
        loop {
            let mut more = Vec::new();
            for ((id, name), ty) in &self.facts.attributes {
                if let (Some(prefix), ty::Ty::Known(ty::Known::Static(held))) = (names.get(id), ty)
                    && !names.contains_key(held)
                    && self.facts.class_of(*held).is_some()
                {
                    more.push((*held, format!("{prefix}{name}.")));
                }
            }
            if more.is_empty() {
                break;
            }
            names.extend(more);
        }
        for (key, slots) in &self.slots {
            let Some(prefix) = names.get(&key.0) else { continue };
            if self.flags.contains_key(key) {
                continue;
            }
            let value = match (self.known.attributes.get(key).and_then(ty::Ty::kinds), slots.as_slice()) {
                (Some(ty::Kinds::FLOAT), &[slot]) => ir::ObservedValue::Float(slot),
                (Some(ty::Kinds::INT | ty::Kinds::BOOL), &[slot]) => ir::ObservedValue::Int(slot),
                (None, &[slot]) if self.known.attributes.get(key) == Some(&ty::Ty::Pandas(ty::Pandas::Float)) => {
                    ir::ObservedValue::Float(slot)
                }
                (Some(_), &[tag, bits]) => ir::ObservedValue::Any { tag, bits },
                _ => continue,
            };
            self.program.observed.push(ir::Observed { attribute: format!("{prefix}{}", key.1), value });
        }
    }

    /// A place where a run can leave.
    fn site(&mut self, why: &str) -> SiteId {
        let key = (self.file, self.at, why.to_owned());
        if let Some(&site) = self.sites.get(&key) {
            return site;
        }
        let source = &self.repo.files[self.file];
        let site = Site { file: source.path.clone(), line: source.line(self.at), why: why.to_owned() };
        self.program.sites.push(site);
        let id = SiteId(u32::try_from(self.program.sites.len() - 1).unwrap_or(u32::MAX));
        self.sites.insert(key, id);
        id
    }

    fn obstacle<T>(&self, construct: &str, why: impl Into<String>) -> Lower<T> {
        let source = &self.repo.files[self.file];
        Err(Obstacle {
            file: source.path.clone(),
            line: source.line(self.at),
            construct: construct.to_owned(),
            why: why.into(),
        })
    }

    /// Where lowering stands, with the calls that led here.
    fn origin(&self) -> Origin {
        self.frames.iter().map(|frame| (frame.caller.0, frame.caller.1)).chain([(self.file, self.at)]).collect()
    }

    fn new_slot(&mut self, name: String, word: ir::Word) -> Slot {
        self.program.state.push(State { name, word });
        Slot(u32::try_from(self.program.state.len() - 1).unwrap_or(u32::MAX))
    }

    fn layout(&mut self, words: Vec<ir::Word>) -> ir::LayoutId {
        let known = self.program.layouts.iter().position(|layout| layout.words == words);
        let at = known.unwrap_or_else(|| {
            self.program.layouts.push(ir::Layout { words });
            self.program.layouts.len() - 1
        });
        ir::LayoutId(u32::try_from(at).unwrap_or(u32::MAX))
    }

    fn symbol(&mut self, text: &str) -> Val {
        Val::literal(val::Literal::Symbol(self.facts.symbol(Symbol::Text(text.to_owned()))))
    }
}
