use serde::{Deserialize, Serialize};
use std::fmt;

/// Where native code and CPython parted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub market: String,
    /// The parameter set as JSON; `{}` is the user's own values.
    pub parameters: String,
    /// Zero-based; None where it is about the run as a whole.
    pub bar: Option<usize>,
    /// `answer`, `confidence`, `self.avg_gain`, `end`
    pub what: String,
    pub cpython: String,
    pub native: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { market, parameters, bar, what, cpython, native } = self;
        write!(f, "{what}")?;
        if let Some(bar) = bar {
            write!(f, " at bar {bar}")?;
        }
        write!(f, " of {market} with {parameters}: CPython {cpython}, native {native}")
    }
}
