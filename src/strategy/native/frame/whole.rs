//! A class that is given all bars at once, ready to run on columns.

use super::exit::Exit;
use super::index::Index;
use super::market::Market;
use super::program::{Finding, Program};
use super::run::{Run, Step};
use super::value::{Frame, Key, Value};
use crate::discovery::code::{ClassId, ExprKind, FileId, Repository, each_expr, each_stmt};
use crate::discovery::{ArgumentSource, Parameter, Strategy};
use crate::market::Series;
use crate::strategy::native::lower::Obstacle;
use crate::strategy::native::verify::Edge;
use crate::strategy::worker::{Interpreter, Names};
use crate::strategy::{self, Answers, Argument, Meaning, ParamSet, WindowShape};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
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
    /// Major version: what it does with NaN, kinds and copies differs.
    pub pandas: u32,
    pub python: (u8, u8),
    parameters: Vec<Parameter>,
    names: Names,
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
        let (Some(pandas), Some(numpy)) = (major(&interpreter.pandas), major(&interpreter.numpy)) else {
            return Err(refuse("no pandas", "the interpreter has no numpy or no pandas".to_owned()));
        };
        if pandas < 2 || numpy < 2 {
            return Err(refuse(
                "old pandas",
                format!("numpy {numpy} with pandas {pandas}; from 2 on their rules are known"),
            ));
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

    fn argument(&mut self, argument: &Argument, features: Option<&Value<'a>>) -> Step<Value<'a>> {
        match argument {
            Argument::Window(shape) => self.bars(*shape),
            Argument::FeatureFrame => match features {
                Some(features) => Ok(features.clone()),
                None => self.unknown("an argument", "the result of a feature step that is not there"),
            },
            Argument::ColumnWindow(name) => {
                let Some(column) = self.market.column(&name.to_lowercase()) else {
                    return self.unknown("an argument", format!("the column {name}"));
                };
                self.plain_list(&column)
            }
            Argument::Symbol => self.unknown("an argument", "the market's symbol"),
            Argument::Index => Ok(Value::size(self.market.bars().saturating_sub(1))),
            Argument::Position => Ok(Value::int(0)),
            Argument::EntryPrice => Ok(Value::None),
            Argument::Bar(_) | Argument::Field(_) | Argument::FeatureRow | Argument::PreviousFeatureRow => {
                self.unknown("an argument", "one bar")
            }
        }
    }

    fn plain_list(&mut self, column: &super::column::Column) -> Step<Value<'a>> {
        let all = (0..column.len()).map(|at| super::iterate::plain(&column.data, at)).collect();
        Ok(Value::list(all))
    }

    /// All bars, in one of the shapes that the host gives them.
    fn bars(&mut self, shape: WindowShape) -> Step<Value<'a>> {
        let Some(close) = self.market.column("close") else { return self.unknown("bars", "without closes") };
        let index = Index::times(self.market.bars());
        match shape {
            WindowShape::Frame => self.frame_of_bars(index),
            WindowShape::SeriesOfCloses => Ok(Value::series(close, index, Some(Key::Text("close".into())))),
            WindowShape::ArrayOfCloses => Ok(Value::array(close)),
            WindowShape::ListOfCloses => self.plain_list(&close),
            WindowShape::ListOfAttributes | WindowShape::ListOfDicts | WindowShape::DictOfLists => {
                self.unknown("an argument", "bars as a list of objects")
            }
        }
    }

    fn frame_of_bars(&mut self, index: Index) -> Step<Value<'a>> {
        let names = &self.plan.names;
        let mut columns = Vec::new();
        for date in &names.dates {
            let rows = (0..self.market.bars()).collect();
            let column = super::column::Column::own(super::column::Data::Times(Arc::new(rows)));
            columns.push((Key::Text((*date).into()), column));
        }
        for name in ["open", "high", "low", "close", "volume"] {
            let Some(column) = self.market.column(name) else { continue };
            if names.lower {
                columns.push((Key::Text(name.into()), column.clone()));
            }
            if names.title {
                let title = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
                columns.push((Key::Text(title.as_str().into()), column));
            }
        }
        Ok(Value::frame(Frame { columns, index }))
    }

    /// What the constructor is given, and the frame among it.
    fn constructor(&mut self, set: &ParamSet) -> Step<(Vec<(String, Value<'a>)>, Option<Value<'a>>)> {
        let plan = self.plan;
        let mut given: Vec<(String, Value<'a>)> = Vec::new();
        let mut frame = None;
        for argument in &plan.strategy.constructor {
            let value = match &argument.source {
                ArgumentSource::Default => continue,
                ArgumentSource::Value { value } => self.json(value)?,
                ArgumentSource::Instance { module, qualname } => {
                    let name = module.rsplit('.').next().unwrap_or(module);
                    let class = plan.repository.class_ids().find(|id| {
                        let source = &plan.repository.files[id.file];
                        plan.repository.outline(*id).qualname == *qualname
                            && (source.stem() == name || source.stem() == "__init__" && source.folder().ends_with(name))
                    });
                    match class {
                        Some(class) => self.instantiate(class, Vec::new(), Vec::new())?,
                        None => return self.unknown("a companion object", format!("{module}.{qualname}")),
                    }
                }
                ArgumentSource::Data { shape } => {
                    let value = self.bars(*shape)?;
                    frame = matches!(value, Value::Frame(_)).then(|| value.clone());
                    value
                }
            };
            given.push((argument.name.clone(), value));
        }
        for parameter in plan.parameters.iter().filter(|parameter| !parameter.place.kind.is_python()) {
            if parameter.passed_as.is_empty() {
                continue;
            }
            let value = self.literal(set.get(&parameter.name).unwrap_or(&parameter.default))?;
            self.put(&mut given, &parameter.passed_as, value)?;
        }
        Ok((given, frame))
    }

    /// Sets `config.lookback` in the arguments.
    fn put(&mut self, given: &mut Vec<(String, Value<'a>)>, path: &[String], value: Value<'a>) -> Step<()> {
        let Some((first, rest)) = path.split_first() else { return Ok(()) };
        let at = given.iter().position(|(name, _)| name == first);
        if rest.is_empty() {
            match at {
                Some(at) => given[at].1 = value,
                None => given.push((first.clone(), value)),
            }
            return Ok(());
        }
        let at = at.unwrap_or_else(|| {
            given.push((first.clone(), Value::None));
            given.len() - 1
        });
        if matches!(given[at].1, Value::None) {
            given[at].1 = Value::Dict(Rc::default());
        }
        let Value::Dict(entries) = &given[at].1 else {
            return self.unknown("a constructor argument", "inside an object");
        };
        let mut inner: Vec<(String, Value<'a>)> = Vec::new();
        for (key, value) in entries.borrow().iter() {
            let Value::Text(key) = key else {
                return self.unknown("a constructor argument", "with a key that is no text");
            };
            inner.push((key.to_string(), value.clone()));
        }
        self.put(&mut inner, rest, value)?;
        let made = inner.into_iter().map(|(key, value)| (Value::text(&key), value)).collect();
        given[at].1 = Value::Dict(Rc::new(std::cell::RefCell::new(made)));
        Ok(())
    }

    fn json(&self, value: &Json) -> Step<Value<'a>> {
        Ok(match value {
            Json::Null => Value::None,
            Json::Bool(value) => Value::bool(*value),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => Value::int(value),
                (None, Some(value)) => Value::float(value),
                (None, None) => return self.unknown("a number", number.to_string()),
            },
            Json::String(text) => Value::text(text),
            Json::Array(items) => {
                Value::list(items.iter().map(|item| self.json(item)).collect::<Step<Vec<Value<'a>>>>()?)
            }
            Json::Object(items) => {
                let mut entries = Vec::new();
                for (key, value) in items {
                    entries.push((Value::text(key), self.json(value)?));
                }
                Value::Dict(Rc::new(std::cell::RefCell::new(entries)))
            }
        })
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
