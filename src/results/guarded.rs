//! Answers to strangers' SQL: one statement that only reads, within limits on rows, memory and, by [`Interrupt`], time.

use super::Question;
use super::cells::{self, Table};
use super::error::ResultsError;
use super::store::{Store, sentence};
use duckdb::InterruptHandle;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::Arc;

/// What an answer may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub rows: usize,
    /// As DuckDB writes it: `512MB`.
    pub memory: &'static str,
    pub threads: i64,
}

/// Ends the statement that runs on a store's connection, from another thread.
#[derive(Clone)]
pub struct Interrupt(Arc<InterruptHandle>);

impl Interrupt {
    pub fn now(&self) {
        self.0.interrupt();
    }
}

impl Store {
    /// As [`Store::open_read_only`], with `limits` that no statement can lift, and without a file of any kind beside
    /// the store.
    ///
    /// # Errors
    /// There is no store yet, or DuckDB cannot open it.
    pub fn open_guarded(path: &Path, limits: &Limits) -> Result<Self, ResultsError> {
        Self::open(path, |config| {
            config
                .max_memory(limits.memory)?
                .threads(limits.threads)?
                // Else a sort that is too large for memory would be written into the data directory.
                .with("temp_directory", "")?
                .with("lock_configuration", "true")
        })
    }

    pub fn interrupt(&self) -> Interrupt {
        Interrupt(self.connection.interrupt_handle())
    }

    /// Answers SQL that somebody typed, with at most `limits.rows` rows.
    ///
    /// # Errors
    /// `NotAQuestion` for anything but one SELECT, WITH, DESCRIBE, SHOW or SUMMARIZE; else DuckDB's own sentence.
    pub fn answer(&self, sql: &str, limits: &Limits) -> Result<Table, ResultsError> {
        self.is_question(sql)?;
        // Rows that nobody will see need not be made. Where a comment at the end is in the way, all are.
        let cut = format!("SELECT * FROM (\n{}\n) LIMIT {}", sql.trim().trim_end_matches(';'), limits.rows + 1);
        let sql = if self.is_question(&cut).is_ok() { &cut } else { sql };
        self.query(sql, limits.rows)
    }

    /// DuckDB's own parser tells: it writes what only reads as JSON, and refuses to do so with everything else.
    fn is_question(&self, sql: &str) -> Result<(), ResultsError> {
        let no = |why: &str| Err(ResultsError::NotAQuestion { why: why.to_owned() });
        if sql.contains('\0') {
            return no("there is a zero byte in it");
        }
        let parsed: String = self
            .connection
            .query_row("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", [sql], |row| row.get(0))
            .map_err(|error| ResultsError::Sql { why: sentence(&error) })?;
        let parsed: Value =
            serde_json::from_str(&parsed).map_err(|error| ResultsError::Sql { why: error.to_string() })?;
        if parsed["error"] == true {
            let message = parsed["error_message"].as_str().unwrap_or_default();
            return match parsed["error_type"].as_str() {
                Some("not implemented") => no("only SELECT, WITH, DESCRIBE, SHOW and SUMMARIZE are answered here"),
                _ => Err(ResultsError::Sql { why: format!("Parser Error: {message}") }),
            };
        }
        match parsed["statements"].as_array().map_or(0, Vec::len) {
            1 => Ok(()),
            0 => no("there is no statement"),
            count => no(&format!("one statement at a time; these are {count}")),
        }
    }

    /// Answers one of the store's own questions; `of` is the strategy it asks about, where it asks about one.
    ///
    /// # Errors
    /// DuckDB's; a row that is not a `T`.
    pub fn ask<T: DeserializeOwned>(&self, question: Question, of: Option<&str>) -> Result<Vec<T>, ResultsError> {
        let table = match of {
            Some(of) => cells::query_with(&self.connection, question.sql, [of], usize::MAX),
            None => cells::query(&self.connection, question.sql, usize::MAX),
        }
        .map_err(|error| self.unanswered(&error))?;
        let Table { columns, rows, .. } = table;
        rows.into_iter()
            .map(|row| {
                let record: Map<String, Value> = columns.iter().cloned().zip(row).collect();
                serde_json::from_value(Value::Object(record))
                    .map_err(|error| ResultsError::Sql { why: format!("a row of {question:?}: {error}") })
            })
            .collect()
    }
}

impl std::fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interrupt")
    }
}
