//! Building the store beside the old one and renaming it over. A published file is never opened for
//! writing, by us or by anyone: its readers keep the file they opened until they open it again.

use super::error::ResultsError;
use super::source::{self, Source};
use super::views::VIEWS;
use crate::artifact::Partial;
use duckdb::{Config, Connection};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const SCHEMA: &str = include_str!("schema.sql");
const LATEST_RUNS: &str = include_str!("latest_runs.sql");

/// The oldest DuckDB whose shell has to open the file.
const STORAGE_VERSION: &str = "v1.4.0";

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub file: PathBuf,
    /// Rows by table, in the order of the schema.
    pub rows: Vec<(&'static str, usize)>,
    pub bytes: u64,
}

impl Published {
    pub fn total_rows(&self) -> usize {
        self.rows.iter().map(|(_, rows)| rows).sum()
    }
}

/// Builds the store at `target` from the Parquet files of `data_dir`. Tables without files are empty.
///
/// # Errors
/// A Parquet file that is damaged or not ours, DuckDB, or the operating system. The old store then
/// stays as it was.
pub fn publish(data_dir: &Path, target: &Path) -> Result<Published, ResultsError> {
    if target.to_string_lossy().contains('?') {
        let why = "DuckDB takes what follows a question mark in a path for options".to_owned();
        return Err(ResultsError::Build { file: target.to_path_buf(), doing: "create a database", why });
    }
    let sources = source::all(data_dir)?;
    let io = |doing| move |source| ResultsError::Io { file: target.to_path_buf(), doing, source };
    let partial = Partial::beside(target).map_err(io("write"))?;
    let rows = match build(partial.path(), target, &sources) {
        Ok(rows) => rows,
        Err(error) => {
            // Its log beside it; the database itself goes with `partial`.
            let _ = fs::remove_file(wal(partial.path()));
            return Err(error);
        }
    };
    // A log of the old file beside the new one would keep everybody from opening it.
    match fs::remove_file(wal(target)) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(io("remove the stale log of")(error)),
    }
    partial.publish().map_err(io("write"))?;
    let bytes = fs::metadata(target).map_err(io("read"))?.len();
    Ok(Published { file: target.to_path_buf(), rows, bytes })
}

fn build(path: &Path, target: &Path, sources: &[Source]) -> Result<Vec<(&'static str, usize)>, ResultsError> {
    let step = |doing: &'static str| {
        move |error: duckdb::Error| ResultsError::Build { file: target.to_path_buf(), doing, why: error.to_string() }
    };
    let config = Config::default()
        .with("storage_compatibility_version", STORAGE_VERSION)
        .and_then(|config| config.enable_autoload_extension(false))
        .map_err(step("configure DuckDB"))?;
    let connection = Connection::open_with_flags(path, config).map_err(step("create a database"))?;
    connection.execute_batch(SCHEMA).map_err(step("create the tables"))?;
    for view in VIEWS {
        connection.execute_batch(view.sql).map_err(step("create the views"))?;
    }
    connection.execute_batch("BEGIN").map_err(step("begin loading"))?;
    let mut rows = Vec::with_capacity(sources.len());
    for source in sources {
        rows.push((source.table, load(&connection, source).map_err(step("load Parquet"))?));
        comment(&connection, source).map_err(step("comment the tables"))?;
    }
    connection.execute_batch(LATEST_RUNS).map_err(step("find the latest runs"))?;
    connection.execute_batch("COMMIT; CHECKPOINT").map_err(step("write the tables"))?;
    for (source, (table, found)) in sources.iter().zip(&rows) {
        if source.rows != *found {
            return Err(ResultsError::Lost { table, expected: source.rows, found: *found });
        }
    }
    connection.close().map_err(|(_, error)| step("close the database")(error))?;
    Ok(rows)
}

fn load(connection: &Connection, source: &Source) -> duckdb::Result<usize> {
    if source.files.is_empty() {
        return Ok(0);
    }
    let files: Vec<_> = source.files.iter().map(|path| text(&literal_glob(&path.to_string_lossy()))).collect();
    let files = files.join(", ");
    let table = source.table;
    connection.execute(
        &format!("INSERT INTO {table} BY NAME SELECT * FROM read_parquet([{files}], hive_partitioning = false)"),
        [],
    )
}

fn comment(connection: &Connection, source: &Source) -> duckdb::Result<()> {
    let table = source.table;
    connection.execute_batch(&format!("COMMENT ON TABLE {table} IS {}", text(source.grain)))?;
    for column in &source.columns {
        let (name, doc) = (column.name, text(column.doc));
        connection.execute_batch(&format!("COMMENT ON COLUMN {table}.\"{name}\" IS {doc}"))?;
    }
    Ok(())
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A path that `read_parquet` takes for itself and not for a pattern.
fn literal_glob(path: &str) -> String {
    let mut literal = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[') {
            literal.extend(['[', c, ']']);
        } else {
            literal.push(c);
        }
    }
    literal
}

fn wal(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".wal");
    PathBuf::from(name)
}
