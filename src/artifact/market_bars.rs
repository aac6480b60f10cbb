//! `market_bars.parquet`: the bars of every path, columns to columns without rows between. Each market
//! has row groups of its own, so that one can be read without the others.

use super::cell::Kind;
use super::error::{ArtifactError, Fault};
use super::held::Held;
use super::metadata::{self, Identity, survived};
use super::table::Column;
use crate::market::Series;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NAME: &str = "market_bars";
const GRAIN: &str = "One bar of one path.";
const VERSION: u32 = 1;
const STAGE: &str = "generate-scenarios";
const INDEX: &str = "cbt.markets";

const fn column(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column { name, kind, nullable: false, doc }
}

const COLUMNS: [Column; 8] = [
    column("market", Kind::Text, "Name of the path: `bull/train/3`, or `historical:IBM`."),
    column("bar", Kind::Int, "Number of the bar within the path, from 0."),
    column("timestamp", Kind::Micros, "Time of the bar, UTC."),
    column("open", Kind::Real, "First price."),
    column("high", Kind::Real, "Highest price."),
    column("low", Kind::Real, "Lowest price."),
    column("close", Kind::Real, "Last price."),
    column("volume", Kind::Real, "Traded quantity."),
];

/// One market of the file, as its metadata lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    name: String,
    bars: usize,
    periods_per_year: f64,
    row_groups: Range<usize>,
}

fn identity() -> Identity {
    Identity {
        name: NAME,
        stage: STAGE,
        grain: GRAIN,
        version: VERSION,
        added: &[],
        key: vec!["market", "bar"],
        columns: COLUMNS.to_vec(),
    }
}

/// blake3 of timestamps and bars; the name and the bars per year do not enter.
pub fn content_hash(series: &Series) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut bytes = Vec::with_capacity(series.len() * 8);
    bytes.extend(series.timestamp.iter().flat_map(|time| time.to_le_bytes()));
    hasher.update(&bytes);
    for (_, values) in series.columns() {
        bytes.clear();
        bytes.extend(values.iter().flat_map(|value| value.to_bits().to_le_bytes()));
        hasher.update(&bytes);
    }
    hasher.finalize().to_hex().to_string()
}

/// Where the bars live in the data directory.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(NAME).with_extension("parquet")
}

/// Writes all paths, sorted by name, as the data directory's `market_bars.parquet`.
///
/// # Errors
/// A series that [`Series::check`] refuses, a name that is there twice, or the operating system.
pub fn write(data_dir: &Path, markets: &[Series], provenance: &Value) -> Result<PathBuf, ArtifactError> {
    let target = path(data_dir);
    let table = identity();
    let mut sorted: Vec<_> = markets.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    // Prices hardly repeat: a dictionary of them costs time and bytes, and so does compressing them. Times and numbers
    // of bars are steps of nearly equal size.
    let plain = table.properties(provenance).set_compression(Compression::UNCOMPRESSED);
    let properties = COLUMNS[1..].iter().fold(plain, |properties, column| {
        let properties = properties.set_column_dictionary_enabled(column.name.into(), false);
        match column.kind {
            Kind::Real => properties,
            _ => properties.set_column_encoding(column.name.into(), Encoding::DELTA_BINARY_PACKED),
        }
    });
    table.replace(&target, properties.build(), |writer| encode(&table, &target, &sorted, writer))?;
    Ok(target)
}

fn encode(
    table: &Identity,
    target: &Path,
    markets: &[&Series],
    writer: &mut ArrowWriter<File>,
) -> Result<(), ArtifactError> {
    let failed = |error: ParquetError| table.failed(target, error);
    let schema = Arc::new(super::columnar::schema(&COLUMNS));
    let mut index: Vec<Entry> = Vec::with_capacity(markets.len());
    let mut row = 0;
    for market in markets {
        check(table, target, row, market)?;
        if index.last().is_some_and(|last| last.name == market.name) {
            let key = format!("market={}", market.name);
            return Err(table.fault(target, Fault::DuplicateKey { row, key }));
        }
        let batch = RecordBatch::try_new(schema.clone(), arrays(market)).map_err(|error| failed(error.into()))?;
        let first = writer.flushed_row_groups().len();
        writer.write(&batch).map_err(failed)?;
        writer.flush().map_err(failed)?;
        index.push(Entry {
            name: market.name.clone(),
            bars: market.len(),
            periods_per_year: market.periods_per_year,
            row_groups: first..writer.flushed_row_groups().len(),
        });
        row += market.len();
    }
    let index = serde_json::to_string(&index).map_err(|error| failed(ParquetError::External(Box::new(error))))?;
    writer.append_key_value_metadata(KeyValue::new(INDEX.to_owned(), index));
    Ok(())
}

fn check(table: &Identity, file: &Path, first_row: usize, market: &Series) -> Result<(), ArtifactError> {
    let fault = |row: usize, why: String| {
        table.fault(file, Fault::Row { row: first_row + row, why: format!("market {}: {why}", market.name) })
    };
    market.check().map_err(|bad| fault(bad.bar, format!("bar {}: {}", bad.bar, bad.reason)))?;
    if !market.periods_per_year.is_finite() || market.periods_per_year <= 0.0 {
        return Err(fault(0, format!("periods_per_year is {}", market.periods_per_year)));
    }
    if market.name.is_empty() {
        return Err(fault(0, "the name is empty".to_owned()));
    }
    Ok(())
}

