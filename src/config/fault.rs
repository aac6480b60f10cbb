use super::raw::Origin;
use std::fmt;
use std::path::PathBuf;

/// Everything that is wrong with a configuration, in file order.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    pub file: PathBuf,
    /// Never empty.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong: where, and what to write instead.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// None: it concerns the file as a whole.
    pub origin: Option<Origin>,
    /// `backtest_settings.commission_rate`; empty for the file as a whole.
    pub key: String,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    Unreadable {
        message: String,
    },
    Syntax {
        message: String,
    },
    UnknownKey {
        nearest: Option<String>,
        known: Vec<String>,
    },
    Duplicate {
        first: Origin,
    },
    WrongType {
        expected: String,
        found: String,
    },
    OutOfRange {
        found: String,
        admissible: String,
    },
    /// One of a closed list was expected.
    UnknownWord {
        found: String,
        nearest: Option<String>,
        known: Vec<String>,
    },
    /// It contradicts another setting, or itself.
    Contradiction {
        message: String,
    },
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", self.file.display())?;
            match fault.origin {
                Some(Origin::Line(line)) => write!(f, ":{line}")?,
                Some(Origin::Override) => write!(f, " with the pipeline's overrides")?,
                None => {}
            }
            write!(f, ": ")?;
            if !fault.key.is_empty() {
                write!(f, "{}: ", fault.key)?;
            }
            write!(f, "{}", fault.reason)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { message } => write!(f, "cannot be read: {message}"),
            Self::Syntax { message } => write!(f, "is not YAML: {message}"),
            Self::UnknownKey { nearest: Some(nearest), .. } => write!(f, "unknown key, did you mean `{nearest}`?"),
            Self::UnknownKey { nearest: None, known } => write!(f, "unknown key; known here: {}", known.join(", ")),
            Self::Duplicate { first: Origin::Line(line) } => write!(f, "stands twice, first in line {line}"),
            Self::Duplicate { first: Origin::Override } => write!(f, "stands twice"),
            Self::WrongType { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::OutOfRange { found, admissible } => write!(f, "{found} is out of range, admissible is {admissible}"),
            Self::UnknownWord { found, nearest: Some(nearest), .. } => {
                write!(f, "there is no `{found}` here, did you mean `{nearest}`?")
            }
            Self::UnknownWord { found, nearest: None, known } => {
                write!(f, "there is no `{found}` here, admissible is {}", known.join(", "))
            }
            Self::Contradiction { message } => write!(f, "{message}"),
        }
    }
}

/// The word somebody most likely meant, if any is near.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const NEAR: f64 = 0.8;
    let folded = word.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&folded, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}
