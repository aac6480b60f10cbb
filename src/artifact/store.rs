//! Writing and reading one table as one Parquet file, checked both ways.

use super::cell::Scalar;
use super::columnar::{Batch, ColumnView, encode};
use super::error::{ArtifactError, Fault};
use super::metadata::{self, Identity, survived};
use super::table::{RowFault, Table};
use parquet::basic::Compression;
use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Part of the format: equal rows give equal bytes only if they are cut alike.
const ROWS_PER_GROUP: usize = 1 << 17;
const ROWS_PER_BATCH: usize = 1 << 13;
/// With fewer rows, making ready to compress each of sixty columns takes longer than all the rest.
const COMPRESSED: usize = 256;

/// The rows of one file and what its writer recorded about their origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Artifact<R> {
    pub rows: Vec<R>,
    pub provenance: Value,
}

/// Where table `R` lives in the data directory.
pub fn path<R: Table>(data_dir: &Path) -> PathBuf {
    data_dir.join(R::NAME).with_extension("parquet")
}

/// Writes `rows`, in their order, as the data directory's table `R`. `provenance` is recorded as it is.
///
/// # Errors
/// A row that fails its checks, a key that is there twice, or the operating system; the old file then
/// stays as it was.
pub fn write<R: Table>(data_dir: &Path, rows: &[R], provenance: &Value) -> Result<PathBuf, ArtifactError> {
    let target = path::<R>(data_dir);
    write_file(&target, rows, provenance)?;
    Ok(target)
}

/// The data directory's table `R`.
///
/// # Errors
/// The file is missing, damaged, somebody else's, of another schema version, or fails its checks.
pub fn read<R: Table>(data_dir: &Path) -> Result<Vec<R>, ArtifactError> {
    read_artifact(data_dir).map(|artifact| artifact.rows)
}

/// As [`read`], with the provenance.
///
/// # Errors
/// As [`read`].
pub fn read_artifact<R: Table>(data_dir: &Path) -> Result<Artifact<R>, ArtifactError> {
    read_file(&path::<R>(data_dir))
}

/// As [`write`], to a file of any name.
///
/// # Errors
/// As [`write`].
pub fn write_file<R: Table>(target: &Path, rows: &[R], provenance: &Value) -> Result<(), ArtifactError> {
    let table = Identity::of::<R>();
    let mut properties = table.properties(provenance).set_max_row_group_row_count(Some(ROWS_PER_GROUP));
    if rows.len() < COMPRESSED {
        properties = properties.set_compression(Compression::UNCOMPRESSED);
    }
    let properties = properties.build();
    table.replace(target, properties, |writer| {
        let mut checks = Checks::new(&table);
        let mut batch = Batch::new(&table.columns);
        let mut number = 0;
        for chunk in rows.chunks(ROWS_PER_BATCH) {
            for row in chunk {
                let mut cells = Vec::with_capacity(table.columns.len());
                row.cells(&mut |scalar| cells.push(scalar)).map_err(|fault| table.row(target, number, fault))?;
                checks.row(target, number, &cells)?;
                row.check().map_err(|why| table.fault(target, Fault::Row { row: number, why }))?;
                batch.push(&cells);
                number += 1;
            }
            let batch = batch.finish().map_err(|error| table.failed(target, error))?;
            writer.write(&batch).map_err(|error| table.failed(target, error))?;
        }
        Ok(())
    })
}

