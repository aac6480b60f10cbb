use crate::market::Series;

/// One word per bar and column: the market's six (i64 timestamps, then f64 bits), hoisted ones behind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Columns {
    bars: usize,
    words: Vec<u64>,
}

impl Columns {
    pub fn of(series: &Series) -> Self {
        let mut words = Vec::with_capacity(6 * series.len());
        words.extend(series.timestamp.iter().map(|&time| time as u64));
        for (_, values) in series.columns() {
            words.extend(values.iter().map(|value| value.to_bits()));
        }
        Self { bars: series.len(), words }
    }

    pub fn bars(&self) -> usize {
        self.bars
    }

    /// Column after column, `bars` words each.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Adds a column behind the others.
    ///
    /// # Panics
    /// If it has not one word per bar.
    pub fn push(&mut self, column: &[u64]) {
        assert_eq!(column.len(), self.bars, "one word per bar");
        self.words.extend_from_slice(column);
    }
}
