use super::fault::{Reason, nearest};
use super::raw::{Content, Node};
use crate::strategy::Value;
use serde::Serialize;

/// Values a search may try for one parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Bounds {
    /// Ends included, `low` below `high`, `step` above zero.
    Range { low: f64, high: f64, step: Option<f64> },
    /// At least two.
    Choices { choices: Vec<Value> },
}

/// `[5, 60]`, `{low: 5, high: 60, step: 1}`, or `{choices: [ema, sma]}`.
///
/// # Errors
/// Another shape, an end that is no number, ends in the wrong order, an impossible step, fewer than two choices.
pub(super) fn read(node: &Node) -> Result<Bounds, Reason> {
    match &node.value {
        Content::List(items) => match items.as_slice() {
            [low, high] => range(number(low)?, number(high)?, None),
            items => Err(shape(format!("a list of {}", items.len()))),
        },
        Content::Map(entries) => {
            let known = ["low", "high", "step", "choices"];
            if let Some(entry) = entries.iter().find(|entry| !known.contains(&entry.key.as_str())) {
                return Err(Reason::UnknownWord {
                    found: entry.key.clone(),
                    nearest: nearest(&entry.key, known),
                    known: known.map(str::to_owned).to_vec(),
                });
            }
            let get = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node);
            match (get("low"), get("high"), get("choices")) {
                (Some(low), Some(high), None) => {
                    range(number(low)?, number(high)?, get("step").map(number).transpose()?)
                }
                (None, None, Some(choices)) if get("step").is_none() => choices_of(choices),
                _ => Err(shape("a mapping without both ends".to_owned())),
            }
        }
        other => Err(shape(other.describe())),
    }
}

fn shape(found: String) -> Reason {
    Reason::WrongType { expected: "[low, high], {low, high, step} or {choices: [...]}".to_owned(), found }
}

fn range(low: f64, high: f64, step: Option<f64>) -> Result<Bounds, Reason> {
    if low >= high {
        let message = format!("the low end {low} is not below the high end {high}; to keep a value, pin it");
        return Err(Reason::Contradiction { message });
    }
    match step {
        Some(step) if step <= 0.0 || step > high - low => Err(Reason::OutOfRange {
            found: format!("a step of {step}"),
            admissible: format!("above 0 and at most {}", high - low),
        }),
        step => Ok(Bounds::Range { low, high, step }),
    }
}

fn choices_of(node: &Node) -> Result<Bounds, Reason> {
    let Content::List(items) = &node.value else {
        return Err(shape(format!("choices that are {}", node.value.describe())));
    };
    let choices = items.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    if choices.len() < 2 {
        return Err(Reason::Contradiction {
            message: "fewer than two choices are no choice; to keep a value, pin it".to_owned(),
        });
    }
    Ok(Bounds::Choices { choices })
}

fn number(node: &Node) -> Result<f64, Reason> {
    match node.value {
        Content::Int(value) => Ok(value as f64),
        Content::Float(value) if value.is_finite() => Ok(value),
        _ => Err(Reason::WrongType { expected: "a number".to_owned(), found: node.value.describe() }),
    }
}

/// A single value, as Python would hold it.
///
/// # Errors
/// A list, a mapping, or a number that is not finite.
fn value(node: &Node) -> Result<Value, Reason> {
    match &node.value {
        Content::Null => Ok(Value::Null),
        Content::Bool(value) => Ok(Value::Bool(*value)),
        Content::Int(value) => Ok(Value::Int(*value)),
        Content::Float(value) if value.is_finite() => Ok(Value::Float(*value)),
        Content::Text(text) => Ok(Value::Str(text.clone())),
        Content::Float(_) | Content::List(_) | Content::Map(_) => {
            Err(Reason::WrongType { expected: "a single value".to_owned(), found: node.value.describe() })
        }
    }
}
