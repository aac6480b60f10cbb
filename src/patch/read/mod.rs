//! One reader per format. A reader gives every value with its span, and the shape of the whole text
//! (every node or token with its span), which is what a change is later compared against.

mod env;
mod json;
mod lines;
mod places;
mod python;
mod toml;
mod yaml;
mod yaml_plain;

use super::{Format, ParseFault, Scalar};
use lines::{Lines, narrow};
use ruff_python_ast::token::TokenKind;
pub(super) use yaml_plain::{is_plain_word as is_yaml_word, readers_disagree};

/// All that a file says.
#[derive(Debug, PartialEq)]
pub(super) struct Reading {
    /// In order of their start.
    pub scalars: Vec<Scalar>,
    pub shape: Vec<Mark>,
}

/// One node or token of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub kind: MarkKind,
    pub start: u32,
    pub end: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkKind {
    Node(&'static str),
    Token(TokenKind),
}

/// Nodes that stand around values and hold no text of their own.
pub(super) const CONTAINERS: [&str; 9] =
    ["object", "array", "mapping", "sequence", "table", "inline table", "end", "document", "end of document"];

/// Every value of a YAML, JSON, TOML or Python text, in order of position.
///
/// # Errors
/// The text does not parse, or it is an `.env` file: those hold secrets and are read by named keys only,
/// with [`scalars_matching`].
pub fn scalars(format: Format, text: &str) -> Result<Vec<Scalar>, ParseFault> {
    if format == Format::Env {
        return Err(ParseFault { line: 1, message: "an .env file is read by named keys only".to_owned() });
    }
    read(format, text, &|_, _, _| true).map(|reading| reading.scalars)
}

/// The values whose last key is one of `keys`, which is the only way to read an `.env` file: other values
/// of it are stepped over without being decoded or kept.
///
/// # Errors
/// The text does not parse.
pub fn scalars_matching(format: Format, text: &str, keys: &[&str]) -> Result<Vec<Scalar>, ParseFault> {
    let mut reading = read(format, text, &|key, _, _| keys.contains(&key))?;
    reading.scalars.retain(|scalar| scalar.path.last().is_some_and(|key| keys.contains(&key.as_str())));
    Ok(reading.scalars)
}

/// `wanted` (key, start, end) is asked for `.env` values alone.
pub(super) fn read(format: Format, text: &str, wanted: &dyn Fn(&str, u32, u32) -> bool) -> Result<Reading, ParseFault> {
    const MARK: &str = "\u{feff}";
    let (body, offset) = match text.strip_prefix(MARK) {
        Some(body) => (body, narrow(MARK.len())),
        None => (text, 0),
    };
    if u32::try_from(text.len()).is_err() {
        return Err(ParseFault { line: 1, message: "the file is larger than 4 GiB".to_owned() });
    }
    let lines = Lines::of(body);
    let mut reading = match format {
        Format::Python => python::read(body, &lines)?,
        Format::Yaml => yaml::read(body, &lines)?,
        Format::Json => json::read(body, &lines)?,
        Format::Toml => toml::read(body, &lines)?,
        Format::Env => env::read(body, &lines, &|key, start, end| wanted(key, start + offset, end + offset))?,
    };
    for scalar in &mut reading.scalars {
        scalar.start += offset;
        scalar.end += offset;
    }
    for mark in &mut reading.shape {
        mark.start += offset;
        mark.end += offset;
    }
    reading.scalars.sort_by(|a, b| (a.start, &a.path).cmp(&(b.start, &b.path)));
    share(&mut reading.scalars);
    Ok(reading)
}

/// Marks values whose bytes are reached by more than one path; `scalars` is sorted by start.
fn share(scalars: &mut [Scalar]) {
    for group in scalars.chunk_by_mut(|a, b| a.start == b.start && a.end == b.end) {
        if group.len() > 1 {
            group.iter_mut().for_each(|scalar| scalar.shared = true);
        }
    }
}
