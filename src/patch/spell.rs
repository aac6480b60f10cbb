//! The text of a new value, in the spelling of the old one.

use super::{Format, Quoting, Reason, Scalar, number, read};
use crate::strategy::Value;
use std::cmp::Ordering;

/// New text for the bytes of `scalar`, whose present text is `source`.
pub(super) fn spell(
    format: Format,
    scalar: &Scalar,
    source: &str,
    declared: &Value,
    new: &Value,
) -> Result<String, Reason> {
    let key = scalar.key();
    let form = |why: &str| Err(Reason::UnsupportedForm { key: key.clone(), why: why.to_owned() });
    let number_form = |why: String| Reason::UnsupportedNumberForm { key: key.clone(), why };
    if scalar.quoting == Quoting::Other {
        return form("its text is tagged, prefixed, joined or spans lines");
    }
    let is_quoted = scalar.quoting != Quoting::Plain;
    if is_quoted && !matches!((declared, new), (Value::Str(_), Value::Str(_))) {
        return Err(Reason::Quoted { key });
    }
    if format == Format::Yaml && !is_quoted && read::readers_disagree(source) {
        return Err(number_form(format!("YAML readers disagree about {source}")));
    }
    if !stands_for(&scalar.value, declared) {
        return Err(Reason::OtherValue { key });
    }
    match (&scalar.value, new) {
        (Value::Int(_), Value::Float(value)) if value.fract() != 0.0 && !matches!(declared, Value::Float(_)) => {
            Err(Reason::TypeChange { key, from: "an integer", to: "a fraction" })
        }
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            number::respell(source, new, format, matches!(declared, Value::Float(_))).map_err(number_form)
        }
        (Value::Bool(_), Value::Bool(value)) => Ok(truth(source, *value)),
        (Value::Str(_), Value::Str(text)) => match quoted(format, scalar.quoting, text) {
            Ok(text) => Ok(text),
            Err(why) => form(why),
        },
        (Value::Code { code: old }, Value::Code { code: new }) if format == Format::Python => {
            match (old.rsplit_once('.'), new.rsplit_once('.')) {
                (Some((owner, _)), Some((other, member))) if owner == other && is_identifier(member) => Ok(new.clone()),
                _ => form("it can only become another member of the same enum"),
            }
        }
        (from, to) => Err(Reason::TypeChange { key, from: kind(from), to: kind(to) }),
    }
}

/// The value read from the text is the one that was recorded, or reads back as the one written.
pub(super) fn stands_for(read: &Value, meant: &Value) -> bool {
    match (read, meant) {
        (Value::Int(_), Value::Float(_)) | (Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            read.as_f64().partial_cmp(&meant.as_f64()) == Some(Ordering::Equal)
        }
        _ => read == meant,
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Int(_) => "an integer",
        Value::Float(_) => "a float",
        Value::Str(_) => "text",
        Value::Code { .. } => "code",
    }
}

/// `Yes` becomes `No` and `FALSE` becomes `TRUE`.
fn truth(source: &str, value: bool) -> String {
    let (yes, no) = match source.to_ascii_lowercase().as_str() {
        "yes" | "no" => ("yes", "no"),
        "on" | "off" => ("on", "off"),
        _ => ("true", "false"),
    };
    let word = if value { yes } else { no };
    let mut letters = source.chars().map(|c| c.is_ascii_uppercase());
    match (letters.next(), letters.next()) {
        (Some(true), Some(true)) => word.to_ascii_uppercase(),
        (Some(true), _) => word[..1].to_ascii_uppercase() + &word[1..],
        _ => word.to_owned(),
    }
}

fn quoted(format: Format, quoting: Quoting, text: &str) -> Result<String, &'static str> {
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')) {
        return Err("the new text has characters that do not print");
    }
    match (quoting, format) {
        (Quoting::Plain, Format::Yaml) if read::is_yaml_word(text) => Ok(text.to_owned()),
        (Quoting::Plain, Format::Env) if is_env_word(text) => Ok(text.to_owned()),
        (Quoting::Plain, _) => Err("the new text would need quotes"),
        (_, Format::Env) if text.contains(['\'', '"', '\\', '$', '`']) => {
            Err("readers of .env files disagree about escapes")
        }
        (Quoting::Single, Format::Yaml) => Ok(format!("'{}'", text.replace('\'', "''"))),
        (Quoting::Single, Format::Toml) if text.contains('\'') => Err("single quotes in TOML cannot hold one"),
        (Quoting::Single, Format::Toml) => Ok(format!("'{text}'")),
        (Quoting::Single, _) => Ok(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))),
        _ => Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
    }
}

fn is_env_word(text: &str) -> bool {
    let is_word = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:".contains(c));
    let taken = ["true", "false", "yes", "no", "on", "off"];
    is_word && number::canonical(text).is_none() && !taken.contains(&text.to_ascii_lowercase().as_str())
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_keeps_its_spelling() {
        let cases = [("True", "False"), ("true", "false"), ("YES", "NO"), ("Yes", "No"), ("on", "off"), ("On", "Off")];
        for (yes, no) in cases {
            assert_eq!(truth(yes, false), no);
            assert_eq!(truth(no, true), yes);
        }
    }
}
