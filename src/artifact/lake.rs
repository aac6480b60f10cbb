//! History: one file per run and table, `<table>/day=YYYY-MM-DD/run=<id>.parquet`. Nothing is rewritten;
//! old days are deleted whole.

use super::cell::{Micros, Scalar};
use super::error::{ArtifactError, Fault};
use super::partial::{sweep, sync_folder};
use super::store::{read_file, write_file};
use super::table::{Column, History, RowFault, Table};
use chrono::{DateTime, Days, NaiveDate};
use serde_json::Value;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Which run wrote a row, and when that run started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Letters, digits, `-`, `_`, `.`; part of the file's name.
    pub run_id: String,
    pub timestamp: Micros,
}

/// A row of history: the row of its run, and the run.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamped<R> {
    pub run_id: String,
    pub timestamp: Micros,
    pub row: R,
}

const RUN_ID: Column =
    Column { name: "run_id", kind: super::cell::Kind::Text, nullable: false, doc: "The iteration that wrote the row." };
const TIMESTAMP: Column = Column {
    name: "timestamp",
    kind: super::cell::Kind::Micros,
    nullable: false,
    doc: "When that iteration started, UTC.",
};

impl<R: History> Table for Stamped<R> {
    const NAME: &'static str = R::FOLDER;
    const STAGE: &'static str = R::STAGE;
    const GRAIN: &'static str = R::GRAIN;
    const VERSION: u32 = R::VERSION;
    const ADDED: &'static [(&'static str, u32)] = R::ADDED;

    fn key() -> Vec<&'static str> {
        [vec![RUN_ID.name], R::key()].concat()
    }

    fn columns() -> Vec<Column> {
        [vec![RUN_ID, TIMESTAMP], R::columns()].concat()
    }

    fn cells<'a>(&'a self, each: &mut dyn FnMut(Scalar<'a>)) -> Result<(), RowFault> {
        each(Scalar::Text(self.run_id.as_str().into()));
        each(Scalar::Micros(self.timestamp.0));
        self.row.cells(each)
    }

    fn from_cells<'a>(next: &mut dyn FnMut() -> Scalar<'a>) -> Result<Self, RowFault> {
        use super::cell::Cell;
        let at = |column: Column| move |why| RowFault::Cell { column: column.name, why };
        Ok(Self {
            run_id: String::from_scalar(next()).map_err(at(RUN_ID))?,
            timestamp: Micros::from_scalar(next()).map_err(at(TIMESTAMP))?,
            row: R::from_cells(next)?,
        })
    }

    fn check(&self) -> Result<(), String> {
        self.row.check()
    }
}

/// One file of the lake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LakeFile {
    pub day: NaiveDate,
    pub run_id: String,
    pub path: PathBuf,
}

/// What retention removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    pub days: usize,
    pub files: usize,
}

/// The history under one data directory.
#[derive(Debug, Clone)]
pub struct Lake {
    data_dir: PathBuf,
}

impl Lake {
    pub fn new(data_dir: &Path) -> Self {
        Self { data_dir: data_dir.to_path_buf() }
    }

    pub fn folder<R: History>(&self) -> PathBuf {
        self.data_dir.join(R::FOLDER)
    }

    /// Writes one run's rows as one file. Writing the same run again replaces its file.
    ///
    /// # Errors
    /// As [`super::write`]; a run id that is no file name; a run already recorded under another day.
    pub fn append<R: History + Clone>(
        &self,
        stamp: &Stamp,
        rows: &[R],
        provenance: &Value,
    ) -> Result<PathBuf, ArtifactError> {
        let folder = self.folder::<R>();
        let fault = |fault| ArtifactError::new(&folder, R::FOLDER, fault);
        let run = &stamp.run_id;
        if !is_run_id(run) {
            return Err(fault(Fault::Name { what: "run id", value: run.clone() }));
        }
        let day = DateTime::from_timestamp_micros(stamp.timestamp.0)
            .filter(|time| (0..=9999).contains(&chrono::Datelike::year(time)))
            .ok_or_else(|| fault(Fault::Name { what: "timestamp", value: stamp.timestamp.0.to_string() }))?
            .date_naive();
        let target = folder.join(format!("day={day}")).join(format!("run={run}.parquet"));
        if let Some(other) = self.files::<R>()?.into_iter().find(|file| file.run_id == *run && file.day != day) {
            return Err(ArtifactError::new(
                &target,
                R::FOLDER,
                Fault::RunElsewhere { run: run.clone(), other: other.path },
            ));
        }
        let rows: Vec<_> = rows
            .iter()
            .map(|row| Stamped { run_id: run.clone(), timestamp: stamp.timestamp, row: row.clone() })
            .collect();
        write_file(&target, &rows, provenance)?;
        Ok(target)
    }

