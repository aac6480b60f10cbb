use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a table cannot be written or read: which file, which table, what is wrong, what to do next.
#[derive(Debug)]
pub struct ArtifactError {
    pub file: PathBuf,
    pub table: &'static str,
    pub fault: Fault,
}

#[derive(Debug)]
pub enum Fault {
    /// The file is not there; `stage` is the command that writes it.
    Missing {
        stage: &'static str,
    },
    /// The operating system refused.
    Io {
        doing: &'static str,
        source: io::Error,
    },
    /// Not Parquet, or Parquet cut short or damaged.
    Damaged {
        why: String,
        stage: &'static str,
    },
    /// Parquet of somebody else, or another of our tables under this name.
    Foreign {
        found: Option<String>,
    },
    Version {
        found: String,
        expected: u32,
        stage: &'static str,
    },
    Columns {
        expected: String,
        found: String,
    },
    /// One cell: `row` is zero-based.
    Cell {
        row: usize,
        column: &'static str,
        why: String,
    },
    /// A row whose cells are sound but do not fit together.
    Row {
        row: usize,
        why: String,
    },
    DuplicateKey {
        row: usize,
        key: String,
    },
    /// A name that cannot be part of a file name, a day that is no day.
    Name {
        what: &'static str,
        value: String,
    },
    /// One run, two days.
    RunElsewhere {
        run: String,
        other: PathBuf,
    },
    /// One market's name that the file does not hold.
    NoSuchMarket {
        name: String,
        held: usize,
    },
}

impl ArtifactError {
    pub(crate) fn new(file: &Path, table: &'static str, fault: Fault) -> Self {
        Self { file: file.to_path_buf(), table, fault }
    }

    pub(crate) fn io(file: &Path, table: &'static str, doing: &'static str, source: io::Error) -> Self {
        Self::new(file, table, Fault::Io { doing, source })
    }

    /// True where the file is simply not there yet.
    pub fn is_missing(&self) -> bool {
        matches!(self.fault, Fault::Missing { .. })
    }
}

impl fmt::Display for ArtifactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, table, fault } = self;
        let file = file.display();
        match fault {
            Fault::Missing { stage } => write!(f, "{file} is not there; run `cbt {stage}` first"),
            Fault::Io { doing, source } => write!(f, "cannot {doing} {file} (table {table}): {source}"),
            Fault::Damaged { why, stage } => write!(
                f,
                "{file} (table {table}) is damaged or not Parquet: {why}; delete it and run `cbt {stage}` again"
            ),
            Fault::Foreign { found: Some(found) } => {
                write!(f, "{file} holds the table {found}, not {table}; move it away")
            }
            Fault::Foreign { found: None } => {
                write!(
                    f,
                    "{file} (table {table}) was not written by cbt, or is damaged: its seal is missing; move it away"
                )
            }
            Fault::Version { found, expected, stage } => write!(
                f,
                "{file} holds table {table} in schema version {found}, this program reads version {expected}; \
                 run `cbt {stage}` again, or use the cbt that wrote it"
            ),
            Fault::Columns { expected, found } => {
                write!(f, "{file} (table {table}) has the columns {found}; expected {expected}")
            }
            Fault::Cell { row, column, why } => {
                write!(f, "{file} (table {table}), row {}, column {column}: {why}", row + 1)
            }
            Fault::Row { row, why } => write!(f, "{file} (table {table}), row {}: {why}", row + 1),
            Fault::DuplicateKey { row, key } => {
                write!(f, "{file} (table {table}), row {}: the key {key} is there twice", row + 1)
            }
            Fault::Name { what, value } => write!(f, "{file} (table {table}): {value:?} is not a usable {what}"),
            Fault::RunElsewhere { run, other } => {
                write!(f, "{file} (table {table}): run {run} is already recorded in {}", other.display())
            }
            Fault::NoSuchMarket { name, held } => {
                write!(f, "{file} (table {table}) holds {held} markets, none of them called {name:?}")
            }
        }
    }
}

impl Error for ArtifactError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.fault {
            Fault::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