/// As [`read_artifact`], from a file of any name.
///
/// # Errors
/// As [`read`].
pub fn read_file<R: Table>(path: &Path) -> Result<Artifact<R>, ArtifactError> {
    let table = Identity::of::<R>();
    let builder = table.open(path)?;
    let provenance = metadata::provenance(builder.metadata().file_metadata());
    let mut batches = builder.with_batch_size(ROWS_PER_BATCH).build().map_err(|error| table.damaged(path, error))?;
    let mut decoded = || {
        survived(|| batches.next().transpose().map_err(|error| error.to_string()))
            .map_err(|why| table.damaged(path, why))
    };

    let mut checks = Checks::new(&table);
    let mut rows: Vec<R> = Vec::new();
    while let Some(batch) = decoded()? {
        // A column that came with a later version is not there: its cells are null.
        let views: Option<Vec<_>> = table
            .columns
            .iter()
            .map(|column| match batch.column_by_name(column.name) {
                Some(array) => ColumnView::of(column.kind, array).map(Some),
                None => Some(None),
            })
            .collect();
        let views = views.ok_or_else(|| table.damaged(path, "a column's type is not the one it declares"))?;
        for at in 0..batch.num_rows() {
            let number = rows.len();
            let cells: Vec<_> =
                views.iter().map(|view| view.as_ref().map_or(Scalar::Null, |view| view.scalar(at))).collect();
            checks.row(path, number, &cells)?;
            let mut next = cells.iter();
            let row = R::from_cells(&mut || next.next().cloned().unwrap_or(Scalar::Null))
                .map_err(|fault| table.row(path, number, fault))?;
            row.check().map_err(|why| table.fault(path, Fault::Row { row: number, why }))?;
            rows.push(row);
        }
    }
    Ok(Artifact { rows, provenance })
}

/// Number of rows, after the refusals that do not take reading the rows: the file is whole, and it is this
/// table in this version.
///
/// # Errors
/// The file is missing, damaged, somebody else's, or of another schema version.
pub fn count_file<R: Table>(path: &Path) -> Result<usize, ArtifactError> {
    let table = Identity::of::<R>();
    let rows = table.open(path)?.metadata().file_metadata().num_rows();
    usize::try_from(rows).map_err(|_| table.damaged(path, "a negative number of rows"))
}

impl Identity {
    fn row(&self, file: &Path, row: usize, fault: RowFault) -> ArtifactError {
        self.fault(
            file,
            match fault {
                RowFault::Cell { column, why } => Fault::Cell { row, column, why },
                RowFault::Row(why) => Fault::Row { row, why },
            },
        )
    }
}

/// What holds for every table: keys are unique, and a statistic `x` has either a value or a reason in
/// `x_reason`.
struct Checks<'t> {
    table: &'t Identity,
    key: Vec<usize>,
    /// Columns `x` and `x_reason`.
    reasons: Vec<(usize, usize)>,
    seen: HashSet<Box<[u8]>>,
}

impl<'t> Checks<'t> {
    fn new(table: &'t Identity) -> Self {
        let position = |name: &str| table.columns.iter().position(|column| column.name == name);
        let explained = |(at, name): (usize, &str)| Some((position(name.strip_suffix("_reason")?)?, at));
        Self {
            table,
            key: table.key.iter().filter_map(|name| position(name)).collect(),
            reasons: table.columns.iter().map(|column| column.name).enumerate().filter_map(explained).collect(),
            seen: HashSet::new(),
        }
    }

    fn row(&mut self, file: &Path, number: usize, cells: &[Scalar<'_>]) -> Result<(), ArtifactError> {
        let mut key = Vec::with_capacity(64);
        for &column in &self.key {
            encode(&cells[column], &mut key);
        }
        if !self.seen.insert(key.into_boxed_slice()) {
            let shown: Vec<_> = self.key.iter().map(|&at| shown(self.table.columns[at].name, &cells[at])).collect();
            let fault = Fault::DuplicateKey { row: number, key: shown.join(", ") };
            return Err(self.table.fault(file, fault));
        }
        for &(value, reason) in &self.reasons {
            let why = match (&cells[value], &cells[reason]) {
                (Scalar::Null, Scalar::Null) => "is empty although there is no value either",
                (Scalar::Null, _) | (_, Scalar::Null) => continue,
                _ => "gives a reason although there is a value",
            };
            let fault = RowFault::Cell { column: self.table.columns[reason].name, why: why.to_owned() };
            return Err(self.table.row(file, number, fault));
        }
        Ok(())
    }
}

fn shown(name: &str, cell: &Scalar<'_>) -> String {
    match cell {
        Scalar::Null => format!("{name}=null"),
        Scalar::Bool(value) => format!("{name}={value}"),
        Scalar::Int(value) | Scalar::Micros(value) => format!("{name}={value}"),
        Scalar::Unsigned(value) => format!("{name}={value}"),
        Scalar::Real(value) => format!("{name}={value:?}"),
        Scalar::Text(value) => format!("{name}={value}"),
    }
}
