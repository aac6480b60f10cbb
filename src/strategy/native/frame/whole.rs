//! A class that is given all bars at once, ready to run on columns.

use super::exit::Exit;
use super::market::Market;
use super::program::{Finding, Program};
use super::run::{Run, Step};
use super::value::Value;
use crate::discovery::code::{ClassId, ExprKind, FileId, Repository, each_expr, each_stmt};
use crate::discovery::{Parameter, Strategy};
use crate::market::Series;
use crate::strategy::native::lower::Obstacle;
use crate::strategy::native::verify::Edge;
use crate::strategy::worker::{Interpreter, Names};
use crate::strategy::{self, Answers, Meaning, ParamSet};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const MAX_BYTES: u64 = 4 << 20;
/// Markets that are kept.
const MARKETS: usize = 4;

/// What is known about a class before it runs.
#[derive(Debug)]
pub struct Plan {
    pub strategy: Strategy,
    pub meaning: Meaning,
    pub repository: Repository,
    pub class: ClassId,
    /// Major version, 0 where there is none: what it does with NaN, kinds and copies differs.
    pub pandas: u32,
    pub python: (u8, u8),
    pub parameters: Vec<Parameter>,
    pub(super) names: Names,
    /// Where parameters stand that are plain literals, by file and first byte.
    places: HashMap<String, (FileId, u32)>,
}

/// How a run went.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub answers: Answers,
    pub taken: BTreeSet<Edge>,
    /// Every answer follows from the bars up to its own, whatever the market.
    pub causal: bool,
    /// What may look at later bars, where `causal` does not say that nothing does.
    pub findings: Vec<Finding>,
    pub program: Option<Program>,
}

impl Plan {
    /// # Errors
    /// No pandas, or a class that is not where discovery saw it.
    pub fn new(
        strategy: &Strategy,
        parameters: &[Parameter],
        meaning: Meaning,
        interpreter: &Interpreter,
    ) -> Result<Self, Obstacle> {
        let refuse = |construct: &str, why: String| Obstacle {
            file: strategy.path.clone(),
            line: strategy.line,
            construct: construct.to_owned(),
            why,
        };
        let major = |version: &Option<String>| version.as_deref()?.split('.').next()?.parse::<u32>().ok();
        // Zero where there is none: a class that takes lists needs none.
        let pandas = major(&interpreter.pandas).unwrap_or(0);
        if pandas == 1 {
            return Err(refuse("old pandas", "the rules of pandas 1 are not known here".to_owned()));
        }
        let mut paths: Vec<String> = strategy.source_files.iter().cloned().chain([strategy.path.clone()]).collect();
        paths.sort();
        paths.dedup();
        let repository = Repository::of_files(PathBuf::from(&strategy.root), paths.clone(), MAX_BYTES);
        let class = repository.class_ids().find(|id| {
            repository.files[id.file].path == strategy.path && repository.outline(*id).qualname == strategy.qualname
        });
        let Some(class) = class else {
            return Err(refuse("a class", format!("{} is not in {}", strategy.qualname, strategy.path)));
        };
        let own = parameters.iter().filter(|parameter| parameter.place.kind.is_python());
        let others = own.map(|parameter| parameter.place.path.clone()).filter(|path| !paths.contains(path));
        let mut texts: Vec<Vec<u8>> = repository.files.iter().map(|file| file.text.as_bytes().to_vec()).collect();
        for path in others.collect::<BTreeSet<String>>() {
            let read = std::fs::read(Path::new(&strategy.root).join(&path));
            texts.push(read.map_err(|error| refuse("a source file", format!("{path}: {error}")))?);
        }
        let names = Names::used_in(texts.iter().map(Vec::as_slice));
        let mut version = interpreter.version.split('.').map(|part| part.parse().unwrap_or(0));
        let python = (version.next().unwrap_or(0), version.next().unwrap_or(0));
        let places = places(&repository, parameters);
        Ok(Self {
            strategy: strategy.clone(),
            meaning,
            class,
            pandas,
            python,
            parameters: parameters.to_vec(),
            names,
            places,
            repository,
        })
    }

    pub fn file(&self) -> FileId {
        self.class.file
    }

    pub fn is_enum(&self, class: ClassId) -> bool {
        let bases = &self.repository.outline(class).bases;
        let last = |base: &String| base.rsplit('.').next().unwrap_or_default().to_owned();
        bases.iter().any(|base| matches!(last(base).as_str(), "Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag"))
    }

    /// Whether a set may name this parameter.
    pub fn takes(&self, name: &str) -> bool {
        self.parameters.iter().any(|one| {
            one.name == name
                && if one.place.kind.is_python() { self.places.contains_key(name) } else { !one.passed_as.is_empty() }
        })
    }

