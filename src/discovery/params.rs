use crate::strategy::{Argument, Protocol};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// What to scan, and what the user says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    pub roots: Vec<PathBuf>,
    /// Globs relative to a root, `strategies/**/*.py`; empty takes every `.py` file.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    /// Class names that make a candidate: `*Strategy`.
    pub name_patterns: Vec<String>,
    /// Further base classes that make a candidate, bare or dotted: `SignalSource`, `lib.Model`.
    pub base_classes: Vec<String>,
    /// By strategy name, class name, or `path/to/file.py:Outer.Inner`.
    pub overrides: BTreeMap<String, Override>,
    /// Larger `.py` files are unreadable rows, not read.
    pub max_file_bytes: u64,
}

impl Params {
    pub const NAME_PATTERNS: [&str; 5] = ["*Strategy", "*Bot", "*Trader", "*System", "*Algo"];

    pub fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            roots,
            include: Vec::new(),
            exclude: Vec::new(),
            name_patterns: Self::NAME_PATTERNS.map(str::to_owned).to_vec(),
            base_classes: Vec::new(),
            overrides: BTreeMap::new(),
            max_file_bytes: 2_000_000,
        }
    }
}

/// What the user says about one strategy; it wins over what is read from the code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Override {
    pub exclude: bool,
    pub entry: Option<EntryOverride>,
    /// Low, high and step by parameter name.
    pub bounds: BTreeMap<String, (f64, f64, Option<f64>)>,
    /// Parameters that are never searched.
    pub pinned: Vec<String>,
    /// Constructor arguments by keyword.
    pub arguments: BTreeMap<String, serde_json::Value>,
    /// The configuration file that holds this strategy's values, relative to its root.
    pub config_file: Option<String>,
    /// Dotted path of its section in that file: `strategies.momentum_trader.params`.
    pub config_key: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntryOverride {
    /// None keeps the method that discovery would choose.
    pub method: Option<String>,
    /// None infers them.
    pub arguments: Option<Vec<Argument>>,
    pub exit_method: Option<String>,
    /// None infers them.
    pub exit_arguments: Option<Vec<Argument>>,
    /// The feature step; None leaves it to discovery.
    pub prepare: Option<String>,
    pub column: Option<String>,
    pub protocol: Option<Protocol>,
}

/// Why nothing could be scanned.
#[derive(Debug)]
pub enum ScanError {
    MissingRoot(PathBuf),
    NotADirectory(PathBuf),
    Unreadable(PathBuf, std::io::Error),
    Glob {
        pattern: String,
        reason: String,
    },
    /// The roots hold no Python file at all, which is not the same as holding no class.
    NoPythonFiles(Vec<PathBuf>),
    Threads(String),
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingRoot(root) => {
                write!(f, "{}: there is no such directory; name the folder that holds your strategies", root.display())
            }
            Self::NotADirectory(root) => {
                write!(f, "{}: is a file, not a directory; name the folder it is in", root.display())
            }
            Self::Unreadable(root, error) => write!(f, "{}: cannot be read: {error}", root.display()),
            Self::Glob { pattern, reason } => write!(f, "pattern `{pattern}` is not a valid glob: {reason}"),
            Self::NoPythonFiles(roots) => {
                let roots: Vec<_> = roots.iter().map(|root| root.display().to_string()).collect();
                write!(f, "{}: no Python file in there (ignored and hidden ones aside)", roots.join(", "))
            }
            Self::Threads(reason) => write!(f, "worker threads cannot be started: {reason}"),
        }
    }
}

impl std::error::Error for ScanError {}
