//! One market's columns, and what windows over them were made already.

use super::column::Column;
use crate::market::Series;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Kept of the columns that parameter sets share.
const BYTES: usize = 96 << 20;

#[derive(Debug)]
pub struct Market {
    bars: usize,
    stamps: Vec<i64>,
    columns: [(&'static str, Arc<Vec<f64>>); 5],
    made: Mutex<Made>,
}

#[derive(Debug, Default)]
struct Made {
    columns: HashMap<u128, Column>,
    bytes: usize,
}

impl Market {
    pub fn of(series: &Series) -> Self {
        Self {
            bars: series.len(),
            stamps: series.timestamp.clone(),
            columns: series.columns().map(|(name, values)| (name, Arc::new(values.to_vec()))),
            made: Mutex::default(),
        }
    }

    pub const fn bars(&self) -> usize {
        self.bars
    }

    pub fn holds(&self, series: &Series) -> bool {
        self.stamps == series.timestamp
            && series.columns().iter().zip(&self.columns).all(|((_, theirs), (_, own))| {
                theirs.len() == own.len() && theirs.iter().zip(own.iter()).all(|(a, b)| a.to_bits() == b.to_bits())
            })
    }

    /// `close`, whatever its spelling.
    pub fn column(&self, name: &str) -> Option<Column> {
        let found = self.columns.iter().find(|(own, _)| *own == name)?;
        Some(Column::of_market(name, found.1.clone()))
    }

    /// The column that was made under this name, or what `make` gives. Which thread made it cannot be told.
    pub fn shared(&self, id: u128, make: impl FnOnce() -> Column) -> Column {
        let lock = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().columns.get(&id) {
            return known.clone();
        }
        let column = make();
        let mut made = lock();
        let bytes = column.data.bytes();
        if made.bytes + bytes <= BYTES && made.columns.insert(id, column.clone()).is_none() {
            made.bytes += bytes;
        }
        column
    }
}
