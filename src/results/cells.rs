//! Answers to SQL that nobody foresaw: any column type as a JSON value.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat};
use duckdb::types::{TimeUnit, Value};
use duckdb::{Connection, Params, Result};
use serde_json::{Map, Number, Value as Json};

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    pub columns: Vec<String>,
    /// Numbers, booleans and null as such; text, times, decimals and numbers beyond 64 bits as text.
    pub rows: Vec<Vec<Json>>,
    /// There were more rows than were asked for.
    pub cut: bool,
}

pub(crate) fn query(connection: &Connection, sql: &str, limit: usize) -> Result<Table> {
    query_with(connection, sql, [], limit)
}

pub(crate) fn query_with<P: Params>(connection: &Connection, sql: &str, params: P, limit: usize) -> Result<Table> {
    let mut statement = connection.prepare(sql)?;
    let mut answer = Table::default();
    let mut rows = statement.query(params)?;
    if let Some(statement) = rows.as_ref() {
        answer.columns = statement.column_names();
    }
    let width = answer.columns.len();
    while let Some(row) = rows.next()? {
        if answer.rows.len() == limit {
            answer.cut = true;
            break;
        }
        let cells: Result<_> = (0..width).map(|column| row.get::<_, Value>(column).map(json)).collect();
        answer.rows.push(cells?);
    }
    Ok(answer)
}

fn json(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => Json::Bool(value),
        Value::TinyInt(value) => Json::from(value),
        Value::SmallInt(value) => Json::from(value),
        Value::Int(value) => Json::from(value),
        Value::BigInt(value) => Json::from(value),
        Value::UTinyInt(value) => Json::from(value),
        Value::USmallInt(value) => Json::from(value),
        Value::UInt(value) => Json::from(value),
        Value::UBigInt(value) => Json::from(value),
        // A sum of whole numbers is a HUGEINT; most fit.
        Value::HugeInt(value) => i64::try_from(value).map_or_else(|_| Json::from(value.to_string()), Json::from),
        Value::UHugeInt(value) => u64::try_from(value).map_or_else(|_| Json::from(value.to_string()), Json::from),
        Value::Float(value) => number(f64::from(value)),
        Value::Double(value) => number(value),
        Value::Decimal(value) => Json::from(value.to_string()),
        Value::Timestamp(unit, value) => Json::from(timestamp(unit, value)),
        Value::Date32(days) => Json::from(date(days)),
        Value::Time64(unit, value) => Json::from(time(unit, value)),
        Value::Interval { months, days, nanos } => {
            Json::from(format!("{months} months {days} days {} us", nanos / 1_000))
        }
        Value::Text(text) | Value::Enum(text) => Json::from(text),
        Value::Blob(bytes) | Value::Geometry(bytes) => {
            Json::from(bytes.iter().map(|byte| format!("\\x{byte:02X}")).collect::<String>())
        }
        Value::List(values) | Value::Array(values) => values.into_iter().map(json).collect(),
        Value::Struct(fields) => {
            Json::Object(fields.iter().map(|(name, value)| (name.clone(), json(value.clone()))).collect())
        }
        Value::Map(entries) => {
            let key = |key: &Value| match json(key.clone()) {
                Json::String(text) => text,
                other => other.to_string(),
            };
            Json::Object(entries.iter().map(|(k, value)| (key(k), json(value.clone()))).collect::<Map<_, _>>())
        }
        Value::Union(value) => json(*value),
        // The enum is open; a type that a newer DuckDB adds shows itself by name.
        other => Json::from(format!("{other:?}")),
    }
}

/// JSON has no NaN and no infinity; their names are better than a null nobody stored.
fn number(value: f64) -> Json {
    Number::from_f64(value).map_or_else(|| Json::from(value.to_string()), Json::Number)
}

fn micros(unit: TimeUnit, value: i64) -> Option<i64> {
    match unit {
        TimeUnit::Second => value.checked_mul(1_000_000),
        TimeUnit::Millisecond => value.checked_mul(1_000),
        TimeUnit::Microsecond => Some(value),
        TimeUnit::Nanosecond => Some(value.div_euclid(1_000)),
    }
}

fn timestamp(unit: TimeUnit, value: i64) -> String {
    micros(unit, value)
        .and_then(DateTime::from_timestamp_micros)
        .map_or_else(|| value.to_string(), |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

fn date(days: i32) -> String {
    let epoch = NaiveDate::default();
    let step = Days::new(u64::from(days.unsigned_abs()));
    let date = if days < 0 { epoch.checked_sub_days(step) } else { epoch.checked_add_days(step) };
    date.map_or_else(|| days.to_string(), |date| date.to_string())
}

fn time(unit: TimeUnit, value: i64) -> String {
    let of_day = micros(unit, value).and_then(|micros| {
        let seconds = u32::try_from(micros.div_euclid(1_000_000)).ok()?;
        let nanos = u32::try_from(micros.rem_euclid(1_000_000)).ok()? * 1_000;
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
    });
    of_day.map_or_else(|| value.to_string(), |time| time.to_string())
}
