//! The series that people bring: every CSV or Parquet file of a folder, or a refusal that names the file,
//! the row and the reason.

mod columnar;
mod csv;
mod header;
mod moment;
mod periods;
mod raw;
mod refusal;

pub use periods::{Periods, suggest_periods_per_year};
pub use refusal::{MarketRefusal, RefusalReason};

pub(super) use header::{is_timestamp, plain};
pub(super) use raw::Raw;

use crate::market::Series;
use chrono::{DateTime, SecondsFormat};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A market that passed every check.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedMarket {
    pub file: PathBuf,
    pub series: Series,
    /// `series.periods_per_year`, and who said so.
    pub periods: Periods,
}

/// What a folder of market files gave.
#[derive(Debug, Default)]
pub struct LoadedFolder {
    /// Sorted by name.
    pub markets: Vec<LoadedMarket>,
    pub refused: Vec<MarketRefusal>,
}

/// What is wrong at which row (zero-based), before the file's name is known.
pub(crate) struct RowReason {
    row: Option<usize>,
    reason: RefusalReason,
}

impl RowReason {
    pub(super) fn at(row: usize, reason: RefusalReason) -> Self {
        Self { row: Some(row), reason }
    }

    pub(super) fn of(self, file: &Path) -> MarketRefusal {
        MarketRefusal { file: file.to_path_buf(), row: self.row.map(|row| row + 1), reason: self.reason }
    }
}

impl From<RefusalReason> for RowReason {
    fn from(reason: RefusalReason) -> Self {
        Self { row: None, reason }
    }
}

impl From<(Option<usize>, RefusalReason)> for RowReason {
    fn from((row, reason): (Option<usize>, RefusalReason)) -> Self {
        Self { row, reason }
    }
}

/// Loads one file. The series is called `historical:` and the file's stem up to its first underscore
/// (`IBM_1d_2000_2013.csv` is `historical:IBM`). Without `periods_per_year` the spacing of the bars
/// decides. Neighbouring bars may be at most `max_gap_days` apart.
///
/// # Errors
/// The first fault, by row.
pub fn load_file(path: &Path, max_gap_days: u32, periods_per_year: Option<f64>) -> Result<LoadedMarket, MarketRefusal> {
    load(path, max_gap_days, periods_per_year).map_err(|reason| reason.of(path))
}

/// Loads every `.csv` and `.parquet` file of a folder, not of its subfolders; hidden and other files are
/// passed over. `periods_per_year` is asked with the short name (`IBM`). Where two files would share a
/// short name, both are called by their whole stem.
///
/// # Errors
/// The folder cannot be listed. Bad files are not errors but refusals.
pub fn load_folder(
    folder: &Path,
    max_gap_days: u32,
    periods_per_year: &dyn Fn(&str) -> Option<f64>,
) -> Result<LoadedFolder, MarketRefusal> {
    let failed = |error| MarketRefusal { file: folder.to_path_buf(), row: None, reason: RefusalReason::Io(error) };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && format_of(&path).is_some() && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    for path in &files {
        *shared.entry(short_name(path)).or_default() += 1;
    }
    let mut loaded = LoadedFolder::default();
    let mut taken: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in files {
        let short = short_name(&path);
        let name = if shared.get(&short).is_some_and(|files| *files > 1) { stem(&path) } else { short.clone() };
        match load_file(&path, max_gap_days, periods_per_year(&short)) {
            Err(refusal) => loaded.refused.push(refusal),
            Ok(mut market) => {
                if let Some(by) = taken.get(&name) {
                    let reason = RefusalReason::NameTaken { name, by: by.clone() };
                    loaded.refused.push(MarketRefusal { file: path, row: None, reason });
                    continue;
                }
                market.series.name = historical(&name);
                taken.insert(name, path);
                loaded.markets.push(market);
            }
        }
    }
    loaded.markets.sort_by(|a, b| a.series.name.cmp(&b.series.name));
    Ok(loaded)
}

fn load(path: &Path, max_gap_days: u32, periods_per_year: Option<f64>) -> Result<LoadedMarket, RowReason> {
    let raw = read_raw(path)?;
    let [timestamp, open, high, low, close, volume] = header::resolve(&raw.names)?;
    let columns = [(1, open), (2, high), (3, low), (4, close), (5, volume)].into_par_iter();
    let numbers = columns.map(|(slot, at)| raw.columns[at].numbers(header::name(slot)));
    let (timestamp, numbers) = rayon::join(|| raw.columns[timestamp].times(), || numbers.collect::<Vec<_>>());
    // The first column that is wrong is told, whichever was read first.
    let timestamp = timestamp?;
    let numbers: Vec<Vec<f64>> = numbers.into_iter().collect::<Result<_, _>>()?;
    let [open, high, low, close, volume] = numbers.try_into().expect("as many columns as were asked for");
    let mut series = Series {
        name: historical(&short_name(path)),
        timestamp,
        open,
        high,
        low,
        close,
        volume,
        periods_per_year: 0.0,
    };
    series.check().map_err(|fault| RowReason {
        row: (!series.is_empty()).then_some(fault.bar),
        reason: RefusalReason::Bar(fault.reason),
    })?;
    check_gaps(&series.timestamp, max_gap_days)?;
    let periods = periods_per_year.map_or_else(
        || suggest_periods_per_year(&series),
        |per_year| Periods { per_year, reason: "configured".to_owned() },
    );
    series.periods_per_year = periods.per_year;
    Ok(LoadedMarket { file: path.to_path_buf(), series, periods })
}

/// A file's columns as they stand.
pub(super) fn read_raw(path: &Path) -> Result<Raw, RowReason> {
    match format_of(path) {
        Some(Format::Csv) => csv::read(fs::read(path).map_err(RefusalReason::Io)?),
        Some(Format::Parquet) => columnar::read(File::open(path).map_err(RefusalReason::Io)?),
        None => Err(RefusalReason::Extension.into()),
    }
}

fn check_gaps(timestamp: &[i64], allowed: u32) -> Result<(), RowReason> {
    const DAY: f64 = 86_400_000_000.0;
    for (at, pair) in timestamp.windows(2).enumerate() {
        let days = (pair[1] as f64 - pair[0] as f64) / DAY;
        if days > f64::from(allowed) {
            let (from, to) = (shown(pair[0]), shown(pair[1]));
            return Err(RowReason::at(at + 1, RefusalReason::Gap { from, to, days, allowed }));
        }
    }
    Ok(())
}

fn shown(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).map_or_else(
        || micros.to_string(),
        |time| {
            let text = time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            text.strip_suffix("T00:00:00Z").map_or(text.clone(), str::to_owned)
        },
    )
}

enum Format {
    Csv,
    Parquet,
}

fn format_of(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" => Some(Format::Csv),
        "parquet" => Some(Format::Parquet),
        _ => None,
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn short_name(path: &Path) -> String {
    let stem = stem(path);
    stem.split('_').next().filter(|short| !short.is_empty()).map_or(stem.clone(), str::to_owned)
}

fn historical(name: &str) -> String {
    format!("historical:{name}")
}

#[cfg(test)]
mod tests;
