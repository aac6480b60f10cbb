//! The Python side, embedded, and what it is told before its first block.

use super::names::Names;
use crate::discovery::{ArgumentSource, ConstructorArgument};
use crate::strategy::{Argument, BarShape, Entry, Meaning, Value, WindowShape};
use serde::Serialize;
use std::path::PathBuf;

pub(super) const BOOT: &str = include_str!("host/boot.py");

/// In one namespace, in this order.
const PARTS: [(&str, &str); 10] = [
    ("channel.py", include_str!("host/channel.py")),
    ("report.py", include_str!("host/report.py")),
    ("source.py", include_str!("host/source.py")),
    ("surroundings.py", include_str!("host/surroundings.py")),
    ("bars.py", include_str!("host/bars.py")),
    ("answers.py", include_str!("host/answers.py")),
    ("vectors.py", include_str!("host/vectors.py")),
    ("features.py", include_str!("host/features.py")),
    ("calls.py", include_str!("host/calls.py")),
    ("trace.py", include_str!("host/trace.py")),
];
const LAST: (&str, &str) = ("serve.py", include_str!("host/serve.py"));

/// Names and texts by turns.
pub(super) fn parts() -> impl Iterator<Item = &'static str> {
    PARTS.iter().chain([&LAST]).flat_map(|(name, text)| [*name, *text])
}

/// What the boot script reads first, each with its length before it: names and texts parted by NUL, and the same as
/// the interpreter compiled it, or nothing.
pub(super) fn sources(compiled: &[u8]) -> Vec<u8> {
    let length = parts().map(str::len).sum::<usize>() + parts().count() - 1;
    let mut bytes = Vec::with_capacity(length + compiled.len() + 16);
    bytes.extend((length as u64).to_le_bytes());
    for (number, part) in parts().enumerate() {
        bytes.extend((number > 0).then_some(0));
        bytes.extend(part.as_bytes());
    }
    bytes.extend((compiled.len() as u64).to_le_bytes());
    bytes.extend(compiled);
    bytes
}

#[derive(Serialize)]
pub(super) struct Configure<'a> {
    pub act: &'static str,
    /// Absolute path and length; the bytes are the payload, one after another.
    pub sources: Vec<(&'a str, usize)>,
    pub root: &'a PathBuf,
    pub import_roots: Vec<PathBuf>,
    /// Not the user's own code though it may lie below the root.
    pub foreign: Vec<PathBuf>,
    pub program: &'a str,
    pub preload: Vec<&'static str>,
    pub module: &'a str,
    pub qualname: &'a str,
    pub constructor: &'a [ConstructorArgument],
    pub in_force: Vec<(Vec<String>, Value)>,
    /// The worker refuses a strategy without one before it starts.
    pub entry: Option<&'a Entry>,
    pub meaning: Meaning,
    pub names: Names,
    pub scratch: PathBuf,
}

/// numpy and pandas are imported before the first set where the entry or the class will need them.
pub(super) fn preload(
    entry: Option<&Entry>,
    constructor: &[ConstructorArgument],
    requires: &[String],
) -> Vec<&'static str> {
    let steps = entry.into_iter().flat_map(|entry| [&entry.prepare, &entry.exit]).flatten();
    let asked_for = entry.into_iter().flat_map(|entry| &entry.arguments);
    let arguments = asked_for.chain(steps.flat_map(|(_, arguments)| arguments));
    let shapes = constructor.iter().filter_map(|argument| match &argument.source {
        ArgumentSource::Data { shape } => Some(Argument::Window(*shape)),
        _ => None,
    });
    let (mut numpy, mut pandas) = (false, false);
    for argument in arguments.cloned().chain(shapes) {
        match argument {
            Argument::Window(WindowShape::Frame | WindowShape::SeriesOfCloses) | Argument::Bar(BarShape::PandasRow) => {
                pandas = true;
            }
            Argument::Window(WindowShape::ArrayOfCloses) => numpy = true,
            _ => {}
        }
    }
    let asked = |name: &str| requires.iter().any(|module| module == name);
    [("numpy", numpy || pandas || asked("numpy")), ("pandas", pandas || asked("pandas"))]
        .into_iter()
        .filter_map(|(name, needed)| needed.then_some(name))
        .collect()
}
