//! What one shard of work gave, in one file: rows of several tables, cell by cell, and what they were made from.

use super::cell::{Kind, Scalar};
use super::depot::{Depot, DepotError};
use super::store::{read_file, write_file};
use super::table::{RowFault, Table, table};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Which shard it is, and everything its results follow from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardHead {
    /// blake3 over `inputs`; the file is called by it.
    pub key: String,
    /// standard, walk_forward, monte_carlo or bootstrap; probe, optimize or placebo.
    pub kind: String,
    pub strategy: String,
    /// The scenario or historical market; empty where a shard covers all of them.
    pub market: String,
    /// Hashes and settings by name, in the order they entered the key.
    pub inputs: Vec<(String, String)>,
    /// Runs of the strategy that it took.
    pub runs: u64,
    /// As JSON, what the current parameters failed with; null where they did not.
    pub failure: serde_json::Value,
}

/// A shard with its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shard {
    pub head: ShardHead,
    rows: Vec<ShardRow>,
}

/// Why a shard that is there cannot be used, or could not be looked for.
#[derive(Debug)]
pub enum ShardError {
    /// Its bytes are not what was written, or not this shard's: it is to be computed again.
    Damaged(String),
    Depot(DepotError),
}

table! {
    /// One row of one table that a shard of work gave.
    pub struct ShardRow {
        /// The table.
        table_name: String,
        /// Place of the row in what the shard gave to that table, from 0.
        number: u32,
        /// The row's cells in the order of the table's columns, as a JSON array.
        cells: String,
    }
    name: "shard",
    stage: "backtest",
    version: 1,
    key: ["table_name", "number"],
    check: check,
}

fn check(row: &ShardRow) -> Result<(), String> {
    if row.table_name.is_empty() { Err("table_name is empty".to_owned()) } else { Ok(()) }
}

impl Shard {
    pub fn new(head: ShardHead) -> Self {
        Self { head, rows: Vec::new() }
    }

    /// Adds rows of one more table.
    ///
    /// # Errors
    /// A cell that cannot be stored without loss.
    pub fn add<R: Table>(&mut self, rows: &[R]) -> Result<(), String> {
        for (number, row) in (0..).zip(rows) {
            let mut cells = Vec::new();
            row.cells(&mut |scalar| cells.push(json(scalar)))
                .map_err(|fault| format!("{}: {}", R::NAME, why(fault)))?;
            let cells = serde_json::Value::Array(cells).to_string();
            self.rows.push(ShardRow { table_name: R::NAME.to_owned(), number, cells });
        }
        Ok(())
    }

    /// The rows it has of one table.
    ///
    /// # Errors
    /// `Damaged`: a row that is none of this version's.
    pub fn rows<R: Table>(&self) -> Result<Vec<R>, ShardError> {
        let damaged = |why: String| ShardError::Damaged(format!("table {}: {why}", R::NAME));
        let columns = R::columns();
        let own = self.rows.iter().filter(|row| row.table_name == R::NAME);
        own.map(|row| {
            let cells: Vec<serde_json::Value> =
                serde_json::from_str(&row.cells).map_err(|error| damaged(error.to_string()))?;
            if cells.len() != columns.len() {
                return Err(damaged(format!("{} cells for {} columns", cells.len(), columns.len())));
            }
            let mut scalars = Vec::with_capacity(cells.len());
            for (column, cell) in columns.iter().zip(cells) {
                scalars.push(scalar(column.kind, cell).map_err(|cell| damaged(format!("{}: {cell}", column.name)))?);
            }
            let mut next = scalars.into_iter();
            let row = R::from_cells(&mut || next.next().unwrap_or(Scalar::Null));
            let row = row.map_err(|fault| damaged(why(fault)))?;
            row.check().map_err(damaged)?;
            Ok(row)
        })
        .collect()
    }

    /// Keeps it under `name`. Equal shards give equal bytes, so that two who keep it at once do no harm.
    ///
    /// # Errors
    /// The depot cannot be written.
    pub fn keep(&self, depot: &Depot, name: &str) -> Result<(), DepotError> {
        let head = serde_json::to_value(&self.head).unwrap_or_default();
        depot.put(name, |path| {
            write_file(path, &self.rows, &head).map_err(|error| DepotError::new(name, "write", error.to_string()))
        })
    }

