//! Returns that people bring: a CSV or Parquet file with a column `return`, or a matrix with one column for each
//! configuration. Simple returns per bar, as fractions. A cell that is no finite number is refused by its row, never
//! passed over.

use super::market_file::{MarketRefusal, Raw, RefusalReason, RowReason, is_timestamp, plain, read_raw};
use std::path::Path;

/// The returns of several configurations over the same bars.
#[derive(Debug, Clone, PartialEq)]
pub struct ReturnMatrix {
    pub names: Vec<String>,
    /// One for each name, all of the same length.
    pub columns: Vec<Vec<f64>>,
}

/// The column `return`, whatever its case; other columns may hold anything.
///
/// # Errors
/// The first fault, by row.
pub fn load_returns(path: &Path) -> Result<Vec<f64>, MarketRefusal> {
    read_raw(path).and_then(|raw| returns(&raw)).map_err(|reason| reason.of(path))
}

/// Every column except times and an index without a name.
///
/// # Errors
/// The first fault, by column and row.
pub fn load_matrix(path: &Path) -> Result<ReturnMatrix, MarketRefusal> {
    read_raw(path).and_then(|raw| matrix(&raw)).map_err(|reason| reason.of(path))
}

fn returns(raw: &Raw) -> Result<Vec<f64>, RowReason> {
    let called: Vec<usize> = (0..raw.names.len()).filter(|&at| plain(original(&raw.names[at])) == "return").collect();
    match called[..] {
        [] => Err(RefusalReason::MissingColumns { missing: vec!["return"], found: raw.names.clone() }.into()),
        [only] => finite(raw, only),
        _ => Err(RefusalReason::RepeatedColumn { name: "return".to_owned() }.into()),
    }
}

fn matrix(raw: &Raw) -> Result<ReturnMatrix, RowReason> {
    let mut found = ReturnMatrix { names: Vec::new(), columns: Vec::new() };
    for (at, name) in raw.names.iter().enumerate() {
        if original(name).trim().is_empty() || is_timestamp(name) {
            continue;
        }
        if original(name) != name || found.names.iter().any(|other| other == name.trim()) {
            return Err(RefusalReason::RepeatedColumn { name: original(name).to_owned() }.into());
        }
        found.columns.push(finite(raw, at)?);
        found.names.push(name.trim().to_owned());
    }
    if found.names.is_empty() {
        let missing = vec!["a configuration"];
        return Err(RefusalReason::MissingColumns { missing, found: raw.names.clone() }.into());
    }
    Ok(found)
}

fn finite(raw: &Raw, at: usize) -> Result<Vec<f64>, RowReason> {
    let name = raw.names[at].trim();
    let values = raw.columns[at].numbers(name)?;
    if values.is_empty() {
        return Err(RefusalReason::NoRows.into());
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(RowReason::at(row, RefusalReason::NotFinite { column: name.to_owned(), value: values[row] })),
        None => Ok(values),
    }
}

/// Polars calls the second column of a name `name_duplicated_0`.
fn original(name: &str) -> &str {
    match name.rsplit_once("_duplicated_") {
        Some((original, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => original,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file<T>(text: &str, load: impl Fn(&Path) -> Result<T, MarketRefusal>) -> Result<T, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.csv");
        std::fs::write(&path, text).unwrap();
        load(&path).map_err(|refusal| refusal.to_string().split_once("r.csv").unwrap().1.to_owned())
    }

    #[test]
    fn the_column_is_found_whatever_stands_beside_it() {
        for text in [
            "return\n0.01\n-0\n-2e-2\n",
            "\u{feff}Date;RETURN;note\r\n2024-01-01;0.01;x\r\n2024-01-02;-0;\r\n2024-01-03; -0.02 ;NaN\r\n",
            "date,\"Return\"\n,0.01\n,0\n,-0.02",
        ] {
            assert_eq!(file(text, load_returns).unwrap(), [0.01, 0.0, -0.02], "{text:?}");
        }
    }

    #[test]
    fn what_is_no_return_is_refused_by_its_row() {
        for (text, refusal) in [
            ("", ": cannot be read: the file is empty"),
            ("return\n", ": has a header and no rows below it"),
            ("date,ret\n1,2\n", ": no column for return; the columns found are date, ret"),
            ("0.01\n0.02\n", ": no column for return; the columns found are 0.01"),
            ("return\n0.01\nabc\n", ", row 2: return \"abc\" is not a number"),
            ("return\n0.01\n1.2%\n", ", row 2: return \"1.2%\" is not a number"),
            ("return\n0.01\nNaN\n", ", row 2: return is NaN"),
            ("return\n-inf\n0.01\n", ", row 1: return is -inf"),
            ("date,return\n1,0.01\n2,\n3,0.01\n", ", row 2: return is empty"),
            ("return\n0.01\n\n0.02\n", ", row 2: return is empty"),
            ("return\n0.01\n\"\"\n0.02\n", ", row 2: return is empty"),
            ("date,return\n1,0.01\n2\n", ", row 2: has 1 cells, the header has 2"),
            ("return,Return\n1,2\n", ": has two columns called return; rename one of them"),
            ("return,return\n1,2\n", ": has two columns called return; rename one of them"),
        ] {
            assert_eq!(file(text, load_returns).unwrap_err(), refusal, "{text:?}");
        }
    }

    #[test]
    fn a_matrix_has_a_column_for_each_configuration() {
        let found = file(",Date,a, b\n0,2024-01-01,0.01,0.02\n1,2024-01-02,0,-0.01\n", load_matrix).unwrap();
        assert_eq!(found.names, ["a", "b"]);
        assert_eq!(found.columns, [[0.01, 0.0], [0.02, -0.01]]);
        for (text, refusal) in [
            ("date\n2024-01-01\n", ": no column for a configuration; the columns found are date"),
            ("a,b\n", ": has a header and no rows below it"),
            ("a,b\n1,2\n1,x\n", ", row 2: b \"x\" is not a number"),
            ("a,b,a\n1,2,3\n", ": has two columns called a; rename one of them"),
        ] {
            assert_eq!(file(text, load_matrix).unwrap_err(), refusal, "{text:?}");
        }
    }
}
