use super::lines::narrow;
use super::{Lines, Mark, MarkKind, Reading};
use crate::patch::{ParseFault, Quoting, Scalar, number};
use crate::strategy::Value;
use std::collections::BTreeMap;

/// `KEY=VALUE` lines as python-dotenv reads them. Faults never quote the line: it may hold a secret.
pub(super) fn read(text: &str, lines: &Lines, wanted: &dyn Fn(&str, u32, u32) -> bool) -> Result<Reading, ParseFault> {
    let fault = |at: usize, message: &str| ParseFault { line: lines.line(at), message: message.to_owned() };
    let mut scalars = Vec::new();
    let mut shape = Vec::new();
    let mut given: BTreeMap<&str, u32> = BTreeMap::new();
    let mut at = 0;
    while at < text.len() {
        let line_end = end_of_line(text, at);
        let line = &text[at..line_end];
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            at = after_line(text, line_end);
            continue;
        }
        let declaration = match trimmed.strip_prefix("export") {
            Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
            _ => trimmed,
        };
        let key_start = line_end - declaration.len();
        let (name, after_equals) = declaration.split_once('=').ok_or_else(|| fault(at, "this is not KEY=VALUE"))?;
        let key = name.trim_end();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        if key.is_empty() || key.starts_with(|c: char| c.is_ascii_digit()) || !key.chars().all(is_name) {
            return Err(fault(at, "the key is not a name"));
        }
        let value_start = line_end - after_equals.trim_start().len();
        let (value_end, quoting) = match text[value_start..].chars().next() {
            Some(quote @ ('"' | '\'')) if value_start < line_end => {
                let end = closing_quote(text, value_start, quote)
                    .ok_or_else(|| fault(value_start, "the quote is not closed"))?;
                let rest = text[end..end_of_line(text, end)].trim_start();
                if !(rest.is_empty() || rest.starts_with('#')) {
                    return Err(fault(end, "something follows the closing quote"));
                }
                (end, if quote == '"' { Quoting::Double } else { Quoting::Single })
            }
            _ => (value_start + unquoted_length(&text[value_start..line_end]), Quoting::Plain),
        };
        let span = (narrow(value_start), narrow(value_end));
        shape.push(Mark { kind: MarkKind::Node("key"), start: narrow(key_start), end: narrow(key_start + key.len()) });
        shape.push(Mark { kind: MarkKind::Node("value"), start: span.0, end: span.1 });
        *given.entry(key).or_insert(0) += 1;
        if wanted(key, span.0, span.1) {
            let (value, quoting) = decode(&text[value_start..value_end], quoting);
            scalars.push(Scalar {
                path: vec![key.to_owned()],
                document: 0,
                start: span.0,
                end: span.1,
                line: lines.line(value_start),
                value,
                quoting,
                shared: false,
                duplicate_key: false,
            });
        }
        at = after_line(text, end_of_line(text, value_end));
    }
    for scalar in &mut scalars {
        scalar.duplicate_key =
            scalar.path.first().and_then(|key| given.get(key.as_str())).is_some_and(|&count| count > 1);
    }
    Ok(Reading { scalars, shape })
}

fn end_of_line(text: &str, from: usize) -> usize {
    text[from..].find(['\n', '\r']).map_or(text.len(), |length| from + length)
}

fn after_line(text: &str, end: usize) -> usize {
    let ending = if text[end..].starts_with("\r\n") { 2 } else { usize::from(end < text.len()) };
    end + ending
}

/// Offset just after the quote that closes the one at `start`.
fn closing_quote(text: &str, start: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in text[start..].char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some(start + index + 1),
            _ => {}
        }
    }
    None
}

/// Up to a comment that follows white space, trailing white space left out.
fn unquoted_length(rest: &str) -> usize {
    let comment = rest
        .char_indices()
        .find(|&(index, c)| c == '#' && (index == 0 || rest[..index].ends_with([' ', '\t'])))
        .map_or(rest.len(), |(index, _)| index);
    rest[..comment].trim_end().len()
}

fn decode(source: &str, quoting: Quoting) -> (Value, Quoting) {
    let inner = match quoting {
        Quoting::Plain => source,
        _ => source.get(1..source.len().saturating_sub(1)).unwrap_or_default(),
    };
    if inner.contains(['$', '\\', '`', '\n', '\r']) {
        return (Value::Str(inner.to_owned()), Quoting::Other);
    }
    if quoting != Quoting::Plain {
        return (Value::Str(inner.to_owned()), quoting);
    }
    let value = match source.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Value::Bool(true),
        "false" | "no" | "off" => Value::Bool(false),
        _ => number::canonical(source).unwrap_or_else(|| Value::Str(source.to_owned())),
    };
    (value, Quoting::Plain)
}