    /// The shard `key`, if it is there under `name`.
    ///
    /// # Errors
    /// It is damaged, or the depot cannot be read.
    pub fn find(depot: &Depot, name: &str, key: &str) -> Result<Option<Self>, ShardError> {
        let Some(file) = depot.get(name).map_err(ShardError::Depot)? else { return Ok(None) };
        let found = match read_file::<ShardRow>(file.path()) {
            Ok(found) => found,
            Err(error) if error.is_missing() => return Ok(None),
            Err(error) => return Err(ShardError::Damaged(error.to_string())),
        };
        let head: ShardHead =
            serde_json::from_value(found.provenance).map_err(|error| ShardError::Damaged(error.to_string()))?;
        if head.key != key {
            return Err(ShardError::Damaged(format!("{name} holds the shard {}", head.key)));
        }
        Ok(Some(Self { head, rows: found.rows }))
    }
}

fn why(fault: RowFault) -> String {
    match fault {
        RowFault::Cell { column, why } => format!("{column}: {why}"),
        RowFault::Row(why) => why,
    }
}

fn json(scalar: Scalar<'_>) -> serde_json::Value {
    match scalar {
        Scalar::Null => serde_json::Value::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Int(value) | Scalar::Micros(value) => value.into(),
        Scalar::Unsigned(value) => value.into(),
        // Finite, by the cell's own check.
        Scalar::Real(value) => value.into(),
        Scalar::Text(value) => value.into(),
    }
}

/// The cell of a column, or the JSON that is none.
fn scalar(kind: Kind, cell: serde_json::Value) -> Result<Scalar<'static>, serde_json::Value> {
    let found = match (kind, &cell) {
        (_, serde_json::Value::Null) => Some(Scalar::Null),
        (Kind::Bool, _) => cell.as_bool().map(Scalar::Bool),
        (Kind::Int, _) => cell.as_i64().map(Scalar::Int),
        (Kind::Micros, _) => cell.as_i64().map(Scalar::Micros),
        (Kind::Unsigned, _) => cell.as_u64().map(Scalar::Unsigned),
        (Kind::Real, _) => cell.as_f64().map(Scalar::Real),
        (Kind::Text | Kind::Json, _) => cell.as_str().map(|text| Scalar::Text(Cow::Owned(text.to_owned()))),
    };
    found.ok_or(cell)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{backtest, parameters};
    use super::super::{Backtest, LedgerRow};
    use super::*;

    fn shard() -> Shard {
        let head = ShardHead {
            key: "k".into(),
            kind: "standard".into(),
            strategy: "s".into(),
            market: "bull".into(),
            inputs: vec![("source".into(), "00".into()), ("seed".into(), "1".into())],
            runs: 3,
            failure: serde_json::Value::Null,
        };
        Shard::new(head)
    }

    #[test]
    fn rows_of_several_tables_come_back_to_the_bit() {
        let mut own = shard();
        let rows = [backtest("s", "bull", 0.1 + 0.2), backtest("s", "bear", -5e-324)];
        own.add(&rows).unwrap();
        let ledger =
            LedgerRow { strategy_name: "s".into(), iteration: u32::MAX, source_hash: "h".into(), trials: 1, tests: 0 };
        own.add(std::slice::from_ref(&ledger)).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let depot = Depot::folder(dir.path().join("shards"));
        own.keep(&depot, "lasting/k.parquet").unwrap();
        let found = Shard::find(&depot, "lasting/k.parquet", "k").unwrap().unwrap();
        assert_eq!(found, own);
        let back = found.rows::<Backtest>().unwrap();
        assert_eq!(back, rows);
        assert_eq!(back[0].sharpe_ratio.unwrap().to_bits(), (0.1_f64 + 0.2).to_bits());
        assert_eq!(back[1].total_return.unwrap().to_bits(), (-0.0_f64).to_bits());
        assert_eq!(back[0].parameters.0, parameters());
        assert_eq!(found.rows::<LedgerRow>().unwrap(), [ledger]);
    }

    #[test]
    fn what_is_not_there_is_none_and_what_is_not_it_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let depot = Depot::folder(dir.path().to_owned());
        assert!(Shard::find(&depot, "k.parquet", "k").unwrap().is_none());
        let mut own = shard();
        own.add(&[backtest("s", "bull", 1.0)]).unwrap();
        own.keep(&depot, "k.parquet").unwrap();
        let damaged = |key: &str| matches!(Shard::find(&depot, "k.parquet", key), Err(ShardError::Damaged(_)));
        assert!(!damaged("k"));
        // Under another key's name, cut short, and with one bit turned.
        assert!(damaged("another"));
        let file = dir.path().join("k.parquet");
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        assert!(damaged("k"));
        for at in (0..whole.len()).step_by(97) {
            let mut turned = whole.clone();
            turned[at] ^= 4;
            std::fs::write(&file, turned).unwrap();
            assert!(damaged("k"), "byte {at}");
        }
    }
}
