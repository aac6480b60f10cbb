use super::publish::{failure, store};
use super::{Context, Failure};
use crate::results::{Store, Table};
use serde_json::{Value, json};
use std::fmt::Write;

/// The answer to a query, for people or programs.
#[derive(Debug)]
pub struct Answer(Table);

/// # Errors
/// No store yet, or DuckDB's own words about the SQL.
pub fn query(context: &Context, sql: &str, limit: usize) -> Result<Answer, Failure> {
    let store = Store::open_read_only(&store(context)).map_err(failure)?;
    store.query(sql, limit).map(Answer).map_err(failure)
}

impl Answer {
    pub fn json(&self) -> Value {
        json!({ "columns": self.0.columns, "rows": self.0.rows, "cut": self.0.cut })
    }

    /// Columns padded to their widest cell; numbers to the right.
    pub fn text(&self) -> String {
        let rows: Vec<Vec<String>> = self.0.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let widths: Vec<usize> = self
            .0
            .columns
            .iter()
            .enumerate()
            .map(|(index, name)| {
                rows.iter().map(|row| row[index].chars().count()).chain([name.chars().count()]).max().unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        line(&mut text, &self.0.columns, &widths, |_| false);
        line(&mut text, &widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>(), &widths, |_| false);
        for (row, values) in rows.iter().zip(&self.0.rows) {
            line(&mut text, row, &widths, |index| values[index].is_number());
        }
        if self.0.cut {
            let _ = writeln!(text, "({} rows shown, there are more: --limit)", rows.len());
        }
        text
    }
}

fn line(text: &mut String, cells: &[String], widths: &[usize], right: impl Fn(usize) -> bool) {
    let padded: Vec<String> = cells
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(index, (cell, width))| if right(index) { format!("{cell:>width$}") } else { format!("{cell:<width$}") })
        .collect();
    let _ = writeln!(text, "{}", padded.join("  ").trim_end());
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace(['\n', '\r'], " "),
        Value::Number(number) if number.is_f64() => format!("{:.4}", number.as_f64().unwrap_or(f64::NAN)),
        other => other.to_string(),
    }
}
