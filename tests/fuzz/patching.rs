//! Any bytes as a file of any format: an edit that is accepted changes its value alone, what it gives is read again, and
//! undoing brings every byte back.

use continuous_backtest::patch::{self, Edit, Format, plan, scalars};
use continuous_backtest::strategy::Value;
use std::fs;

const NAMES: [(Format, &str); 5] = [
    (Format::Python, "case.py"),
    (Format::Yaml, "case.yaml"),
    (Format::Json, "case.json"),
    (Format::Toml, "case.toml"),
    (Format::Env, ".env"),
];
/// Edits tried on one file.
const EDITS: usize = 6;

/// The first byte chooses the format.
pub fn run(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let (format, name) = NAMES[*choice as usize % NAMES.len()];
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(found) = scalars(format, text) else { return };
    for pair in found.windows(2) {
        assert!(pair[0].start <= pair[1].start, "{pair:?} are out of order");
    }
    let dir = tempfile::tempdir().expect("a folder for the case");
    let file = dir.path().join(name);
    fs::write(&file, bytes).expect("a writable folder");
    let step = found.len().div_ceil(EDITS).max(1);
    for (index, scalar) in found.iter().enumerate().step_by(step) {
        assert!(text.get(scalar.start as usize..scalar.end as usize).is_some(), "{scalar:?} stands nowhere");
        for new in others(&scalar.value) {
            let edit = Edit {
                file: file.clone(),
                format,
                start: scalar.start,
                end: scalar.end,
                old: scalar.value.clone(),
                new: new.clone(),
                expected_hash: patch::hash(bytes),
            };
            // A refusal keeps the bytes.
            let Ok(planned) = plan(&[edit]) else { continue };
            let after = std::str::from_utf8(&planned.after).expect("text stays text");
            let (start, end) = (scalar.start as usize, scalar.end as usize);
            assert!(
                after.starts_with(&text[..start]) && after.ends_with(&text[end..]),
                "bytes outside the value changed"
            );
            let read = scalars(format, after).expect("what is written can be read");
            assert_eq!(read.len(), found.len(), "values came or went");
            assert_eq!(read[index].value, new, "{after:?}");
            for (place, (before, after)) in found.iter().zip(&read).enumerate() {
                assert_eq!(before.path, after.path);
                assert!(place == index || same(&before.value, &after.value), "{before:?} became {after:?}");
            }
            assert_eq!(planned.undo.revert(&planned.after).as_deref(), Some(bytes), "undoing gives other bytes");
            assert_eq!(fs::read(&file).expect("the case"), bytes, "planning wrote");
        }
    }
}

/// NaN in a file stays NaN.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

/// Values that the search might choose instead.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Int(value) => vec![Value::Int(value.wrapping_add(7)), Value::Int(-3)],
        Value::Float(value) if value.is_finite() => vec![Value::Float(value / 2.0 + 0.125), Value::Float(-1e-7)],
        Value::Bool(value) => vec![Value::Bool(!value)],
        Value::Str(_) => vec![Value::Str("sma".to_owned()), Value::Str("it's a \"new\" one\\".to_owned())],
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|new| new != value)
    .collect()
}
