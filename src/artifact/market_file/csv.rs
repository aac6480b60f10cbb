//! CSV through Polars, every cell as text, so that a bad one can be named by its row.

use super::RowReason;
use super::raw::{Raw, RawColumn};
use super::refusal::RefusalReason;
use polars::prelude::{CsvParseOptions, CsvReadOptions, SerReader};
use std::io::Cursor;

pub(crate) fn read(bytes: &[u8]) -> Result<Raw, RowReason> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let row = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        RowReason { row: (row > 0).then_some(row), reason: RefusalReason::NotUtf8 }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(header) = lines.next() else {
        return Err(RefusalReason::Unreadable("the file is empty".to_owned()).into());
    };
    let separator = separator(header);
    if !header.contains(separator) {
        no_holes(text.trim_end(), header)?;
    }
    // Quoted cells may hold separators and line ends; then the count of cells is Polars' to judge.
    if !text.contains('"') {
        let cells = |line: &str| line.matches(separator).count() + 1;
        let expected = cells(header);
        for (at, line) in lines.enumerate() {
            let found = cells(line);
            if found != expected {
                return Err(RowReason::at(at, RefusalReason::Ragged { expected, found }));
            }
        }
    }
    let solid: String = text.lines().filter(|line| !line.trim().is_empty()).flat_map(|line| [line, "\n"]).collect();
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
        columns.push(RawColumn::Text(cells.iter().map(|cell| cell.map(str::to_owned)).collect()));
    }
    Ok(Raw { names: frame.get_column_names().iter().map(|name| name.to_string()).collect(), columns })
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
