use crate::strategy::Value;
use std::fmt;

/// One value in a file and the bytes it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// Keys and `[index]` from the top: `["strategies", "[0]", "parameters", "lookback_period"]`. In Python:
    /// classes, functions, then the name that holds it: `["Momentum", "__init__", "self.period"]`; a default is
    /// under its argument, `"(period)"`.
    pub path: Vec<String>,
    /// Which document of a YAML stream, from 0; 0 in every other format.
    pub document: u32,
    /// Byte span in the file, a byte order mark counted; sign and quotes included.
    pub start: u32,
    pub end: u32,
    /// One-based.
    pub line: u32,
    pub value: Value,
    pub quoting: Quoting,
    /// These bytes are read by more than one path: a YAML alias or merge key, or Python's `a = b = 20`.
    pub shared: bool,
    /// This key, or one above it, is given more than once, so another value may win.
    pub duplicate_key: bool,
}

impl Scalar {
    /// The path with dots: `strategies[0].parameters.lookback_period`, `Momentum.__init__(period)`.
    pub fn key(&self) -> String {
        let mut key = String::new();
        for part in &self.path {
            if !key.is_empty() && !part.starts_with(['[', '(']) {
                key.push('.');
            }
            key.push_str(part);
        }
        key
    }
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Plain,
    Single,
    Double,
    /// Readable, but in a form that is not edited: block and multi-line scalars, tags, triple quotes,
    /// string prefixes, joined strings, interpolation.
    Other,
}

/// Why a file's text cannot be read as its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseFault {
    /// One-based.
    pub line: u32,
    pub message: String,
}

impl fmt::Display for ParseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseFault {}
