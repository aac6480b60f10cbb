//! What discovery finds. Nothing here was imported or executed: it is read from source text.

use crate::strategy::{Entry, Value};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What stands in the way of running a class, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Runnable,
    /// No known protocol, or a framework's: someone has to say how it is called.
    NeedsAdapter,
    /// Needs more than bars: an options chain, a second asset, fundamentals, an order book, news.
    NeedsData,
    /// Constructs a client, connection or broker.
    NeedsService,
    Abstract,
    Test,
    /// An enum, exception, data record, ORM model, sizing or retry policy, alert system.
    NotAStrategy,
    /// The file does not parse or cannot be read.
    Unreadable,
    /// Left out by the configuration.
    Excluded,
}

impl Status {
    pub const ALL: [Self; 9] = [
        Self::Runnable,
        Self::NeedsAdapter,
        Self::NeedsData,
        Self::NeedsService,
        Self::Abstract,
        Self::Test,
        Self::NotAStrategy,
        Self::Unreadable,
        Self::Excluded,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Runnable => "runnable",
            Self::NeedsAdapter => "needs_adapter",
            Self::NeedsData => "needs_data",
            Self::NeedsService => "needs_service",
            Self::Abstract => "abstract",
            Self::Test => "test",
            Self::NotAStrategy => "not_a_strategy",
            Self::Unreadable => "unreadable",
            Self::Excluded => "excluded",
        }
    }
}

/// Where the constructor's argument comes from when the class is built.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "from")]
pub enum ArgumentSource {
    /// The user's own default applies; nothing is passed.
    Default,
    /// Plain value from a configuration file or from a required argument's override; passed by keyword.
    Value { value: serde_json::Value },
    /// An instance of a companion class built without arguments: `config: MomentumConfig`.
    Instance { module: String, qualname: String },
    /// The whole frame (or another window shape), for `data_in_constructor`.
    Data { shape: crate::strategy::WindowShape },
}

/// One argument of the constructor, in order, without `self`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConstructorArgument {
    pub name: String,
    pub keyword_only: bool,
    pub source: ArgumentSource,
}

/// One class (or one file that could not be read). Grain of `strategies.parquet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    /// snake_case of the class; where two would be equal, told apart by path: `momentum_trader@live/bots`.
    pub name: String,
    /// Bare class name; empty for an unreadable file.
    pub class_name: String,
    /// Dotted within the module: `Outer.Inner`.
    pub qualname: String,
    /// Dotted import name relative to `import_root`: `strategies.momentum`.
    pub module: String,
    /// Absolute directory that has to be on sys.path for `module` to import.
    pub import_root: String,
    /// Absolute scanned root this was found under.
    pub root: String,
    /// Relative to `root`, with forward slashes.
    pub path: String,
    pub line: u32,
    pub status: Status,
    /// One sentence for people: why this status.
    pub reason: String,
    /// The line in `path` that proves the status.
    pub evidence_line: u32,
    /// What made it a candidate: `*Trader`, or `base class BaseStrategy`.
    pub matched_by: String,
    /// Bases in resolution order as written, `module:qualname` where they are in the repository.
    pub bases: Vec<String>,
    pub entry: Option<Entry>,
    pub constructor: Vec<ConstructorArgument>,
    /// Top-level third-party modules imported by the class's own file and the repository files it imports.
    pub requires: Vec<String>,
    /// Repository files (relative to `root`) this class is built from: its own, and those it imports, transitively.
    pub source_files: Vec<String>,
    /// blake3 of those files' names and bytes.
    pub source_hash: String,
}

