//! What labels the rows of a series or frame.

use std::rc::Rc;

/// The market's times, or a count from zero (`reset_index(drop=True)`, numpy's arrays made into series).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    Times,
    Count,
}

/// Which of the labels, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    Span(usize, usize),
    Picked(Rc<Vec<usize>>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub labels: Labels,
    pub rows: Rows,
}

impl Index {
    pub const fn times(bars: usize) -> Self {
        Self { labels: Labels::Times, rows: Rows::Span(0, bars) }
    }

    pub const fn count(rows: usize) -> Self {
        Self { labels: Labels::Count, rows: Rows::Span(0, rows) }
    }

    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Span(start, end) => end - start,
            Rows::Picked(rows) => rows.len(),
        }
    }

    /// The label at `place`, as the row of the market or as the number.
    pub fn label(&self, place: usize) -> usize {
        match &self.rows {
            Rows::Span(start, _) => start + place,
            Rows::Picked(rows) => rows[place],
        }
    }

    /// Labels ascend without repeats, so a search finds them.
    pub fn place(&self, label: usize) -> Option<usize> {
        match &self.rows {
            Rows::Span(start, end) => (*start..*end).contains(&label).then(|| label - start),
            Rows::Picked(rows) => rows.binary_search(&label).ok(),
        }
    }

    /// The first place whose label is not below `label`.
    pub fn lower(&self, label: usize) -> usize {
        match &self.rows {
            Rows::Span(start, end) => label.clamp(*start, *end) - start,
            Rows::Picked(rows) => rows.partition_point(|&row| row < label),
        }
    }

    /// Places `from..to` of it.
    pub fn span(&self, from: usize, to: usize) -> Self {
        let rows = match &self.rows {
            Rows::Span(start, _) => Rows::Span(start + from, start + to),
            Rows::Picked(rows) => Rows::Picked(Rc::new(rows[from..to].to_vec())),
        };
        Self { labels: self.labels, rows }
    }

    /// The rows at `places`, which ascend.
    pub fn pick(&self, places: &[usize]) -> Self {
        if places.len() == self.len() {
            return self.clone();
        }
        let rows = places.iter().map(|&place| self.label(place)).collect();
        Self { labels: self.labels, rows: Rows::Picked(Rc::new(rows)) }
    }
}
