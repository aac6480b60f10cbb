//! Where two runs' rows of one table part.

use super::cell::Scalar;
use super::error::ArtifactError;
use super::store::read_file;
use super::table::Table;
use std::path::Path;

/// The first difference between two files of one table, for people; None where their rows agree cell for cell. Sizes and
/// provenance are not rows: who wants equal bytes compares bytes first.
///
/// # Errors
/// A file that is missing or damaged.
pub fn difference<R: Table>(stored: &Path, made: &Path) -> Result<Option<String>, ArtifactError> {
    let (stored, made) = (read_file::<R>(stored)?.rows, read_file::<R>(made)?.rows);
    let (columns, key) = (R::columns(), R::key());
    for (number, (one, other)) in stored.iter().zip(&made).enumerate() {
        let (one, other) = (cells(one), cells(other));
        let Some(at) = (0..columns.len()).find(|&at| one.get(at) != other.get(at)) else { continue };
        let named =
            columns.iter().zip(&one).filter(|(column, _)| key.contains(&column.name) && column.name != "run_id");
        let row: Vec<String> = named.map(|(column, cell)| format!("{}={}", column.name, shown(Some(cell)))).collect();
        return Ok(Some(format!(
            "row {} ({}), column {}: {} is stored, {} was made",
            number + 1,
            row.join(", "),
            columns[at].name,
            shown(one.get(at)),
            shown(other.get(at))
        )));
    }
    let (stored, made) = (stored.len(), made.len());
    Ok((stored != made).then(|| format!("{stored} rows are stored, {made} were made")))
}

fn cells<R: Table>(row: &R) -> Vec<Scalar<'_>> {
    let mut cells = Vec::new();
    // Rows that were read have cells that can be stored.
    let _ = row.cells(&mut |cell| cells.push(cell));
    cells
}

fn shown(cell: Option<&Scalar<'_>>) -> String {
    match cell {
        None | Some(Scalar::Null) => "null".to_owned(),
        Some(Scalar::Bool(value)) => value.to_string(),
        Some(Scalar::Int(value) | Scalar::Micros(value)) => value.to_string(),
        Some(Scalar::Unsigned(value)) => value.to_string(),
        Some(Scalar::Real(value)) => format!("{value:?}"),
        Some(Scalar::Text(value)) => format!("{value:?}"),
    }
}
