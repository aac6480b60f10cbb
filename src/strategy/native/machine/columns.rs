use crate::market::Series;
use crate::strategy::native::ir::ColumnId;
use std::sync::{Arc, OnceLock};

/// Words that are compared at once.
const PIECE: usize = 256;

/// One word per bar and column: the market's six (i64 timestamps, then f64 bits), and hoisted ones.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Columns {
    bars: usize,
    /// Shared with the memories they are loaded into, which so know them again: a change makes a copy.
    words: Arc<Vec<u64>>,
    /// Hoisted columns. They are not loaded, so they have no address, and changing them costs nothing.
    extras: Vec<Arc<SharedColumn>>,
}

/// A hoisted column, one word per bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SharedColumn {
    words: Vec<u64>,
    flips: OnceLock<Vec<u64>>,
    bytes: OnceLock<Option<Vec<u8>>>,
}

impl SharedColumn {
    pub const fn new(words: Vec<u64>) -> Self {
        Self { words, flips: OnceLock::new(), bytes: OnceLock::new() }
    }

    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// A bit per bar, 64 to a word: whether its word is another than the bar's before.
    pub fn flips(&self) -> &[u64] {
        self.flips.get_or_init(|| {
            let mut before = self.words.first().copied().unwrap_or_default();
            let flips = self.words.chunks(64).map(|words| {
                words.iter().enumerate().fold(0, |flips, (bar, &word)| {
                    let other = std::mem::replace(&mut before, word) != word;
                    flips | u64::from(other) << bar
                })
            });
            flips.collect()
        })
    }

    /// A byte per bar, where every word fits into one: an eighth of the memory to read from.
    pub fn bytes(&self) -> Option<&[u8]> {
        let fit = || self.words.iter().map(|&word| u8::try_from(word).ok()).collect();
        self.bytes.get_or_init(fit).as_deref()
    }
}

impl Columns {
    pub fn of(series: &Series) -> Self {
        let mut words = Vec::with_capacity(6 * series.len());
        words.extend(series.timestamp.iter().map(|&time| time as u64));
        for (_, values) in series.columns() {
            words.extend(values.iter().map(|value| value.to_bits()));
        }
        Self { bars: series.len(), words: Arc::new(words), extras: Vec::new() }
    }

    pub fn bars(&self) -> usize {
        self.bars
    }

    /// The market's, column after column, `bars` words each.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    pub(in crate::strategy::native) fn shared(&self) -> &Arc<Vec<u64>> {
        &self.words
    }

    /// The words of one.
    #[inline]
    pub fn column(&self, index: u32) -> &[u64] {
        let index = index as usize;
        let market = ColumnId::MARKET as usize;
        if index < market {
            &self.words[index * self.bars..(index + 1) * self.bars]
        } else {
            self.extras[index - market].words()
        }
    }

    /// The same, ready to take in `more` hoisted columns.
    pub fn with_room(&self, more: usize) -> Self {
        let mut extras = Vec::with_capacity(self.extras.len() + more);
        extras.extend_from_slice(&self.extras);
        Self { bars: self.bars, words: Arc::clone(&self.words), extras }
    }

    /// Adds a hoisted column behind the others.
    ///
    /// # Panics
    /// If it has not one word per bar.
    pub fn push(&mut self, column: Arc<SharedColumn>) {
        assert_eq!(column.words().len(), self.bars, "one word per bar");
        self.extras.push(column);
    }

    pub fn extras(&self) -> &[Arc<SharedColumn>] {
        &self.extras
    }

    /// Whether these are the columns of `series`, bit for bit.
    pub fn holds(&self, series: &Series) -> bool {
        let (times, rest) = self.words.split_at(self.bars);
        // In pieces without a way out between two words, which go through vectors.
        let piece = |(words, values): (&[u64], &[f64])| {
            words.iter().zip(values).fold(0, |other, (word, value)| other | (word ^ value.to_bits())) == 0
        };
        let same = |words: &[u64], values: &[f64]| words.chunks(PIECE).zip(values.chunks(PIECE)).all(piece);
        self.bars == series.len()
            && times.iter().zip(&series.timestamp).all(|(word, time)| *word == *time as u64)
            && rest.chunks(self.bars.max(1)).zip(series.columns()).all(|(words, (_, values))| same(words, values))
    }
}
