use crate::market::Series;
use std::sync::Arc;

/// One word per bar and column: the market's six (i64 timestamps, then f64 bits), hoisted ones behind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Columns {
    bars: usize,
    /// Shared with the memories they are loaded into, which so know them again: a change makes a copy.
    words: Arc<Vec<u64>>,
}

impl Columns {
    pub fn of(series: &Series) -> Self {
        let mut words = Vec::with_capacity(6 * series.len());
        words.extend(series.timestamp.iter().map(|&time| time as u64));
        for (_, values) in series.columns() {
            words.extend(values.iter().map(|value| value.to_bits()));
        }
        Self { bars: series.len(), words: Arc::new(words) }
    }

    pub fn bars(&self) -> usize {
        self.bars
    }

    /// Column after column, `bars` words each.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    pub(super) fn shared(&self) -> &Arc<Vec<u64>> {
        &self.words
    }

    /// Adds a column behind the others.
    ///
    /// # Panics
    /// If it has not one word per bar.
    pub fn push(&mut self, column: &[u64]) {
        assert_eq!(column.len(), self.bars, "one word per bar");
        Arc::make_mut(&mut self.words).extend_from_slice(column);
    }
}
