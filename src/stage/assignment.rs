use crate::strategy::Value;
use std::str::FromStr;

/// `lookback_period=23` from the command line. The text is read as Python and JSON people write values.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub parameter: String,
    pub value: Value,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (parameter, value) = text.split_once('=').ok_or("write it as PARAM=VALUE, such as lookback_period=23")?;
        let (parameter, value) = (parameter.trim(), value.trim());
        if parameter.is_empty() || value.is_empty() {
            return Err("write it as PARAM=VALUE, such as lookback_period=23".to_owned());
        }
        Ok(Self { parameter: parameter.to_owned(), value: read(value) })
    }
}

fn read(text: &str) -> Value {
    match text {
        "True" | "true" => return Value::Bool(true),
        "False" | "false" => return Value::Bool(false),
        "None" | "null" => return Value::Null,
        _ => {}
    }
    if let Ok(value) = text.parse::<i64>() {
        return Value::Int(value);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Value::Float(value),
        _ => Value::Str(text.trim_matches(['\'', '"']).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_their_form() {
        let value = |text: &str| text.parse::<Assignment>().unwrap().value;
        assert_eq!(value("n=23"), Value::Int(23));
        assert_eq!(value("n = -0.5"), Value::Float(-0.5));
        assert_eq!(value("n=True"), Value::Bool(true));
        assert_eq!(value("n='ema'"), Value::Str("ema".into()));
        assert_eq!(value("n=nan"), Value::Str("nan".into()));
        assert!("n".parse::<Assignment>().is_err());
        assert!("=3".parse::<Assignment>().is_err());
    }
}
