//! What a file of ours says about itself, in Parquet's key-value metadata.

use super::columnar::{describe, schema};
use super::error::{ArtifactError, Fault};
use super::held::Held;
use super::partial::Partial;
use super::seal::{self, Seal};
use super::table::{Column, Table};
use arrow::datatypes::Schema;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{FileMetaData, KeyValue};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use serde_json::Value;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// What `decode` gives. Some damage makes the Parquet reader panic; that is damage, and no fault of ours.
///
/// # Errors
/// Those of `decode`; a sentence where the reader panicked.
pub(crate) fn survived<T>(decode: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err("the Parquet reader gives it up".to_owned()))
}

const TABLE: &str = "cbt.table";
const GRAIN: &str = "cbt.grain";
const KEY: &str = "cbt.key";
const VERSION: &str = "cbt.schema_version";
const COLUMNS: &str = "cbt.columns";
const PROVENANCE: &str = "cbt.provenance";
const CONTENT: &str = "cbt.content";

/// Constant, so that equal rows are equal bytes whichever build wrote them.
const WRITER: &str = "continuous-backtest artifact format 1";

/// Identity of a table, detached from its row type.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub name: &'static str,
    pub stage: &'static str,
    pub grain: &'static str,
    pub version: u32,
    /// Columns by the version they came with, where that is not the first.
    pub added: &'static [(&'static str, u32)],
    pub key: Vec<&'static str>,
    pub columns: Vec<Column>,
}

impl Identity {
    pub(crate) fn of<R: Table>() -> Self {
        Self {
            name: R::NAME,
            stage: R::STAGE,
            grain: R::GRAIN.trim(),
            version: R::VERSION,
            added: R::ADDED,
            key: R::key(),
            columns: R::columns(),
        }
    }

    pub(crate) fn fault(&self, file: &Path, fault: Fault) -> ArtifactError {
        ArtifactError::new(file, self.name, fault)
    }

    pub(crate) fn io(&self, file: &Path, doing: &'static str, source: io::Error) -> ArtifactError {
        ArtifactError::io(file, self.name, doing, source)
    }

    pub(crate) fn damaged(&self, file: &Path, why: impl ToString) -> ArtifactError {
        self.fault(file, Fault::Damaged { why: why.to_string(), stage: self.stage })
    }

    /// Writer settings, fixed but for the provenance.
    pub(crate) fn properties(&self, provenance: &Value) -> WriterPropertiesBuilder {
        let docs: serde_json::Map<_, _> =
            self.columns.iter().map(|column| (column.name.to_owned(), Value::from(column.doc))).collect();
        let entry = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
        WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(WRITER.to_owned())
            .set_key_value_metadata(Some(vec![
                entry(TABLE, self.name.to_owned()),
                entry(GRAIN, self.grain.to_owned()),
                entry(KEY, self.key.join(",")),
                entry(VERSION, self.version.to_string()),
                entry(COLUMNS, Value::Object(docs).to_string()),
                entry(PROVENANCE, provenance.to_string()),
            ]))
    }

    /// Writes the table's file beside its target, seals it and renames it. `fill` gets an open writer and
    /// writes the rows.
    pub(crate) fn replace(
        &self,
        target: &Path,
        properties: WriterProperties,
        fill: impl FnOnce(&mut ArrowWriter<File>) -> Result<(), ArtifactError>,
    ) -> Result<(), ArtifactError> {
        let io = |source| self.io(target, "write", source);
        let failed = |error| self.failed(target, error);
        let partial = Partial::beside(target).map_err(io)?;
        let file = File::options().read(true).write(true).create_new(true).open(partial.path()).map_err(io)?;
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let schema = Arc::new(schema(&self.columns));
        let mut writer = ArrowWriter::try_new_with_options(file, schema, options).map_err(failed)?;
        fill(&mut writer)?;
        writer.append_key_value_metadata(KeyValue::new(CONTENT.to_owned(), seal::open_seal()));
        let mut file = writer.into_inner().map_err(failed)?;
        seal::close(&mut file).map_err(io)?;
        drop(file);
        partial.publish().map_err(io)
    }

    /// The writer wraps the operating system's refusals; a full disk should still read as one.
    pub(crate) fn failed(&self, target: &Path, error: impl Into<ParquetError>) -> ArtifactError {
        let source = match error.into() {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(io) => *io,
                Err(other) => io::Error::other(other),
            },
            other => io::Error::other(other),
        };
        self.io(target, "write", source)
    }

    /// Opens the file and refuses it unless it is whole and is this table in this version with these columns.
    pub(crate) fn open(&self, path: &Path) -> Result<ParquetRecordBatchReaderBuilder<Held>, ArtifactError> {
        let mut file = Held::open(path).map_err(|source| {
            if source.kind() == io::ErrorKind::NotFound {
                self.fault(path, Fault::Missing { stage: self.stage })
            } else {
                self.io(path, "open", source)
            }
        })?;
        match file.seal().map_err(|source| self.io(path, "read", source))? {
            Seal::Sound => {}
            Seal::Broken => return Err(self.damaged(path, "its bytes are not the ones that were written")),
            Seal::None => return Err(self.fault(path, Fault::Foreign { found: None })),
            Seal::NotParquet => return Err(self.damaged(path, "it does not begin and end as Parquet does")),
        }
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let opened =
            || ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).map_err(|error| error.to_string());
        let builder = survived(opened).map_err(|why| self.damaged(path, why))?;
        let version = self.recognise(path, builder.metadata().file_metadata())?;
        self.compare(path, version, builder.schema())?;
        Ok(builder)
    }

    /// The file's schema version, where it is one that can be read.
    fn recognise(&self, path: &Path, file: &FileMetaData) -> Result<u32, ArtifactError> {
        match value(file, TABLE) {
            Some(name) if name == self.name => {}
            other => return Err(self.fault(path, Fault::Foreign { found: other.map(str::to_owned) })),
        }
        let found = value(file, VERSION).unwrap_or("unknown");
        let oldest = self.added.iter().map(|(_, since)| since - 1).min().unwrap_or(self.version);
        match found.parse() {
            Ok(version) if (oldest..=self.version).contains(&version) => Ok(version),
            _ => {
                let (expected, stage) = (self.version, self.stage);
                Err(self.fault(path, Fault::Version { found: found.to_owned(), expected, stage }))
            }
        }
    }

    /// The columns that `version` had.
    fn compare(&self, path: &Path, version: u32, found: &Schema) -> Result<(), ArtifactError> {
        let later = |column: &Column| self.added.iter().any(|(name, since)| *name == column.name && *since > version);
        let columns: Vec<Column> = self.columns.iter().filter(|column| !later(column)).copied().collect();
        let (expected, found) = (describe(&schema(&columns)), describe(found));
        if expected == found { Ok(()) } else { Err(self.fault(path, Fault::Columns { expected, found })) }
    }
}

pub(crate) fn value<'a>(file: &'a FileMetaData, key: &str) -> Option<&'a str> {
    let entries = file.key_value_metadata()?;
    entries.iter().find(|entry| entry.key == key)?.value.as_deref()
}

/// What the writer recorded about where the rows came from; null where that is not readable.
pub(crate) fn provenance(file: &FileMetaData) -> Value {
    value(file, PROVENANCE).and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}
