use super::refusal::RefusalReason;

/// A file's columns before anyone knows what they mean.
pub(crate) struct Raw {
    pub names: Vec<String>,
    pub columns: Vec<RawColumn>,
}

pub(crate) enum RawColumn {
    Text(Vec<Option<String>>),
    Whole(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    /// Microseconds since the Unix epoch, UTC.
    Time(Vec<Option<i64>>),
    /// A type that is none of these, by its name.
    Other(String),
}

impl RawColumn {
    pub(crate) fn numbers(&self, column: &str) -> Result<Vec<f64>, (Option<usize>, RefusalReason)> {
        let empty = |at| (Some(at), RefusalReason::EmptyCell { column: column.to_owned() });
        match self {
            Self::Text(cells) => {
                let parse = |(at, cell): (usize, &Option<String>)| {
                    let text = cell.as_deref().map(str::trim).filter(|text| !text.is_empty());
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
                let solid = |cell: &Option<String>| cell.clone().filter(|text| !text.trim().is_empty());
                let read = |(at, cell)| each(at, solid(cell).map(|text| reader.text(&text)));
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
