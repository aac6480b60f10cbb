//! Truth, order and equality of values that are no columns.

use super::expression::range_length;
use super::run::{Run, Step};
use super::scalar::compares;
use super::value::{Kind, Number, Value};
use crate::discovery::code::CompareOp;

impl<'a> Run<'a> {
    pub fn truth(&mut self, value: &Value<'a>) -> Step<bool> {
        Ok(match value {
            Value::None => false,
            Value::Number(Number { kind, .. }) => kind.truth(),
            Value::Text(text) => !text.is_empty(),
            Value::Tuple(items) => !items.is_empty(),
            Value::List(items) => !items.borrow().is_empty(),
            Value::Dict(items) => !items.borrow().is_empty(),
            Value::Range(start, stop, step) => range_length(*start, *stop, *step) > 0,
            Value::Series(_) | Value::Frame(_) | Value::Array(_) | Value::Axis(_) | Value::Row(_) => {
                return self.raises("the truth of a column is ambiguous");
            }
            Value::Object(object) => {
                let lineage = self.lineage(object.class);
                if lineage
                    .is_none_or(|lineage| ["__bool__", "__len__"].iter().any(|name| lineage.method(name).is_some()))
                {
                    return self.unknown("the truth of an object", "with a method for it");
                }
                true
            }
            _ => true,
        })
    }

    pub fn compare(&mut self, op: CompareOp, left: &Value<'a>, right: &Value<'a>) -> Step<Value<'a>> {
        match op {
            CompareOp::Is | CompareOp::IsNot => {
                let same = match (left, right) {
                    (Value::None, Value::None) => true,
                    (Value::None, _) | (_, Value::None) => false,
                    (Value::Number(a), Value::Number(b)) if !a.numpy && !b.numpy => match (a.kind, b.kind) {
                        (Kind::Bool(a), Kind::Bool(b)) => a == b,
                        (Kind::Bool(_), _) | (_, Kind::Bool(_)) => false,
                        _ => return self.unknown("`is`", "of two numbers"),
                    },
                    (Value::Number(a), Value::Number(b)) if a.numpy != b.numpy => false,
                    (Value::Member(a, x, _), Value::Member(b, y, _)) => a == b && x == y,
                    _ => return self.unknown("`is`", format!("of {} and {}", left.kind(), right.kind())),
                };
                Ok(Value::bool(same == (op == CompareOp::Is)))
            }
            CompareOp::In | CompareOp::NotIn => {
                let found = self.contains(right, left)?;
                Ok(Value::bool(found == (op == CompareOp::In)))
            }
            _ => match (left, right) {
                (Value::Series(_) | Value::Array(_), _) | (_, Value::Series(_) | Value::Array(_)) => {
                    self.column_compare(op, left, right)
                }
                (Value::Number(a), Value::Number(b)) => {
                    let kind = Kind::Bool(compares(op, a.kind, b.kind));
                    Ok(Value::Number(Number { kind, numpy: a.numpy || b.numpy }))
                }
                (Value::Text(a), Value::Text(b)) => Ok(Value::bool(match op {
                    CompareOp::Eq => a == b,
                    CompareOp::Ne => a != b,
                    CompareOp::Lt => a < b,
                    CompareOp::Le => a <= b,
                    CompareOp::Gt => a > b,
                    _ => a >= b,
                })),
                _ if matches!(op, CompareOp::Eq | CompareOp::Ne) => {
                    let same = self.equal(left, right)?;
                    Ok(Value::bool(same == (op == CompareOp::Eq)))
                }
                (Value::None, _) | (_, Value::None) => self.raises("an order with None"),
                _ => self.unknown("a comparison", format!("of {} and {}", left.kind(), right.kind())),
            },
        }
    }

    /// `==` of two values that are no columns.
    pub fn equal(&mut self, left: &Value<'a>, right: &Value<'a>) -> Step<bool> {
        Ok(match (left, right) {
            (Value::None, Value::None) => true,
            (Value::Number(a), Value::Number(b)) => compares(CompareOp::Eq, a.kind, b.kind),
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Member(a, x, _), Value::Member(b, y, _)) => a == b && x == y,
            (Value::Stamp(a), Value::Stamp(b)) => a == b,
            (Value::Tuple(a), Value::Tuple(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.equal_all(&a, &b)?
            }
            (Value::List(a), Value::List(b)) => {
                let (a, b) = (a.borrow().clone(), b.borrow().clone());
                self.equal_all(&a, &b)?
            }
            (
                Value::None | Value::Number(_) | Value::Text(_) | Value::Tuple(_) | Value::List(_),
                Value::None | Value::Number(_) | Value::Text(_) | Value::Tuple(_) | Value::List(_),
            ) => false,
            (Value::Member(..), Value::None | Value::Tuple(_) | Value::List(_))
            | (Value::None | Value::Tuple(_) | Value::List(_), Value::Member(..)) => false,
            _ => return self.unknown("a comparison", format!("of {} and {}", left.kind(), right.kind())),
        })
    }

    pub fn equal_all(&mut self, left: &[Value<'a>], right: &[Value<'a>]) -> Step<bool> {
        if left.len() != right.len() {
            return Ok(false);
        }
        for (a, b) in left.iter().zip(right) {
            if !self.equal(a, b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub fn contains(&mut self, whole: &Value<'a>, part: &Value<'a>) -> Step<bool> {
        match whole {
            Value::Text(whole) => match part {
                Value::Text(part) => Ok(whole.contains(&**part)),
                _ => self.raises("`in` a text of something else"),
            },
            Value::Series(_) | Value::Array(_) | Value::Axis(_) | Value::Row(_) => {
                if let (Value::Row(row), Value::Text(part)) = (whole, part) {
                    return Ok(row.columns.iter().any(|(own, _)| own.text() == Some(part)));
                }
                self.unknown("`in`", format!("of {}", whole.kind()))
            }
            Value::External(_) | Value::Object(_) => self.unknown("`in`", format!("of {}", whole.kind())),
            _ => {
                for item in self.everything(whole)? {
                    if self.equal(&item, part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
}
