//! A strategy class in a temporary folder, and a worker for it.

use continuous_backtest::discovery::{
    ArgumentSource, ConstructorArgument, Parameter, Place, PlaceKind, Role, SearchRange, Status, Strategy, ValueType,
    source_hash,
};
use continuous_backtest::market::Series;
use continuous_backtest::strategy::worker::{Interpreter, Limits, Probes, Spec, Worker, find_interpreter};
use continuous_backtest::strategy::{
    Argument, BarShape, Entry, Executor, Failure, FailureKind, Meaning, Outcome, ParamSet, Protocol, Value,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

pub const NAN: f64 = f64::NAN;

/// The python3 of this machine; only its standard library is used.
pub fn python() -> Interpreter {
    static FOUND: OnceLock<Interpreter> = OnceLock::new();
    let only_path = |name: &str| ["PATH", "HOME"].contains(&name).then(|| std::env::var(name).ok()).flatten();
    FOUND.get_or_init(|| find_interpreter(None, Path::new("/"), &only_path, &Probes::none()).unwrap()).clone()
}

/// An interpreter with numpy and pandas, where CBT_TEST_PYTHON_PANDAS names one.
pub fn pandas() -> Option<Interpreter> {
    let Some(path) = std::env::var_os("CBT_TEST_PYTHON_PANDAS") else {
        eprintln!("SKIPPED: CBT_TEST_PYTHON_PANDAS names no interpreter with numpy and pandas");
        return None;
    };
    let env = |name: &str| std::env::var(name).ok();
    let found = find_interpreter(Some(Path::new(&path)), Path::new("/"), &env, &Probes::none()).unwrap();
    assert!(found.pandas.is_some() && found.numpy.is_some(), "{} has no pandas", path.display());
    Some(found)
}

pub struct Seat {
    folder: tempfile::TempDir,
    strategy: Strategy,
    parameters: Vec<Parameter>,
    pub interpreter: Interpreter,
    pub limits: Limits,
    pub meaning: Meaning,
    pub home: Option<PathBuf>,
}

pub fn entry(protocol: Protocol, method: &str, arguments: Vec<Argument>) -> Entry {
    let method = method.to_owned();
    Entry { protocol, method, arguments, exit: None, prepare: None, column: None, assumed: Vec::new() }
}

pub fn on_bar() -> Entry {
    entry(Protocol::Bar, "on_bar", vec![Argument::Bar(BarShape::Attributes)])
}

/// `class S:` with `body` indented below it.
pub fn class(body: &str) -> String {
    let lines: Vec<String> = body.lines().map(|line| format!("    {line}\n")).collect();
    format!("class S:\n{}", lines.concat())
}

impl Seat {
    /// `source` is the file strategies/s.py, whose class is S.
    pub fn new(source: &str, entry: Entry) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("repo").to_string_lossy().into_owned();
        let strategy = Strategy {
            name: "s".into(),
            class_name: "S".into(),
            qualname: "S".into(),
            module: "strategies.s".into(),
            import_root: root.clone(),
            root,
            path: "strategies/s.py".into(),
            line: 1,
            status: Status::Runnable,
            reason: String::new(),
            evidence_line: 1,
            matched_by: String::new(),
            bases: vec![],
            entry: Some(entry),
            constructor: vec![],
            requires: vec![],
            source_files: vec!["strategies/s.py".into()],
            source_hash: "hash".into(),
        };
        let limits = Limits { wall_per_call: Duration::from_secs(20), ..Limits::default() };
        let (parameters, meaning, home) = (Vec::new(), Meaning::default(), None);
        let seat = Self { folder, strategy, parameters, interpreter: python(), limits, meaning, home };
        seat.write("strategies/s.py", source);
        seat
    }

    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("repo").join(name)
    }

    pub fn outside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A further source file of the class.
    pub fn file(mut self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self.strategy.source_files.push(name.into());
        self
    }

    pub fn argument(mut self, name: &str, source: ArgumentSource) -> Self {
        self.strategy.constructor.push(ConstructorArgument { name: name.into(), keyword_only: false, source });
        self
    }

    /// A parameter whose value is `text` in the line of `path` that holds `line`.
    pub fn value(mut self, name: &str, path: &str, line: &str, text: &str, kind: PlaceKind) -> Self {
        let bytes = fs::read(self.path(path)).unwrap();
        let source = String::from_utf8_lossy(&bytes).into_owned();
        let at = source.find(line).unwrap();
        let start = at + line.rfind(text).unwrap();
        let place = Place {
            kind,
            path: path.into(),
            line: 1 + source[..start].matches('\n').count() as u32,
            start: start as u32,
            end: (start + text.len()) as u32,
            key: name.into(),
            file_hash: blake3::hash(&bytes).to_hex().to_string(),
        };
        self.parameters.push(parameter(name, place, vec![]));
        self
    }

    pub fn configured(mut self, name: &str, default: Value, passed_as: &[&str]) -> Self {
        let place = Place {
            kind: PlaceKind::Yaml,
            path: "settings.yaml".into(),
            line: 1,
            start: 0,
            end: 1,
            key: name.into(),
            file_hash: String::new(),
        };
        let passed_as = passed_as.iter().map(|name| (*name).to_owned()).collect();
        self.parameters.push(Parameter { default, ..parameter(name, place, passed_as) });
        self
    }

    /// As discovery would have seen it.
    pub fn class(&self) -> (Strategy, Vec<Parameter>) {
        let mut strategy = self.strategy.clone();
        let hash = |name: &String| blake3::hash(&fs::read(self.path(name)).unwrap()).to_hex().to_string();
        let hashes: Vec<(String, String)> =
            strategy.source_files.iter().map(|name| (name.clone(), hash(name))).collect();
        strategy.source_hash = source_hash(hashes.iter().map(|(name, hash)| (name.as_str(), hash.as_str())));
        (strategy, self.parameters.clone())
    }

    /// Gives the parameter `name` a value of its own and a range.
    pub fn searched(mut self, name: &str, default: Value, range: SearchRange) -> Self {
        let parameter = self.parameters.iter_mut().find(|parameter| parameter.name == name).unwrap();
        (parameter.default, parameter.range) = (default, Some(range));
        self
    }

    pub fn worker(&self) -> Worker {
        Worker::new(Spec {
            strategy: self.strategy.clone(),
            parameters: self.parameters.clone(),
            meaning: self.meaning,
            interpreter: self.interpreter.clone(),
            launcher: env!("CARGO_BIN_EXE_cbt").into(),
            scratch: self.folder.path().join("scratch"),
            limits: self.limits.clone(),
            allow_unsandboxed: false,
            home: self.home.clone(),
        })
    }

    pub fn outcomes(&self, bars: usize, sets: &[ParamSet]) -> Vec<Outcome> {
        let mut worker = self.worker();
        let outcomes = worker.run(&market(bars), sets);
        assert_eq!(outcomes.len(), sets.len());
        outcomes
    }

    /// One run with the user's own values.
    pub fn outcome(&self, bars: usize) -> Outcome {
        self.outcomes(bars, &[ParamSet::new()]).remove(0)
    }

    #[track_caller]
    pub fn targets(&self, bars: usize) -> Vec<f64> {
        targets(self.outcome(bars))
    }

    #[track_caller]
    pub fn failure(&self, bars: usize) -> Failure {
        match self.outcome(bars) {
            Outcome::Raised(failure) => failure,
            other => panic!("expected the class to raise, got {other:?}"),
        }
    }

    #[track_caller]
    pub fn raises(&self, kind: FailureKind, part: &str) -> Failure {
        let failure = self.failure(4);
        assert!(failure.kind == kind && failure.message.contains(part), "{failure:?}");
        failure
    }
}

