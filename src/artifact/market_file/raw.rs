use super::refusal::RefusalReason;
use std::ops::Range;
use std::sync::Arc;

/// A file's columns before anyone knows what they mean.
pub(crate) struct Raw {
    pub names: Vec<String>,
    pub columns: Vec<RawColumn>,
}

pub(crate) enum RawColumn {
    Text(Texts),
    Whole(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    /// Microseconds since the Unix epoch, UTC.
    Time(Vec<Option<i64>>),
    /// A type that is none of these, by its name.
    Other(String),
}

/// Cells as pieces of one text, which columns may share; one that is not there is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    text: Arc<String>,
    cells: Vec<Range<usize>>,
}

impl Texts {
    pub(crate) const fn new(text: Arc<String>, cells: Vec<Range<usize>>) -> Self {
        Self { text, cells }
    }

    pub(crate) fn push(&mut self, cell: &str) {
        let text = Arc::make_mut(&mut self.text);
        let start = text.len();
        text.push_str(cell);
        self.cells.push(start..text.len());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| &self.text[cell.clone()])
    }
}

/// As `str::trim`; most cells have nothing to trim.
fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

impl RawColumn {
    pub(crate) fn numbers(&self, column: &str) -> Result<Vec<f64>, (Option<usize>, RefusalReason)> {
        let empty = |at| (Some(at), RefusalReason::EmptyCell { column: column.to_owned() });
        match self {
            Self::Text(cells) => {
                let parse = |(at, cell): (usize, &str)| {
                    let text = Some(trimmed(cell)).filter(|text| !text.is_empty());
                    let text = text.ok_or_else(|| empty(at))?;
                    text.parse().map_err(|_| {
                        let (column, text) = (column.to_owned(), text.to_owned());
                        (Some(at), RefusalReason::Unparsable { column, text, expected: "a number" })
                    })
                };
                cells.iter().enumerate().map(parse).collect()
            }
            Self::Whole(cells) => {
                cells.iter().enumerate().map(|(at, cell)| cell.map(|v| v as f64).ok_or_else(|| empty(at))).collect()
            }
            Self::Number(cells) => cells.iter().enumerate().map(|(at, cell)| cell.ok_or_else(|| empty(at))).collect(),
            Self::Time(_) => Err((None, column_type(column, "time"))),
            Self::Other(found) => Err((None, column_type(column, found))),
        }
    }

    pub(crate) fn times(&self) -> Result<Vec<i64>, (Option<usize>, RefusalReason)> {
        let column = "timestamp";
        let mut reader = super::moment::Reader::default();
        let each = |at: usize, read: Option<Result<i64, RefusalReason>>| match read {
            None => Err((Some(at), RefusalReason::EmptyCell { column: column.to_owned() })),
            Some(read) => read.map_err(|reason| (Some(at), reason)),
        };
        match self {
            Self::Text(cells) => {
                let read = |(at, cell): (usize, &str)| {
                    let cell = Some(trimmed(cell)).filter(|cell| !cell.is_empty());
                    each(at, cell.map(|cell| reader.text(cell)))
                };
                cells.iter().enumerate().map(read).collect()
            }
            Self::Whole(cells) => {
                cells.iter().enumerate().map(|(at, cell)| each(at, cell.map(|value| reader.whole(value)))).collect()
            }
            Self::Number(cells) => {
                cells.iter().enumerate().map(|(at, cell)| each(at, cell.map(|value| reader.number(value)))).collect()
            }
            Self::Time(cells) => cells.iter().enumerate().map(|(at, cell)| each(at, cell.map(Ok))).collect(),
            Self::Other(found) => Err((None, column_type(column, found))),
        }
    }
}

fn column_type(column: &str, found: &str) -> RefusalReason {
    RefusalReason::ColumnType { column: column.to_owned(), found: found.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn cells_are_trimmed_as_texts_are(cell in "[ \t\u{a0}\u{3000}]{0,2}[ a1\u{e9}]{0,3}[ \r\u{85}]{0,2}") {
            prop_assert_eq!(trimmed(&cell), cell.trim());
        }
    }
}
