//! The cells of a trace, as the host writes them: a tag, then eight bytes, little-endian.

use crate::strategy::{Held, Trace};

pub(super) const CELL: usize = 9;

/// # Errors
/// Bytes that are no whole number of bars, or a tag nobody knows.
pub(super) fn read(bytes: &[u8], attributes: usize) -> Result<Trace, String> {
    let (cells, rest) = bytes.as_chunks::<CELL>();
    if !rest.is_empty() || (attributes == 0 && !cells.is_empty()) || (attributes > 0 && cells.len() % attributes != 0) {
        return Err(format!("{} bytes of attributes, {attributes} per bar", bytes.len()));
    }
    let held = cells.iter().map(|[tag, word @ ..]| {
        Ok(match tag {
            0 => Held::Absent,
            1 => Held::None,
            2 => Held::Bool(i64::from_le_bytes(*word) != 0),
            3 => Held::Int(i64::from_le_bytes(*word)),
            4 => Held::Float(f64::from_le_bytes(*word)),
            5 => Held::Str,
            6 => Held::Other,
            other => return Err(format!("an attribute of tag {other}")),
        })
    });
    Ok(Trace::new(attributes, held.collect::<Result<_, String>>()?))
}
