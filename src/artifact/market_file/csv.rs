//! CSV, every cell as text, so that a bad one can be named by its row. Quoted cells and odd headers are Polars' to read;
//! everything else is cut at the separators, which takes less time than Polars takes to begin.

use super::RowReason;
use super::raw::{Raw, RawColumn, Texts};
use super::refusal::RefusalReason;
use polars::prelude::{CsvParseOptions, CsvReadOptions, SerReader};
use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

pub(crate) fn read(bytes: Vec<u8>) -> Result<Raw, RowReason> {
    let mut whole = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let row = valid.iter().filter(|byte| **byte == b'\n').count();
        RowReason { row: (row > 0).then_some(row), reason: RefusalReason::NotUtf8 }
    })?;
    if whole.starts_with('\u{feff}') {
        whole.remove(0);
    }
    let text = &whole[..];
    let Some(header) = lines(text).next() else {
        return Err(RefusalReason::Unreadable("the file is empty".to_owned()).into());
    };
    let separator = separator(header);
    if let Some(cut) = plain(text, header, separator) {
        let (names, columns) = cut?;
        let text = Arc::new(whole);
        let columns = columns.into_iter().map(|cells| RawColumn::Text(Texts::new(text.clone(), cells))).collect();
        return Ok(Raw { names, columns });
    }
    if !header.contains(separator) {
        no_holes(text.trim_end(), header)?;
    }
    // Quoted cells may hold separators and line ends; then the count of cells is Polars' to judge.
    if !text.contains('"') {
        let cells = |line: &str| line.matches(separator).count() + 1;
        let expected = cells(header);
        for (at, line) in lines(text).skip(1).enumerate() {
            let found = cells(line);
            if found != expected {
                return Err(RowReason::at(at, RefusalReason::Ragged { expected, found }));
            }
        }
    }
    through_polars(text, separator)
}

/// Those with something on them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim().is_empty())
}

fn through_polars(text: &str, separator: char) -> Result<Raw, RowReason> {
    let solid: String = lines(text).flat_map(|line| [line, "\n"]).collect();
    let frame = CsvReadOptions::default()
        .with_has_header(true)
        .with_infer_schema_length(Some(0))
        .with_n_threads(Some(1))
        .with_parse_options(CsvParseOptions::default().with_separator(separator as u8))
        .into_reader_with_file_handle(Cursor::new(solid.into_bytes()))
        .finish()
        .map_err(|error| RefusalReason::Unreadable(error.to_string()))?;
    let mut columns = Vec::new();
    for column in frame.columns() {
        let cells = column.str().map_err(|error| RefusalReason::Unreadable(error.to_string()))?;
        let mut texts = Texts::default();
        cells.iter().for_each(|cell| texts.push(cell.unwrap_or_default()));
        columns.push(RawColumn::Text(texts));
    }
    Ok(Raw { names: frame.get_column_names().iter().map(|name| name.to_string()).collect(), columns })
}

/// The file cut at its separators; None where Polars might read it otherwise.
fn plain(text: &str, header: &str, separator: char) -> Option<Result<(Vec<String>, Cells), RowReason>> {
    let names: Vec<String> = header.split(separator).map(str::to_owned).collect();
    let odd = |(at, name): (usize, &String)| name.trim().is_empty() || names[..at].contains(name);
    let bytes = text.as_bytes();
    // A return that ends no line.
    let bare = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    let quoted = memchr::memchr(b'"', bytes).is_some();
    if names.len() == 1 || quoted || names.iter().enumerate().any(odd) || memchr::memchr_iter(b'\r', bytes).any(bare) {
        return None;
    }
    Some(cut(text, names.len(), separator).map(|columns| (names, columns)))
}

/// Of each column, where its cells stand in the text.
type Cells = Vec<Vec<Range<usize>>>;

/// The cells of each of `width` columns below the header. The separator is ASCII, and returns stand only before line
/// ends.
fn cut(text: &str, width: usize, separator: char) -> Result<Cells, RowReason> {
    let bytes = text.as_bytes();
    let mut columns = vec![Vec::new(); width];
    let (mut line, mut start, mut found, mut row) = (0, 0, 0, None);
    for end in memchr::memchr2_iter(separator as u8, b'\n', bytes).chain([bytes.len()]) {
        let last = bytes.get(end) != Some(&(separator as u8));
        let line_end = if last && end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        let cell = start..line_end;
        start = end + 1;
        // As `lines` leaves it out; where tabs separate there may have been cells on it.
        if last && text[line..line_end].trim().is_empty() {
            columns.iter_mut().for_each(|column| column.truncate(row.unwrap_or_default()));
            (line, found) = (start, 0);
            continue;
        }
        if row.is_some()
            && let Some(column) = columns.get_mut(found)
        {
            column.push(cell);
        }
        found += 1;
        if last {
            if let Some(at) = row
                && found != width
            {
                return Err(RowReason::at(at, RefusalReason::Ragged { expected: width, found }));
            }
            (line, row, found) = (start, Some(row.map_or(0, |row| row + 1)), 0);
        }
    }
    Ok(columns)
}

/// In a file of one column an empty line between others is an empty cell.
fn no_holes(text: &str, header: &str) -> Result<(), RowReason> {
    let below = text.lines().skip_while(|line| line.trim().is_empty()).skip(1);
    match below.enumerate().find(|(_, line)| line.trim().is_empty()) {
        Some((at, _)) => Err(RowReason::at(at, RefusalReason::EmptyCell { column: header.trim().to_owned() })),
        None => Ok(()),
    }
}

fn separator(header: &str) -> char {
    if header.contains(',') {
        return ',';
    }
    [';', '\t'].into_iter().find(|&separator| header.contains(separator)).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(raw: &Raw) -> Vec<(String, Vec<String>)> {
        let cells = |column: &RawColumn| match column {
            RawColumn::Text(cells) => cells.iter().map(str::to_owned).collect(),
            _ => panic!("a column that is not text"),
        };
        raw.names.iter().cloned().zip(raw.columns.iter().map(cells)).collect()
    }

    #[test]
    fn plain_files_read_as_polars_reads_them() {
        for text in [
            "date,open,close\n2020-01-01,1.5,2\n2020-01-02,,3\n",
            "Date; Open ;Close\r\n\r\n2020-01-01; 1.5 ;x\r\n  \r\n2020-01-02;;\r\n",
            "ts\topen\n1\t2",
            "ts,open\n",
            "ts,open\n ,nan\n#1,\u{e9}\n,\n",
            "\t\nts\topen\n\t\n1\t2\n \t \t\t\n3\t\n",
            "\n  \nts,open\r\n1,\r\n\r\n\t\n2,3\r\n \r\n",
        ] {
            let header = lines(text).next().unwrap();
            assert!(plain(text, header, separator(header)).is_some(), "{text:?}");
            let found = read(text.as_bytes().to_vec()).ok().unwrap();
            assert_eq!(told(&found), told(&through_polars(text, separator(header)).ok().unwrap()), "{text:?}");
        }
    }

    #[test]
    fn what_is_odd_is_left_to_polars() {
        for text in ["a,\"b\"\n1,2", "a,a\n1,2", ",a\n1,2", "a\n1", "a,b\n1,2\r3\n"] {
            let header = text.lines().next().unwrap();
            assert!(plain(text, header, separator(header)).is_none(), "{text:?}");
        }
    }
}
