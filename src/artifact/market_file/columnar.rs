//! Parquet through Arrow, whatever numeric or temporal type the columns have.

use super::super::metadata::survived;
use super::RowReason;
use super::raw::{Raw, RawColumn, Texts};
use super::refusal::RefusalReason;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;

/// Nothing vouches for these bytes.
pub(crate) fn read(file: File) -> Result<Raw, RowReason> {
    survived(|| decode(file)).map_err(|why| RefusalReason::Unreadable(why).into())
}

fn decode(file: File) -> Result<Raw, String> {
    let unreadable = |error: &dyn std::fmt::Display| error.to_string();
    let length = usize::try_from(Length::len(&file)).map_err(|error| unreadable(&error))?;
    // From memory: the reader looks for every value that a damaged page promises, and a file would be asked for each.
    let bytes = file.get_bytes(0, length).map_err(|error| unreadable(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(|error| unreadable(&error))?;
    let schema = builder.schema().clone();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let mut columns: Vec<_> = schema.fields().iter().map(|field| empty(field.data_type())).collect();
    for batch in builder.build().map_err(|error| unreadable(&error))? {
        let batch = batch.map_err(|error| unreadable(&error))?;
        for (column, array) in columns.iter_mut().zip(batch.columns()) {
            extend(column, array).map_err(|error| unreadable(&error))?;
        }
    }
    Ok(Raw { names, columns })
}

fn empty(data_type: &DataType) -> RawColumn {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => RawColumn::Text(Texts::default()),
        DataType::Dictionary(_, values) => empty(values),
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => RawColumn::Time(Vec::new()),
        data_type if data_type.is_integer() => RawColumn::Whole(Vec::new()),
        data_type if data_type.is_floating() => RawColumn::Number(Vec::new()),
        DataType::Decimal128(..) | DataType::Decimal256(..) => RawColumn::Number(Vec::new()),
        other => RawColumn::Other(other.to_string()),
    }
}

fn extend(column: &mut RawColumn, array: &ArrayRef) -> Result<(), ArrowError> {
    match column {
        RawColumn::Text(cells) => {
            let array = cast(array, &DataType::Utf8)?;
            array.as_string::<i32>().iter().for_each(|cell| cells.push(cell.unwrap_or_default()));
        }
        RawColumn::Whole(cells) => {
            let wide = cast(array, &DataType::Int64)?;
            if wide.null_count() != array.null_count() {
                return Err(ArrowError::ComputeError("a whole number beyond 64 bits".to_owned()));
            }
            cells.extend(wide.as_primitive::<Int64Type>().iter());
        }
        RawColumn::Number(cells) => {
            cells.extend(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().iter());
        }
        RawColumn::Time(cells) => times(array, cells)?,
        RawColumn::Other(_) => {}
    }
    Ok(())
}

/// A stored instant counts from the epoch in UTC whatever zone it is shown in, and one without a zone is
/// taken for UTC: the zone's name never matters.
fn times(array: &ArrayRef, cells: &mut Vec<Option<i64>>) -> Result<(), ArrowError> {
    const MICROS: [(TimeUnit, i64); 3] =
        [(TimeUnit::Second, 1_000_000), (TimeUnit::Millisecond, 1_000), (TimeUnit::Microsecond, 1)];
    let (whole, micros) = match array.data_type() {
        DataType::Date32 => (cast(array, &DataType::Int32)?, 86_400_000_000),
        DataType::Date64 => (cast(array, &DataType::Int64)?, 1_000),
        DataType::Timestamp(unit, _) => {
            let factor = MICROS.iter().find(|(known, _)| known == unit).map_or(0, |(_, micros)| *micros);
            (cast(array, &DataType::Int64)?, factor)
        }
        other => return Err(ArrowError::CastError(format!("{other} is no time"))),
    };
    let whole = cast(&whole, &DataType::Int64)?;
    for cell in whole.as_primitive::<Int64Type>() {
        cells.push(match cell {
            None => None,
            // Nanoseconds are the only unit finer than ours.
            Some(value) if micros == 0 => Some(value.div_euclid(1_000)),
            Some(value) => Some(
                value
                    .checked_mul(micros)
                    .ok_or_else(|| ArrowError::ComputeError("a time beyond the year 290000".into()))?,
            ),
        });
    }
    Ok(())
}
