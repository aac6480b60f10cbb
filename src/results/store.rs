use super::cells::{self, Table};
use super::error::ResultsError;
use super::publish::layout;
use super::rows::{LeaderboardRow, OptimizationImpactRow, RecentActivityRow, ScenarioSummaryRow, ViewRow};
use duckdb::{AccessMode, Config, Connection};
use std::path::{Path, PathBuf};

/// A published store, opened to read. It shows the file as it was when it was opened, however often it
/// is published meanwhile.
pub struct Store {
    pub(super) connection: Connection,
    file: PathBuf,
}

impl Store {
    /// # Errors
    /// There is no store yet, or DuckDB cannot open it.
    pub fn open_read_only(path: &Path) -> Result<Self, ResultsError> {
        Self::open(path, Ok)
    }

    /// `more` is what is configured besides.
    pub(super) fn open(path: &Path, more: impl FnOnce(Config) -> duckdb::Result<Config>) -> Result<Self, ResultsError> {
        let file = || path.to_path_buf();
        if !path.is_file() {
            return Err(ResultsError::Missing { file: file() });
        }
        let config = Config::default()
            .access_mode(AccessMode::ReadOnly)
            .and_then(|config| config.enable_autoload_extension(false))
            .and_then(more)
            // Nobody's query reads or writes other files through us. Nothing about files can be set after this.
            .and_then(|config| config.enable_external_access(false));
        let opened = config.and_then(|config| Connection::open_with_flags(path, config));
        match opened {
            Ok(connection) => Ok(Self { connection, file: file() }),
            Err(error) => Err(ResultsError::Unreadable { file: file(), why: error.to_string() }),
        }
    }

    /// The first `limit` rows, best rank first.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn leaderboard(&self, limit: u32) -> Result<Vec<LeaderboardRow>, ResultsError> {
        self.view(limit)
    }

    /// The first `limit` rows, by backtest type and name.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn scenario_summary(&self, limit: u32) -> Result<Vec<ScenarioSummaryRow>, ResultsError> {
        self.view(limit)
    }

    /// The first `limit` rows, by strategy.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn optimization_impact(&self, limit: u32) -> Result<Vec<OptimizationImpactRow>, ResultsError> {
        self.view(limit)
    }

    /// The newest `limit` events, newest first.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn recent_activity(&self, limit: u32) -> Result<Vec<RecentActivityRow>, ResultsError> {
        self.view(limit)
    }

    /// Answers somebody's SQL with at most `limit` rows.
    ///
    /// # Errors
    /// DuckDB's own sentence about it.
    pub fn query(&self, sql: &str, limit: usize) -> Result<Table, ResultsError> {
        cells::query(&self.connection, sql, limit).map_err(|error| ResultsError::Sql { why: sentence(&error) })
    }

    fn view<R: ViewRow>(&self, limit: u32) -> Result<Vec<R>, ResultsError> {
        let rows = || -> duckdb::Result<Vec<R>> {
            let mut statement = self.connection.prepare(R::QUERY)?;
            statement.query_map([limit], R::from_row)?.collect()
        };
        rows().map_err(|error| self.unanswered(&error))
    }

    /// Why one of our own questions has no answer.
    pub(super) fn unanswered(&self, error: &duckdb::Error) -> ResultsError {
        let written: duckdb::Result<String> =
            self.connection.query_row("SELECT any_value(layout) FROM loaded_files", [], |row| row.get(0));
        if written.is_ok_and(|written| written == layout()) {
            ResultsError::Sql { why: sentence(error) }
        } else {
            ResultsError::OtherVersion { file: self.file.clone() }
        }
    }
}

pub(super) fn sentence(error: &duckdb::Error) -> String {
    match error {
        duckdb::Error::DuckDBFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}