fn parameter(name: &str, place: Place, passed_as: Vec<String>) -> Parameter {
    Parameter {
        strategy: "s".into(),
        name: name.into(),
        value_type: ValueType::Int,
        default: Value::Null,
        role: Role::Signal,
        range: None,
        range_source: None,
        why_not_searched: None,
        below: None,
        place,
        shadowed: vec![],
        passed_as,
    }
}

#[track_caller]
pub fn targets(outcome: Outcome) -> Vec<f64> {
    match outcome {
        Outcome::Ok(answers) => answers.targets,
        other => panic!("expected answers, got {other:?}"),
    }
}

#[track_caller]
pub fn assert_targets(found: &[f64], expected: &[f64]) {
    let same = |(a, b): (&f64, &f64)| a == b || a.is_nan() && b.is_nan();
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(same), "{found:?} is not {expected:?}");
}

pub fn set(pairs: &[(&str, Value)]) -> ParamSet {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Daily bars whose closes are 1, 2, 3, …
pub fn market(bars: usize) -> Series {
    let close: Vec<f64> = (1..=bars).map(|bar| bar as f64).collect();
    Series {
        name: "historical:TEST".into(),
        timestamp: (0..bars as i64).map(|day| 1_577_836_800_000_000 + day * 86_400_000_000).collect(),
        open: close.iter().map(|close| close - 0.25).collect(),
        high: close.iter().map(|close| close + 0.5).collect(),
        low: close.iter().map(|close| close - 0.5).collect(),
        volume: close.iter().map(|close| close * 1000.0).collect(),
        close,
        periods_per_year: 252.0,
    }
}

impl Seat {
    pub fn rename_root(&mut self, name: &str) {
        let renamed = self.folder.path().join(name);
        fs::rename(self.folder.path().join("repo"), &renamed).unwrap();
        self.strategy.root = renamed.to_string_lossy().into_owned();
        self.strategy.import_root = self.strategy.root.clone();
    }
}
