use crate::market::FaultReason;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a file of bars or returns is not loaded.
#[derive(Debug)]
pub struct MarketRefusal {
    pub file: PathBuf,
    /// Data row, one-based: the first row below the header is 1.
    pub row: Option<usize>,
    pub reason: RefusalReason,
}

#[derive(Debug)]
pub enum RefusalReason {
    Io(io::Error),
    /// Neither `.csv` nor `.parquet`.
    Extension,
    NotUtf8,
    Unreadable(String),
    /// Another number of cells than the header has.
    Ragged {
        expected: usize,
        found: usize,
    },
    MissingColumns {
        missing: Vec<&'static str>,
        found: Vec<String>,
    },
    /// A file of closes: no open, high and low.
    CloseOnly {
        found: Vec<String>,
    },
    AmbiguousColumn {
        column: &'static str,
        found: Vec<String>,
    },
    /// A Parquet column of a type that is no number and no time.
    ColumnType {
        column: String,
        found: String,
    },
    EmptyCell {
        column: String,
    },
    Unparsable {
        column: String,
        text: String,
        expected: &'static str,
    },
    /// A number that is none: NaN or infinite.
    NotFinite {
        column: String,
        value: f64,
    },
    /// Two columns of one name.
    RepeatedColumn {
        name: String,
    },
    /// A header and nothing below it.
    NoRows,
    /// Unix times that change their unit on the way.
    MixedUnits {
        text: String,
        before: &'static str,
        here: &'static str,
    },
    Bar(FaultReason),
    Gap {
        from: String,
        to: String,
        days: f64,
        allowed: u32,
    },
    /// Another file has given a market of this name already.
    NameTaken {
        name: String,
        by: PathBuf,
    },
}

impl fmt::Display for MarketRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for MarketRefusal {}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read: {error}"),
            Self::Extension => write!(f, "is neither .csv nor .parquet"),
            Self::NotUtf8 => write!(f, "is not UTF-8 text; save it as UTF-8"),
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Self::Ragged { expected, found } => write!(f, "has {found} cells, the header has {expected}"),
            Self::MissingColumns { missing, found } => {
                write!(f, "no column for {}; the columns found are {}", missing.join(", "), found.join(", "))
            }
            Self::CloseOnly { found } => write!(
                f,
                "has closes but no open, high and low (columns: {}); orders are filled at the open, so bars cannot \
                 be made up from closes",
                found.join(", ")
            ),
            Self::AmbiguousColumn { column, found } => {
                write!(f, "{} could each be {column}; rename the one that is meant to {column}", found.join(" and "))
            }
            Self::ColumnType { column, found } => write!(f, "column {column} is of type {found}"),
            Self::EmptyCell { column } => write!(f, "{column} is empty"),
            Self::Unparsable { column, text, expected } => write!(f, "{column} {text:?} is not {expected}"),
            Self::NotFinite { column, value } => write!(f, "{column} is {value}"),
            Self::RepeatedColumn { name } => write!(f, "has two columns called {name}; rename one of them"),
            Self::NoRows => write!(f, "has a header and no rows below it"),
            Self::MixedUnits { text, before, here } => {
                write!(f, "timestamp {text} looks like {here}, the first row's like {before}")
            }
            Self::Bar(reason) => write!(f, "{reason}"),
            Self::Gap { from, to, days, allowed } => write!(
                f,
                "{days:.0} days are missing between {from} and {to}; at most {allowed} are allowed, so split the \
                 file or raise the limit"
            ),
            Self::NameTaken { name, by } => write!(f, "{name} is already the name of {}", by.display()),
        }
    }
}
