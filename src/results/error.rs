use crate::artifact::ArtifactError;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the results store cannot be published or asked.
#[derive(Debug)]
pub enum ResultsError {
    /// A Parquet file it is published from.
    Artifact(ArtifactError),
    /// No store yet.
    Missing {
        file: PathBuf,
    },
    Io {
        file: PathBuf,
        doing: &'static str,
        source: io::Error,
    },
    /// The store is there but DuckDB cannot open it.
    Unreadable {
        file: PathBuf,
        why: String,
    },
    /// The store is that of another version of this program, and lacks what was asked for.
    OtherVersion {
        file: PathBuf,
    },
    /// DuckDB refused while the store was being built.
    Build {
        file: PathBuf,
        doing: &'static str,
        why: String,
    },
    /// Rows went missing on the way.
    Lost {
        table: &'static str,
        expected: usize,
        found: usize,
    },
    /// SQL that is not one statement that only reads.
    NotAQuestion {
        why: String,
    },
    /// DuckDB's own words about somebody's SQL.
    Sql {
        why: String,
    },
}

impl fmt::Display for ResultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Artifact(error) => write!(f, "{error}"),
            Self::Missing { file } => write!(f, "{} is not there; run `cbt iterate` first", file.display()),
            Self::Io { file, doing, source } => write!(f, "cannot {doing} {}: {source}", file.display()),
            Self::Unreadable { file, why } => write!(
                f,
                "{} cannot be opened: {why}; delete it and run `cbt iterate`, which publishes it again from Parquet",
                file.display()
            ),
            Self::OtherVersion { file } => write!(
                f,
                "{} was published by another version of this program; run `cbt iterate`, which publishes it again \
                 from Parquet",
                file.display()
            ),
            Self::Build { file, doing, why } => write!(f, "cannot {doing} for {}: {why}", file.display()),
            Self::Lost { table, expected, found } => {
                write!(f, "table {table} has {found} rows after loading, its Parquet files have {expected}")
            }
            Self::NotAQuestion { why } | Self::Sql { why } => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for ResultsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Artifact(error) => Some(error),
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<ArtifactError> for ResultsError {
    fn from(error: ArtifactError) -> Self {
        Self::Artifact(error)
    }
}
