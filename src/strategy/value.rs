use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A parameter's value as Python would hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    /// Python source that is neither of the above, such as an enum member: `Mode.FAST`.
    Code {
        code: String,
    },
}

/// Values by parameter name. A parameter that is not named keeps the value the user gave it.
pub type ParamSet = BTreeMap<String, Value>;

impl Value {
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Null | Self::Str(_) | Self::Code { .. } => None,
        }
    }
}

/// As Python writes it: `True`, `20`, `1.5`, `'ema'`, `None`, `Mode.FAST`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => write!(f, "None"),
            Self::Bool(true) => write!(f, "True"),
            Self::Bool(false) => write!(f, "False"),
            Self::Int(value) => write!(f, "{value}"),
            // `{:?}` is the shortest text that reads back to the same bits, with a `.0` where needed.
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Str(value) => {
                write!(f, "'")?;
                for c in value.chars() {
                    match c {
                        '\\' => write!(f, "\\\\")?,
                        '\'' => write!(f, "\\'")?,
                        '\n' => write!(f, "\\n")?,
                        '\r' => write!(f, "\\r")?,
                        '\t' => write!(f, "\\t")?,
                        c => write!(f, "{c}")?,
                    }
                }
                write!(f, "'")
            }
            Self::Code { code } => write!(f, "{code}"),
        }
    }
}
