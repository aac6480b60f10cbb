//! Numbers in the form their author chose: an integer stays one, a float keeps its point or exponent, and
//! no digit is written that reading back does not need.

use super::Format;
use crate::strategy::Value;

/// Beyond this many characters a plain decimal is not how anyone would write the number.
const LONGEST: usize = 24;
/// Integers above 2^53 are not all floats.
const EXACT: i64 = 1 << 53;

/// `20`, `-0.5`, `1.5e-3`: the forms that every reader of every format takes for a number, except that
/// YAML is pickier about exponents.
pub(super) fn canonical(text: &str) -> Option<Value> {
    let form = Form::of(text)?;
    if form.is_grouped || form.whole.is_empty() || form.fraction == Some("") {
        return None;
    }
    if form.is_integer() { text.parse().ok().map(Value::Int) } else { text.parse().ok().map(Value::Float) }
}

/// `old` is the number's present text; `may_gain_point` allows `2` to become `2.5`.
///
/// # Errors
/// Why the number cannot be written in this form.
pub(super) fn respell(old: &str, new: &Value, format: Format, may_gain_point: bool) -> Result<String, String> {
    let form = Form::of(old).ok_or_else(|| format!("{old} is not a plain decimal number"))?;
    if form.is_grouped && !matches!(format, Format::Python | Format::Toml) {
        return Err(format!("readers disagree about {old}"));
    }
    match *new {
        Value::Int(value) if form.is_integer() => integer(&form, value),
        Value::Int(value) if value.unsigned_abs() <= EXACT.unsigned_abs() => float(&form, value as f64, format),
        Value::Float(value) if !value.is_finite() => Err(format!("{value} is not a number to configure")),
        Value::Float(value) if !form.is_integer() => float(&form, value, format),
        Value::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT as f64 => {
            let whole = format!("{value:.0}").parse().map_err(|_| format!("{value} is no whole number"))?;
            integer(&form, whole)
        }
        Value::Float(value) if may_gain_point && !form.is_grouped => plain_decimal(value),
        _ => Err(format!("{new} does not fit where {old} stands")),
    }
}

/// The parts of a decimal number as written.
struct Form<'a> {
    whole: &'a str,
    fraction: Option<&'a str>,
    /// `e` or `E`, sign, digits.
    exponent: Option<(char, &'a str, &'a str)>,
    is_grouped: bool,
}

impl<'a> Form<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let body = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = match body.find(['e', 'E']) {
            Some(at) => {
                let digits = body[at + 1..].trim_start_matches(['+', '-']);
                let sign = &body[at + 1..body.len() - digits.len()];
                let is_fit = sign.len() <= 1 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                let letter = if body.as_bytes()[at] == b'e' { 'e' } else { 'E' };
                (&body[..at], Some(is_fit.then_some((letter, sign, digits))?))
            }
            None => (body, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let is_grouped = mantissa.contains('_');
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        let is_fit = has_digits
            && !leading_zero
            && digits(whole)
            && fraction.is_none_or(digits)
            && !(is_grouped && (fraction.is_some() || exponent.is_some()));
        is_fit.then_some(Self { whole, fraction, exponent, is_grouped })
    }

    const fn is_integer(&self) -> bool {
        self.fraction.is_none() && self.exponent.is_none()
    }
}

fn integer(form: &Form, value: i64) -> Result<String, String> {
    if !form.is_grouped {
        return Ok(value.to_string());
    }
    if grouped(&form.whole.replace('_', "")) != form.whole {
        return Err(format!("{} groups its digits in a way of its own", form.whole));
    }
    let sign = if value < 0 { "-" } else { "" };
    Ok(format!("{sign}{}", grouped(&value.unsigned_abs().to_string())))
}

/// `1234567` as `1_234_567`.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

fn float(form: &Form, value: f64, format: Format) -> Result<String, String> {
    let Some((letter, sign, digits)) = form.exponent else { return plain_decimal(value) };
    if format == Format::Yaml && (form.fraction.is_none() || sign.is_empty()) {
        return Err("YAML readers disagree about exponents without a point and a sign".to_owned());
    }
    let text = format!("{value:e}");
    let (mantissa, power) = text.split_once('e').ok_or_else(|| format!("{text} has no exponent"))?;
    let mantissa =
        if form.fraction.is_some() && !mantissa.contains('.') { format!("{mantissa}.0") } else { mantissa.to_owned() };
    let (minus, power) = match power.strip_prefix('-') {
        Some(power) => ("-", power),
        None if sign == "+" || format == Format::Yaml => ("+", power),
        None => ("", power),
    };
    Ok(format!("{mantissa}{letter}{minus}{power:0>width$}", width = digits.len()))
}

/// The shortest decimal without an exponent that reads back to the same bits, always with a point.
fn plain_decimal(value: f64) -> Result<String, String> {
    let mut text = value.to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    if text.len() > LONGEST { Err(format!("{value:e} would need {} characters", text.len())) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_kept() {
        let (int, float) = (Value::Int, Value::Float);
        let cases = [
            ("20", int(23), "23"),
            ("-20", int(5), "5"),
            ("20", int(-5), "-5"),
            ("2.0", int(3), "3.0"),
            ("0.50", float(0.1 + 0.2), "0.30000000000000004"),
            ("0.02", float(0.025), "0.025"),
            ("2.5", float(3.0), "3.0"),
            (".5", float(0.25), "0.25"),
            ("5.", float(6.0), "6.0"),
            ("0.1", float(0.000_001), "0.000001"),
            ("1e-3", float(0.002), "2e-3"),
            ("1e-03", float(0.0025), "2.5e-03"),
            ("1.0E+3", float(2000.0), "2.0E+3"),
            ("1e3", float(0.5), "5e-1"),
            ("1_000", int(1_250_000), "1_250_000"),
            ("1_000", int(-20), "-20"),
            ("20", float(30.0), "30"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(respell(old, &new, Format::Python, false).as_deref(), Ok(expected), "{old} -> {new}");
        }
        assert_eq!(respell("2", &float(2.5), Format::Yaml, true).as_deref(), Ok("2.5"));
        assert_eq!(respell("1.0e-3", &float(2.0), Format::Yaml, false).as_deref(), Ok("2.0e+0"));
    }

    #[test]
    fn doubtful_forms_are_refused() {
        let (int, float) = (Value::Int, Value::Float);
        let cases = [
            ("0x14", int(23), Format::Python),
            ("0b1", int(2), Format::Python),
            ("010", int(2), Format::Toml),
            ("1_00", int(2000), Format::Python),
            ("1_000.5", float(2.5), Format::Python),
            ("1_000", int(2000), Format::Yaml),
            ("1e-3", float(0.002), Format::Yaml),
            ("1.0e3", float(0.002), Format::Yaml),
            ("- 20", int(5), Format::Python),
            ("+20", int(5), Format::Toml),
            ("1j", float(2.0), Format::Python),
            ("20", float(2.5), Format::Python),
            ("0.5", float(f64::NAN), Format::Python),
            ("0.5", float(1e-30), Format::Python),
            ("0.5", int(i64::MAX), Format::Python),
            ("", int(1), Format::Json),
            ("-", int(1), Format::Json),
            (".", float(1.0), Format::Python),
        ];
        for (old, new, format) in cases {
            assert!(respell(old, &new, format, false).is_err(), "{old} -> {new}");
        }
    }
}
