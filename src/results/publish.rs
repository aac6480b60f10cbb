//! Building the store beside the old one and renaming it over. A published file is never opened for
//! writing, by us or by anyone: its readers keep the file they opened until they open it again.

use super::error::ResultsError;
use super::loaded::{self, Loaded, Todo};
use super::source::{self, Source};
use super::views::VIEWS;
use crate::artifact::Partial;
use duckdb::{Config, Connection};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const SCHEMA: &str = include_str!("schema.sql");
/// Tables made of other tables, each from those before it, whole at every publish: what they say is what the rows say.
const DERIVED: [&str; 2] = [include_str!("latest_runs.sql"), include_str!("standings.sql")];

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
/// Where the store of before was loaded from files that are all still there, unchanged by size and time, it is
/// copied and only new files are checked and loaded: an hourly run does not load ninety days again. The first run
/// after retention has removed a day builds it from nothing, which checks every file and lets the store shrink.
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
    let layout = layout();
    let todo = Loaded::of(target, &layout).and_then(|loaded| loaded.todo(&sources));
    let io = |doing| move |source| ResultsError::Io { file: target.to_path_buf(), doing, source };
    let partial = Partial::beside(target).map_err(io("write"))?;
    let build = |work: &[Work<'_>], fresh: bool| {
        build(partial.path(), target, work, &layout, fresh).inspect_err(|_| {
            // Its log beside it; the database itself goes with `partial`.
            let _ = fs::remove_file(wal(partial.path()));
        })
    };
    let grown = match todo {
        Some(todo) => {
            let work = Work::some(&sources, todo)?;
            fs::copy(target, partial.path()).map_err(io("copy"))?;
            // A store that somebody damaged may still have told what it was loaded from.
            build(&work, false).ok()
        }
        None => None,
    };
    let rows = match grown {
        Some(rows) => rows,
        None => {
            match fs::remove_file(partial.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io("write")(error)),
                _ => {}
            }
            build(&Work::all(&sources)?, true)?
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

/// What is to be loaded into one table.
struct Work<'a> {
    source: &'a Source,
    todo: Todo,
    /// Of each file of `todo`.
    counts: Vec<usize>,
}

impl<'a> Work<'a> {
    fn some(sources: &'a [Source], todo: Vec<Todo>) -> Result<Vec<Self>, ResultsError> {
        let with_counts = |(source, todo): (&'a Source, Todo)| {
            let counts = source.count(&todo.files)?;
            Ok(Self { source, todo, counts })
        };
        sources.iter().zip(todo).map(with_counts).collect()
    }

    fn all(sources: &'a [Source]) -> Result<Vec<Self>, ResultsError> {
        let todo = sources.iter().map(|source| Todo { anew: true, files: source.files.clone(), rows: 0 });
        Self::some(sources, todo.collect())
    }

    /// Rows the table has afterwards.
    fn expected(&self) -> usize {
        self.todo.rows + self.counts.iter().sum::<usize>()
    }
}

/// Loads `work` into a new database, or into a copy of the one published before.
fn build(
    path: &Path,
    target: &Path,
    work: &[Work<'_>],
    layout: &str,
    fresh: bool,
) -> Result<Vec<(&'static str, usize)>, ResultsError> {
    let step = |doing: &'static str| {
        move |error: duckdb::Error| ResultsError::Build { file: target.to_path_buf(), doing, why: error.to_string() }
    };
    let config = Config::default()
        .with("storage_compatibility_version", STORAGE_VERSION)
        .and_then(|config| config.enable_autoload_extension(false))
        .map_err(step("configure DuckDB"))?;
    let connection = Connection::open_with_flags(path, config).map_err(step("create a database"))?;
    if fresh {
        connection.execute_batch(SCHEMA).map_err(step("create the tables"))?;
        for view in VIEWS {
            connection.execute_batch(view.sql).map_err(step("create the views"))?;
        }
    }
    connection.execute_batch("BEGIN").map_err(step("begin loading"))?;
    for one in work {
        load(&connection, one, layout).map_err(step("load Parquet"))?;
        if fresh {
            comment(&connection, one.source).map_err(step("comment the tables"))?;
        }
    }
    for table in DERIVED {
        connection.execute_batch(table).map_err(step("find the latest runs"))?;
    }
    connection.execute_batch("COMMIT; CHECKPOINT").map_err(step("write the tables"))?;
    let mut rows = Vec::with_capacity(work.len());
    for one in work {
        let table = one.source.table;
        let count = |row: &duckdb::Row<'_>| row.get::<_, u64>(0);
        let found = connection
            .query_row(&format!("SELECT count(*)::UBIGINT FROM {table}"), [], count)
            .map_err(step("count the rows"))?;
        let found = usize::try_from(found).unwrap_or(usize::MAX);
        if found != one.expected() {
            return Err(ResultsError::Lost { table, expected: one.expected(), found });
        }
        rows.push((table, found));
    }
    connection.close().map_err(|(_, error)| step("close the database")(error))?;
    Ok(rows)
}

fn load(connection: &Connection, work: &Work<'_>, layout: &str) -> duckdb::Result<()> {
    let table = work.source.table;
    if work.todo.anew {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
        connection.execute("DELETE FROM loaded_files WHERE table_name = ?", [table])?;
    }
    if work.todo.files.is_empty() {
        return Ok(());
    }
    let files: Vec<_> = work.todo.files.iter().map(|file| text(&literal_glob(&file.path.to_string_lossy()))).collect();
    let files = files.join(", ");
    connection.execute(
        &format!(
            "INSERT INTO {table} BY NAME \
             SELECT * FROM read_parquet([{files}], hive_partitioning = false, union_by_name = {})",
            work.source.mixed
        ),
        [],
    )?;
    loaded::note(connection, table, &work.todo.files, &work.counts, layout)
}

/// Changes whenever a store of another version of this program cannot be gone on with.
pub(super) fn layout() -> String {
    let mut hasher = blake3::Hasher::new();
    let parts = [SCHEMA, STORAGE_VERSION, env!("CARGO_PKG_VERSION")];
    for part in parts.into_iter().chain(DERIVED) {
        hasher.update(part.as_bytes()).update(b"\0");
    }
    for view in VIEWS {
        hasher.update(view.sql.as_bytes()).update(b"\0");
    }
    hasher.finalize().to_hex().to_string()
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
