//! What a published store says it was loaded from, so that the next one loads only what is new.

use super::source::{Listed, Source};
use duckdb::{AccessMode, Config, Connection, params};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Files by path, with the rows each gave its table.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    files: BTreeMap<PathBuf, (Listed, usize)>,
}

/// What is left to do for one table.
#[derive(Debug)]
pub(crate) struct Todo {
    /// Its rows are all replaced by those of the new files.
    pub anew: bool,
    pub files: Vec<Listed>,
    /// Rows of the files that stay.
    pub rows: usize,
}

impl Loaded {
    /// None where there is no store, or none that this version wrote.
    pub(crate) fn of(store: &Path, layout: &str) -> Option<Self> {
        if !store.is_file() {
            return None;
        }
        let config = Config::default().access_mode(AccessMode::ReadOnly).ok()?.enable_autoload_extension(false).ok()?;
        let connection = Connection::open_with_flags(store, config).ok()?;
        let read = || -> duckdb::Result<Option<Self>> {
            let written: String =
                connection.query_row("SELECT any_value(layout) FROM loaded_files", [], |row| row.get(0))?;
            if written != layout {
                return Ok(None);
            }
            let mut statement = connection.prepare("SELECT path, bytes, modified, rows FROM loaded_files")?;
            let files = statement.query_map([], |row| {
                let path = PathBuf::from(row.get::<_, String>(0)?);
                let listed = Listed { path: path.clone(), bytes: row.get(1)?, modified: row.get(2)? };
                Ok((path, (listed, usize::try_from(row.get::<_, u64>(3)?).unwrap_or(usize::MAX))))
            })?;
            Ok(Some(Self { files: files.collect::<duckdb::Result<_>>()? }))
        };
        read().ok().flatten()
    }

    /// None where a file that was loaded is gone, or one of the history is another one now: rows would have to be
    /// taken out, and a database they are taken out of does not shrink.
    pub(crate) fn todo(&self, sources: &[Source]) -> Option<Vec<Todo>> {
        let listed = sources.iter().flat_map(|source| &source.files);
        if listed.filter(|file| self.files.contains_key(&file.path)).count() != self.files.len() {
            return None;
        }
        sources.iter().map(|source| self.of_table(source)).collect()
    }

    fn of_table(&self, source: &Source) -> Option<Todo> {
        let (old, new): (Vec<_>, Vec<_>) =
            source.files.iter().partition(|file| self.files.get(&file.path).is_some_and(|(known, _)| known == *file));
        if source.history && new.iter().any(|file| self.files.contains_key(&file.path)) {
            return None;
        }
        let rows = old.iter().filter_map(|file| self.files.get(&file.path)).map(|(_, rows)| rows).sum();
        let anew = !source.history && !new.is_empty();
        Some(Todo { anew, files: new.into_iter().cloned().collect(), rows })
    }
}

/// Notes that `files` were loaded into `table`.
pub(crate) fn note(
    connection: &Connection,
    table: &str,
    files: &[Listed],
    rows: &[usize],
    layout: &str,
) -> duckdb::Result<()> {
    let mut statement = connection.prepare("INSERT INTO loaded_files VALUES (?, ?, ?, ?, ?, ?)")?;
    for (file, rows) in files.iter().zip(rows) {
        let path = file.path.to_string_lossy().into_owned();
        statement.execute(params![table, path, file.bytes, file.modified, *rows as u64, layout])?;
    }
    Ok(())
}
