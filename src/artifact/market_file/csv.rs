//! CSV, every cell as text, so that a bad one can be named by its row. Quoted cells and odd headers are Polars' to read;
//! everything else is cut at the separators, which takes less time than Polars takes to begin.

use super::RowReason;
use super::raw::{Raw, RawColumn, Texts};
use super::refusal::RefusalReason;
use polars::prelude::{CsvParseOptions, CsvReadOptions, SerReader};
use std::io::Cursor;

pub(crate) fn read(bytes: &[u8]) -> Result<Raw, RowReason> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let row = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        RowReason { row: (row > 0).then_some(row), reason: RefusalReason::NotUtf8 }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(header) = lines(text).next() else {
        return Err(RefusalReason::Unreadable("the file is empty".to_owned()).into());
    };
    let separator = separator(header);
    if let Some(read) = plain(text, header, separator) {
        return read;
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
    // Most begin with something.
    text.lines().filter(|line| line.bytes().next().is_some_and(|byte| byte > b' ') || !line.trim().is_empty())
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
fn plain(text: &str, header: &str, separator: char) -> Option<Result<Raw, RowReason>> {
    let names: Vec<String> = header.split(separator).map(str::to_owned).collect();
    let odd = |(at, name): (usize, &String)| name.trim().is_empty() || names[..at].contains(name);
    let returns = |text: &str| text.matches('\r').count() != text.matches("\r\n").count();
    let one = names.len() == 1;
    if one || text.contains('"') || names.iter().enumerate().any(odd) || text.contains('\r') && returns(text) {
        return None;
    }
    let mut columns = vec![Texts::default(); names.len()];
    for (at, line) in lines(text).skip(1).enumerate() {
        let mut found = 0;
        for cell in cells(line, separator) {
            if let Some(column) = columns.get_mut(found) {
                column.push(cell);
            }
            found += 1;
        }
        if found != names.len() {
            return Some(Err(RowReason::at(at, RefusalReason::Ragged { expected: names.len(), found })));
        }
    }
    Some(Ok(Raw { names, columns: columns.into_iter().map(RawColumn::Text).collect() }))
}

/// As `split` does, which takes longer over cells as short as these. The separator is ASCII.
fn cells(line: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = memchr::memchr(separator as u8, line.as_bytes());
        rest = end.map(|end| &line[end + 1..]);
        Some(&line[..end.unwrap_or(line.len())])
    })
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

    fn told(raw: &Raw) -> Vec<(String, Texts)> {
        let cells = |column: &RawColumn| match column {
            RawColumn::Text(cells) => cells.clone(),
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
        ] {
            let header = text.lines().next().unwrap();
            let found = plain(text, header, separator(header)).unwrap().ok().unwrap();
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
