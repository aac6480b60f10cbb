mod cases;
mod faults;
mod files;
mod hostile;
#[cfg(unix)]
mod kill;
mod random;

use super::plan::plan_bytes;
use super::{Edit, Format, Planned, Refusal, hash};
use crate::strategy::Value;
use std::path::PathBuf;

/// An edit of `text` at the byte span given.
fn edit(format: Format, text: &[u8], span: (usize, usize), old: Value, new: Value) -> Edit {
    Edit {
        file: PathBuf::from("file"),
        format,
        start: span.0 as u32,
        end: span.1 as u32,
        old,
        new,
        expected_hash: hash(text),
    }
}

fn plan_text(edits: &[Edit], text: &[u8]) -> Result<Planned, Refusal> {
    plan_bytes(edits, text.to_vec(), PathBuf::from("file"))
}