fn arrays(market: &Series) -> Vec<ArrayRef> {
    let bars = market.len();
    let mut arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(market.name.as_str(), bars))),
        Arc::new(Int64Array::from_iter_values((0_i64..).take(bars))),
        Arc::new(TimestampMicrosecondArray::from(market.timestamp.clone())),
    ];
    for (_, values) in market.columns() {
        arrays.push(Arc::new(Float64Array::from(values.to_vec())));
    }
    arrays
}

/// The bars of a data directory, opened: their list is read, the bars are not.
#[derive(Debug)]
pub struct MarketBars {
    path: PathBuf,
    index: Vec<Entry>,
    provenance: Value,
}

impl MarketBars {
    /// # Errors
    /// The file is missing, damaged, somebody else's or of another schema version.
    pub fn open(data_dir: &Path) -> Result<Self, ArtifactError> {
        let path = path(data_dir);
        let table = identity();
        let builder = table.open(&path)?;
        let file = builder.metadata().file_metadata();
        let list = metadata::value(file, INDEX).unwrap_or_default();
        let index: Vec<Entry> = serde_json::from_str(list).map_err(|error| table.damaged(&path, error))?;
        let groups = builder.metadata().num_row_groups();
        if index.iter().any(|entry| entry.row_groups.end > groups) {
            return Err(table.damaged(&path, "row groups are missing"));
        }
        let provenance = metadata::provenance(file);
        Ok(Self { path, index, provenance })
    }

    /// Names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.iter().map(|entry| entry.name.as_str())
    }

    pub fn provenance(&self) -> &Value {
        &self.provenance
    }

    /// One market.
    ///
    /// # Errors
    /// No such market, or its bars are damaged.
    pub fn read(&self, name: &str) -> Result<Series, ArtifactError> {
        let mut markets = self.read_several(&[name])?;
        markets.pop().ok_or_else(|| self.missing(name))
    }

    /// Several markets, in the order of `names`. Every opening of the file checks all of its bytes, so that this is
    /// not the same as one after the other.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_several(&self, names: &[&str]) -> Result<Vec<Series>, ArtifactError> {
        let entry = |name: &&str| {
            let at = self.index.binary_search_by(|entry| entry.name.as_str().cmp(name));
            at.map(|at| self.index[at].clone()).map_err(|_| self.missing(name))
        };
        let wanted = names.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        if wanted.is_empty() { Ok(Vec::new()) } else { self.load(&wanted) }
    }

    fn missing(&self, name: &str) -> ArtifactError {
        identity().fault(&self.path, Fault::NoSuchMarket { name: name.to_owned(), held: self.index.len() })
    }

    /// All markets, sorted by name.
    ///
    /// # Errors
    /// Bars that are damaged.
    pub fn read_all(&self) -> Result<Vec<Series>, ArtifactError> {
        self.load(&self.index)
    }

    fn load(&self, wanted: &[Entry]) -> Result<Vec<Series>, ArtifactError> {
        let table = identity();
        let damaged = |why: String| table.damaged(&self.path, why);
        let builder = table.open(&self.path)?;
        let groups = wanted.iter().flat_map(|entry| entry.row_groups.clone()).collect();
        // `market` and `bar` say what the list of markets says already.
        let mask = ProjectionMask::roots(builder.parquet_schema(), 2..COLUMNS.len());
        let bars = wanted.iter().fold(0, |sum: usize, entry| sum.saturating_add(entry.bars));
        let all = survived(|| read_columns(builder, groups, mask)).map_err(damaged)?;
        if all.len() != bars {
            return Err(damaged(format!("{} bars, its list of markets says {bars}", all.len())));
        }
        let mut markets = Vec::with_capacity(wanted.len());
        let mut first = 0;
        for entry in wanted {
            let mut market = all.slice(first..first + entry.bars);
            market.name.clone_from(&entry.name);
            market.periods_per_year = entry.periods_per_year;
            check(&table, &self.path, first, &market)?;
            first += entry.bars;
            markets.push(market);
        }
        Ok(markets)
    }
}

fn read_columns(
    builder: ParquetRecordBatchReaderBuilder<Held>,
    groups: Vec<usize>,
    mask: ProjectionMask,
) -> Result<Series, String> {
    let reader = builder.with_row_groups(groups).with_projection(mask).with_batch_size(1 << 16).build();
    let mut all = Series::default();
    for batch in reader.map_err(|error| error.to_string())? {
        let batch = batch.map_err(|error| error.to_string())?;
        let numbers = |at: usize| batch.column(at).as_any().downcast_ref::<Float64Array>();
        let times = batch.column(0).as_any().downcast_ref::<TimestampMicrosecondArray>();
        let (Some(time), Some(open), Some(high), Some(low), Some(close), Some(volume)) =
            (times, numbers(1), numbers(2), numbers(3), numbers(4), numbers(5))
        else {
            return Err("a column's type is not the one it declares".to_owned());
        };
        all.timestamp.extend_from_slice(time.values());
        all.open.extend_from_slice(open.values());
        all.high.extend_from_slice(high.values());
        all.low.extend_from_slice(low.values());
        all.close.extend_from_slice(close.values());
        all.volume.extend_from_slice(volume.values());
    }
    Ok(all)
}
