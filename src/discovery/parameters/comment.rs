//! `# optimize: 5..60 step 1`, `# optimize: 0.5..3.0`, `# optimize: ema|sma` behind a value.

use crate::discovery::found::{RangeSource, SearchRange};
use crate::strategy::Value;

/// The range that the rest of the value's line declares.
pub fn range(text: &str, end: u32, value: &Value) -> Option<(SearchRange, RangeSource)> {
    let rest = text.get(end as usize..)?.lines().next()?;
    let (_, comment) = rest.split_once('#')?;
    let (_, wish) = comment.split_once("optimize:")?;
    // Another remark may follow.
    let wish = wish.split('#').next()?.trim();
    parse(wish, value).map(|range| (range, RangeSource::Comment))
}

fn parse(wish: &str, value: &Value) -> Option<SearchRange> {
    if wish.contains('|') {
        let choices: Vec<Value> = wish.split('|').map(|choice| choice_of(choice.trim(), value)).collect();
        return (choices.len() > 1).then_some(SearchRange::Choice { choices });
    }
    let (low, rest) = wish.split_once("..")?;
    let mut words = rest.split_whitespace();
    let high = words.next()?;
    let step = match (words.next(), words.next()) {
        (Some("step"), Some(step)) => Some(step),
        _ => None,
    };
    if let (Value::Int(_), Ok(low), Ok(high)) = (value, low.trim().parse::<i64>(), high.parse::<i64>()) {
        let step = step.map_or(Some(1), |step| step.parse().ok())?;
        return (low < high && step > 0).then_some(SearchRange::Int { low, high, step });
    }
    let (low, high) = (low.trim().parse::<f64>().ok()?, high.parse::<f64>().ok()?);
    let step = match step {
        Some(step) => Some(step.parse::<f64>().ok().filter(|step| *step > 0.0)?),
        None => None,
    };
    let sound = low.is_finite() && high.is_finite() && low < high && value.as_f64().is_some();
    sound.then(|| SearchRange::Float { low, high, step, log: low > 0.0 && high / low >= 100.0 })
}

fn choice_of(text: &str, value: &Value) -> Value {
    match value {
        Value::Str(_) => Value::Str(text.trim_matches(['"', '\'']).to_owned()),
        Value::Bool(_) if matches!(text, "True" | "False") => Value::Bool(text == "True"),
        Value::Code { .. } => Value::Code { code: text.to_owned() },
        _ => {
            let int = text.parse::<i64>().map(Value::Int).ok();
            let float = || text.parse::<f64>().ok().filter(|float| float.is_finite()).map(Value::Float);
            int.or_else(float).unwrap_or_else(|| Value::Str(text.trim_matches(['"', '\'']).to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, value: Value) -> Option<SearchRange> {
        let end = u32::try_from(line.find([',', ' ']).unwrap_or(0)).unwrap_or(0);
        range(line, end, &value).map(|(range, _)| range)
    }

    #[test]
    fn forms() {
        assert_eq!(
            read("20,  # optimize: 5..60 step 5", Value::Int(20)),
            Some(SearchRange::Int { low: 5, high: 60, step: 5 })
        );
        assert_eq!(
            read("2.0  # optimize: 0.5..3", Value::Float(2.0)),
            Some(SearchRange::Float { low: 0.5, high: 3.0, step: None, log: false })
        );
        let choices = vec![Value::Str("ema".into()), Value::Str("sma".into())];
        assert_eq!(read("'ema' # optimize: ema|sma", Value::Str("ema".into())), Some(SearchRange::Choice { choices }));
        for bad in ["20 # optimize: 60..5", "20 # optimize: 5..", "20 # optimise 5..6", "20 # optimize: 5..9 step 0"] {
            assert_eq!(read(bad, Value::Int(20)), None, "{bad}");
        }
    }
}