    /// Runs the class over `market`.
    ///
    /// # Errors
    /// Where and why CPython has to do it.
    pub fn run(
        &self,
        market: &Market,
        set: &ParamSet,
        reached: Option<&BTreeSet<Edge>>,
        record: bool,
    ) -> Result<Outcome, Exit> {
        let mut values = HashMap::new();
        let none = HashMap::new();
        {
            let run = Run::new(self, market, &none);
            for (name, value) in set {
                if !self.takes(name) {
                    return run.unknown("a parameter", format!("{name} has no place here"));
                }
                if let Some(place) = self.places.get(name) {
                    let value = run.literal(value)?;
                    if values.insert(*place, value).is_some() {
                        return run.unknown("a parameter", format!("{name} shares its bytes with another"));
                    }
                }
            }
        }
        let mut run = Run::new(self, market, &values);
        run.reached = reached;
        if record {
            let mut program = Program::default();
            for name in ["open", "high", "low", "close", "volume"] {
                if let Some(column) = market.column(name) {
                    program.know(&column, name);
                }
            }
            run.program = Some(program);
        }
        let answers = run.whole(set)?;
        let causal = !run.depends && run.ahead == 0;
        let ahead = run.ahead;
        run.findings.retain(|finding| ahead > 0 || !finding.sure);
        Ok(Outcome { answers, taken: run.taken, causal, findings: run.findings, program: run.program })
    }
}

/// Literals that parameters stand for.
fn places(repository: &Repository, parameters: &[Parameter]) -> HashMap<String, (FileId, u32)> {
    let mut literals: HashSet<(FileId, u32, u32)> = HashSet::new();
    for (file, source) in repository.files.iter().enumerate() {
        let mut literal = |expr: &crate::discovery::code::Expr| {
            if matches!(expr.kind, ExprKind::Literal(_)) {
                literals.insert((file, expr.span.start, expr.span.end));
            }
        };
        each_stmt(source.body(), &mut |stmt| {
            if let crate::discovery::code::StmtKind::Function(function) = &stmt.kind {
                for default in function.arguments.iter().filter_map(|one| one.default.as_ref()) {
                    crate::discovery::code::each_expr_in(default, &mut literal);
                }
            }
        });
        each_expr(source.body(), &mut literal);
    }
    let python = parameters.iter().filter(|parameter| parameter.place.kind.is_python());
    python
        .filter_map(|parameter| {
            let place = &parameter.place;
            let file = repository.file_at(0, &place.path)?;
            literals.contains(&(file, place.start, place.end)).then(|| (parameter.name.clone(), (file, place.start)))
        })
        .collect()
}

impl<'a> Run<'a> {
    /// The constructor, the feature step and the entry, as the worker's host calls them.
    fn whole(&mut self, set: &ParamSet) -> Step<Answers> {
        let plan = self.plan;
        let Some(entry) = &plan.strategy.entry else { return self.unknown("no entry", plan.strategy.reason.clone()) };
        let (keywords, mut frame) = self.constructor(set)?;
        let object = self.instantiate(plan.class, Vec::new(), keywords)?;
        let mut features = None;
        if let Some((name, arguments)) = &entry.prepare {
            let mut given = Vec::new();
            let mut passed = None;
            for argument in arguments {
                let value = self.argument(argument, None)?;
                if matches!(value, Value::Frame(_)) {
                    passed = Some(value.clone());
                }
                given.push(value);
            }
            let result = self.entered(&object, name, given)?;
            features = Some(match (result, passed) {
                (Value::None, Some(passed)) => passed,
                (result, _) => result,
            });
        }
        let mut given = Vec::new();
        for argument in &entry.arguments {
            let value = self.argument(argument, features.as_ref())?;
            if matches!(value, Value::Frame(_)) {
                frame = Some(value.clone());
            }
            given.push(value);
        }
        let answer = self.entered(&object, &entry.method, given)?;
        let answers = self.answers(answer, frame.as_ref());
        // An object may hold itself through one of its methods.
        if let Value::Object(held) = &object {
            held.attributes.borrow_mut().clear();
        }
        answers
    }

    fn entered(&mut self, object: &Value<'a>, name: &str, args: Vec<Value<'a>>) -> Step<Value<'a>> {
        match self.method(self.plan.class, name) {
            Some(method) => self.call_method_of(object, method, args, Vec::new()),
            None => self.unknown("an entry", format!("`{name}` is not in the repository")),
        }
    }
}

/// A class that may run on columns, shared by all its seats.
#[derive(Debug)]
pub struct Whole {
    plan: Plan,
    /// The ways that verification saw; all others end a run.
    reached: BTreeSet<Edge>,
    markets: Mutex<Vec<Arc<Market>>>,
}

impl Whole {
    pub fn new(plan: Plan, reached: BTreeSet<Edge>) -> Self {
        Self { plan, reached, markets: Mutex::default() }
    }

    pub fn market(&self, series: &Series) -> Arc<Market> {
        let mut markets = self.markets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = markets.iter().find(|known| known.holds(series)) {
            return known.clone();
        }
        if markets.len() == MARKETS {
            markets.remove(0);
        }
        let market = Arc::new(Market::of(series));
        markets.push(market.clone());
        market
    }

    /// The kernels that make the answers with the user's own values; those beyond the first few hundred are counted.
    pub fn steps(&self, series: &Series) -> Option<(Vec<String>, usize)> {
        let outcome = self.plan.run(&Market::of(series), &ParamSet::new(), Some(&self.reached), true).ok()?;
        outcome.program.map(|program| (program.lines().to_vec(), program.omitted()))
    }

    /// # Errors
    /// Where and why CPython has to do it.
    pub fn run(&self, market: &Market, set: &ParamSet) -> Result<Answers, Exit> {
        self.plan.run(market, set, Some(&self.reached), false).map(|outcome| outcome.answers)
    }
}

/// Kept as the name of a set in messages.
pub fn named(set: &strategy::ParamSet) -> String {
    serde_json::to_string(set).unwrap_or_else(|error| error.to_string())
}