/// The hash of files, given by path and by the blake3 of their bytes in hexadecimal, in the order of their paths.
pub fn source_hash<'a>(sources: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (path, hash) in sources {
        hasher.update(&(path.len() as u64).to_le_bytes());
        hasher.update(path.as_bytes());
        hasher.update(hash.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    Int,
    Float,
    Bool,
    /// One of a fixed list: `Literal[...]`, a freqtrade CategoricalParameter, a declared list.
    Categorical,
    /// A member of an enum in the repository.
    Enum,
    Str,
    Null,
    /// `5 * 12`, a call, a name: shown, never searched.
    Expression,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Signal,
    Risk,
    Infrastructure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    ConstructorDefault,
    /// `self.x = 20` in `__init__`, never reassigned.
    SelfAttribute,
    ClassAttribute,
    ModuleConstant,
    /// A value in a dict literal such as DEFAULT_PARAMS.
    DictEntry,
    /// A default of a companion dataclass's field.
    DataclassField,
    /// The default in `config.get("k", 20)` or `config["k"]` with a literal fallback.
    ConfigGet,
    /// `IntParameter(5, 50, default=20)` and other declared parameter objects; `params = (("k", 20),)`.
    FrameworkParameter,
    Yaml,
    Json,
    Toml,
    Env,
}

impl PlaceKind {
    /// The value stands in Python source: changing those bytes changes what the class does.
    pub const fn is_python(self) -> bool {
        !matches!(self, Self::Yaml | Self::Json | Self::Toml | Self::Env)
    }
}

/// Where a value lives: the exact bytes that `apply` would replace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub kind: PlaceKind,
    /// Relative to the strategy's root, with forward slashes.
    pub path: String,
    /// One-based.
    pub line: u32,
    /// Byte span of the value alone (sign and quotes included).
    pub start: u32,
    pub end: u32,
    /// What the value is called there: `lookback_period`, `strategies.momentum_trader.params.lookback_period`.
    pub key: String,
    /// blake3 of the file when it was read.
    pub file_hash: String,
}

/// Values a search may try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SearchRange {
    Int {
        low: i64,
        high: i64,
        step: i64,
    },
    /// `log` where the range spans two decades or more.
    Float {
        low: f64,
        high: f64,
        step: Option<f64>,
        log: bool,
    },
    Bool,
    Choice {
        choices: Vec<Value>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RangeSource {
    /// The code declares it: IntParameter, hyperparameters(), get_params_config, Literal, Enum.
    Declared,
    /// `# optimize: 5..60 step 1`
    Comment,
    Inferred,
    /// From continuous_backtest_config.yaml.
    Configured,
}

/// One parameter of one strategy. Grain of `parameters.parquet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    pub strategy: String,
    pub name: String,
    pub value_type: ValueType,
    /// The value in force: where code and file both have one, `place` is the one that wins.
    pub default: Value,
    pub role: Role,
    /// None: not searched, `why_not_searched` says why (infrastructure, pinned, expression, no sensible range).
    pub range: Option<SearchRange>,
    pub range_source: Option<RangeSource>,
    pub why_not_searched: Option<String>,
    /// This value has to stay below that parameter's: `fast_period` below `slow_period`.
    pub below: Option<String>,
    pub place: Place,
    /// Further places that hold a value for it and lose against `place`.
    pub shadowed: Vec<Place>,
    /// Constructor keyword or dict argument through which a configuration file's value reaches the class:
    /// `["lookback_period"]`, or `["config", "lookback_period"]`. Empty for values in Python source, which
    /// reach it by themselves.
    pub passed_as: Vec<String>,
}

/// A function that looks like a strategy; counted and named, not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionCandidate {
    pub name: String,
    pub path: String,
    pub line: u32,
}

/// All that one scan found, sorted by path, line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub strategies: Vec<Strategy>,
    pub parameters: Vec<Parameter>,
    pub functions: Vec<FunctionCandidate>,
    pub files_read: usize,
    pub classes_read: usize,
    /// Links that were not followed because they lead out of the roots: the link, relative to its root, and its
    /// target.
    pub astray: Vec<(String, PathBuf)>,
    /// Python files that were not read because their name, or a folder's above them, is not UTF-8.
    pub nameless: Vec<PathBuf>,
}