    /// Every finished file of a table, oldest day first, then by run id. Anything that is not named as
    /// the lake names its files is left alone.
    ///
    /// # Errors
    /// A folder that cannot be listed. A missing one is an empty one.
    pub fn files<R: History>(&self) -> Result<Vec<LakeFile>, ArtifactError> {
        let mut files = Vec::new();
        for (day, folder) in self.days::<R>()? {
            let names = list(&folder).map_err(|source| ArtifactError::io(&folder, R::FOLDER, "list", source))?;
            for name in names {
                let run = name.strip_prefix("run=").and_then(|rest| rest.strip_suffix(".parquet"));
                if let Some(run) = run.filter(|run| is_run_id(run)) {
                    files.push(LakeFile { day, run_id: run.to_owned(), path: folder.join(&name) });
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// Every row of a table, in the order of [`Lake::files`].
    ///
    /// # Errors
    /// As [`super::read`], for any file.
    pub fn read<R: History>(&self) -> Result<Vec<Stamped<R>>, ArtifactError> {
        let mut rows = Vec::new();
        for file in self.files::<R>()? {
            rows.append(&mut read_file::<Stamped<R>>(&file.path)?.rows);
        }
        Ok(rows)
    }

    /// The rows that one run wrote; None where it wrote no file of this table.
    ///
    /// # Errors
    /// As [`super::read`].
    pub fn read_run<R: History>(&self, run_id: &str) -> Result<Option<Vec<Stamped<R>>>, ArtifactError> {
        let file = self.files::<R>()?.into_iter().find(|file| file.run_id == run_id);
        file.map(|file| Ok(read_file::<Stamped<R>>(&file.path)?.rows)).transpose()
    }

    /// Deletes the days of one table that are more than `keep_days` before `today`, and what killed
    /// writers left in the others. Only for the holder of the lock.
    ///
    /// # Errors
    /// A folder that cannot be listed or removed.
    pub fn retain<R: History>(&self, today: NaiveDate, keep_days: u32) -> Result<Removed, ArtifactError> {
        let root = self.folder::<R>();
        let mut removed = Removed::default();
        let Some(oldest) = today.checked_sub_days(Days::new(u64::from(keep_days))) else { return Ok(removed) };
        for (day, folder) in self.days::<R>()? {
            let failed = |source| ArtifactError::io(&folder, R::FOLDER, "clear", source);
            if day < oldest {
                removed.files += list(&folder).map_err(failed)?.len();
                removed.days += 1;
                fs::remove_dir_all(&folder).map_err(failed)?;
            } else {
                sweep(&folder).map_err(failed)?;
            }
        }
        if removed.days > 0 {
            sync_folder(&root).map_err(|source| ArtifactError::io(&root, R::FOLDER, "clear", source))?;
        }
        Ok(removed)
    }

    fn days<R: History>(&self) -> Result<Vec<(NaiveDate, PathBuf)>, ArtifactError> {
        let root = self.folder::<R>();
        let names = list(&root).map_err(|source| ArtifactError::io(&root, R::FOLDER, "list", source))?;
        let mut days: Vec<_> = names
            .into_iter()
            .filter_map(|name| {
                let day = NaiveDate::parse_from_str(name.strip_prefix("day=")?, "%Y-%m-%d").ok()?;
                let folder = root.join(&name);
                // `day=2026-1-2` would parse as well; only the lake's own spelling counts.
                (name == format!("day={day}") && folder.is_dir()).then_some((day, folder))
            })
            .collect();
        days.sort();
        Ok(days)
    }
}

/// File names of a folder; none where there is no folder. A name that is not UTF-8 is not one of ours.
fn list(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

fn is_run_id(run: &str) -> bool {
    !run.is_empty()
        && run.len() <= 128
        && !run.starts_with('.')
        && run.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
