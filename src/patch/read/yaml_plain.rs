//! What an unquoted YAML scalar means to PyYAML, the reader nearly every Python strategy uses, and where
//! a YAML 1.2 reader would disagree with it.

use crate::patch::number;
use crate::strategy::Value;

pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        _ => {}
    }
    if is_date_or_base_sixty(text) {
        return Value::Code { code: text.to_owned() };
    }
    integer(text).or_else(|| float(text)).unwrap_or_else(|| Value::Str(text.to_owned()))
}

/// The two YAML versions give this unquoted text different values.
pub(in crate::patch) fn readers_disagree(text: &str) -> bool {
    let starts_like_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    starts_like_number
        && text.contains(|c: char| c.is_ascii_digit())
        && number::canonical(text).is_none_or(|_| {
            let exponent = text.contains(['e', 'E']);
            exponent && float(text).is_none()
        })
}

/// Letters first, then nothing that any YAML reader could take for another type or for structure.
pub(in crate::patch) fn is_plain_word(text: &str) -> bool {
    let mut chars = text.chars();
    let is_word = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let taken = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"];
    is_word && !taken.contains(&text.to_ascii_lowercase().as_str())
}

fn sign_and_digits(text: &str) -> (&str, &str) {
    let digits = text.trim_start_matches(['+', '-']);
    if text.len() - digits.len() > 1 { ("", "") } else { text.split_at(text.len() - digits.len()) }
}

/// `20`, `1_000`, `0x14`, `0b11`, and octal `024`; beyond 64 bits `None`.
fn integer(text: &str) -> Option<Value> {
    let (sign, body) = sign_and_digits(text);
    let digits = body.replace('_', "");
    let (radix, digits) = if let Some(hex) = digits.strip_prefix("0x") {
        (16, hex)
    } else if let Some(binary) = digits.strip_prefix("0b") {
        (2, binary)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (8, &digits[1..])
    } else if body.starts_with('_') {
        return None;
    } else {
        (10, digits.as_str())
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let minus = if sign == "-" { "-" } else { "" };
    i64::from_str_radix(&format!("{minus}{digits}"), radix).ok().map(Value::Int)
}

/// PyYAML wants a point, and a sign in the exponent: `1e-3` and `1.5e3` are text to it.
fn float(text: &str) -> Option<Value> {
    let (sign, body) = sign_and_digits(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = mantissa.split_once('.')?;
    let are_digits = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '_');
    let exponent_fits = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['+', '-'])
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    });
    let leads_with_digit = whole.starts_with(|c: char| c.is_ascii_digit());
    let leads_with_point = whole.is_empty() && sign.is_empty() && fraction.starts_with(|c: char| c.is_ascii_digit());
    if !(are_digits(whole) && are_digits(fraction) && exponent_fits && (leads_with_digit || leads_with_point)) {
        return None;
    }
    text.replace('_', "").parse().ok().map(Value::Float)
}

/// `2024-01-31`, with or without a time, and `1:30`: values that no parameter has.
fn is_date_or_base_sixty(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_date = bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[5..].iter().all(|b| b.is_ascii_digit() || b"-:.+ TtZz".contains(b));
    let (_, body) = sign_and_digits(text);
    let is_base_sixty = body.contains(':')
        && body.starts_with(|c: char| c.is_ascii_digit())
        && body.chars().all(|c| c.is_ascii_digit() || ":._".contains(c));
    is_date || is_base_sixty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_mean_what_pyyaml_says() {
        let text = |s: &str| Value::Str(s.to_owned());
        let code = |s: &str| Value::Code { code: s.to_owned() };
        let cases = [
            ("20", Value::Int(20)),
            ("-5", Value::Int(-5)),
            ("+5", Value::Int(5)),
            ("1_000", Value::Int(1000)),
            ("0x14", Value::Int(20)),
            ("010", Value::Int(8)),
            ("0", Value::Int(0)),
            ("09", text("09")),
            ("_1", text("_1")),
            ("1e-3", text("1e-3")),
            ("1.5e3", text("1.5e3")),
            ("1.5e+3", Value::Float(1500.0)),
            (".5", Value::Float(0.5)),
            ("-.5", text("-.5")),
            ("5.", Value::Float(5.0)),
            ("1:30", code("1:30")),
            ("2024-01-31", code("2024-01-31")),
            ("yes", Value::Bool(true)),
            ("OFF", Value::Bool(false)),
            ("y", text("y")),
            ("~", Value::Null),
            ("1.2.3", text("1.2.3")),
            ("ema", text("ema")),
            ("-", text("-")),
            ("--5", text("--5")),
            ("0o17", text("0o17")),
        ];
        for (source, expected) in cases {
            assert_eq!(resolve(source), expected, "{source}");
        }
    }

    #[test]
    fn forms_that_two_readers_take_differently_are_known() {
        for doubtful in ["1e-3", "1_000", "010", "0x14", "-.5", "1.5e3", "1:30", "+5", "0o17", "09"] {
            assert!(readers_disagree(doubtful), "{doubtful}");
        }
        for clear in ["20", "-5", "0", "0.5", "-1.5", "1.5e-3", "1.0e+3", "ema", "yes", "-", ""] {
            assert!(!readers_disagree(clear), "{clear}");
        }
    }
}
