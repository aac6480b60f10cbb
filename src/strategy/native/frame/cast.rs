//! Columns of another kind, and columns kept where a condition holds.

use super::column::{Cell, Column, Data, Word};
use super::data::Given;
use super::elementwise::{Shape, Side};
use super::run::{Run, Step};
use super::value::{Kind, Number, Value};

impl<'a> Run<'a> {
    pub fn aligned(&mut self, value: &Value<'a>, shape: &Shape) -> Step<Column> {
        match (value, shape) {
            (Value::Series(series), Shape::Series(index, _)) if series.index == *index => Ok(series.column()),
            (Value::Array(array), Shape::Series(index, _)) if array.column.borrow().len() == index.len() => {
                Ok(array.column())
            }
            (Value::Series(_) | Value::Array(_), _) => self.unknown("alignment", "a column with other rows"),
            _ => self.unknown("a column", format!("that is {}", value.kind())),
        }
    }

    /// `where(condition, other)` and `mask`.
    pub fn chosen(&mut self, column: &Column, shape: &Shape, keep: bool, given: &mut Given<'a>) -> Step<Column> {
        let (condition, other) = (given.take(0, "cond"), given.take(1, "other"));
        self.only(given, 2)?;
        let Some(condition) = condition else { return self.raises("where() without a condition") };
        let condition = self.aligned(&condition, shape)?;
        let Data::Bool(yes) = &condition.data else { return self.unknown("where()", "by something else than bools") };
        let yes = yes.clone();
        let other = match other {
            None => Side::Number(Number { kind: Kind::Float(f64::NAN), numpy: false }),
            Some(value @ Value::Number(_)) => self.side(&value)?,
            Some(value @ (Value::Series(_) | Value::Array(_))) => Side::Column(self.aligned(&value, shape)?),
            Some(other) => return self.unknown("where()", format!("with {}", other.kind())),
        };
        let data = match (&column.data, &other) {
            (Data::Float(own), Side::Number(number)) if !matches!(number.kind, Kind::Bool(_)) => {
                let other = number.kind.float();
                Data::floats(own.iter().zip(yes.iter()).map(|(&x, &yes)| if yes == keep { x } else { other }).collect())
            }
            (Data::Float(own), Side::Column(from)) if matches!(from.data, Data::Float(_) | Data::Int(_)) => {
                let from = from.data.as_floats().unwrap_or_default();
                let each = own.iter().zip(from.iter()).zip(yes.iter());
                Data::floats(each.map(|((&x, &y), &yes)| if yes == keep { x } else { y }).collect())
            }
            (Data::Int(own), Side::Number(Number { kind: Kind::Int(other), .. })) => {
                Data::ints(own.iter().zip(yes.iter()).map(|(&x, &yes)| if yes == keep { x } else { *other }).collect())
            }
            // NaN makes floats of ints, but only where it is put.
            (Data::Int(own), Side::Number(Number { kind: Kind::Float(other), .. })) if other.is_nan() => {
                if yes.iter().all(|&yes| yes == keep) {
                    Data::Int(own.clone())
                } else {
                    let each = own.iter().zip(yes.iter());
                    Data::floats(each.map(|(&x, &yes)| if yes == keep { x as f64 } else { f64::NAN }).collect())
                }
            }
            _ => return self.unknown("where()", format!("of {}", column.data.dtype())),
        };
        let mut inputs = vec![column, &condition];
        let mut words = vec![Word::Bool(keep)];
        match &other {
            Side::Column(from) => inputs.push(from),
            Side::Number(number) => words.push(Word::Float(number.kind.float())),
            Side::Text(_) => {}
        }
        Ok(self.kernel("where", &inputs, &words, false, || data))
    }

    pub fn cast(&mut self, column: &Column, kind: Option<&Value<'a>>) -> Step<Column> {
        let name = match kind {
            Some(Value::External(name)) => name.clone(),
            Some(Value::Text(name)) => name.clone(),
            _ => return self.unknown("astype()", "to another kind"),
        };
        let data = match &*name {
            "builtins.int" | "int" | "int64" | "numpy.int64" => match &column.data {
                Data::Float(own) => {
                    // i64::MAX as a float is out of range.
                    if own.iter().any(|x| !(-9.2e18..9.2e18).contains(x)) {
                        return self.raises("a missing or infinite value made an int");
                    }
                    Data::ints(own.iter().map(|&x| x as i64).collect())
                }
                Data::Int(own) => Data::Int(own.clone()),
                Data::Bool(own) => Data::ints(own.iter().map(|&x| i64::from(x)).collect()),
                Data::Object(own) => {
                    let each: Option<Vec<i64>> = own
                        .iter()
                        .map(|cell| match cell {
                            Cell::Bool(value) => Some(i64::from(*value)),
                            _ => None,
                        })
                        .collect();
                    match each {
                        Some(each) => Data::ints(each),
                        None => return self.raises("an object made an int"),
                    }
                }
                Data::Times(_) => return self.unknown("astype()", "of times"),
            },
            "builtins.float" | "float" | "float64" | "numpy.float64" => match column.data.as_floats() {
                Some(values) => Data::Float(values),
                None => return self.unknown("astype()", "of objects"),
            },
            "builtins.bool" | "bool" | "numpy.bool_" => match &column.data {
                Data::Float(own) => Data::bools(own.iter().map(|&x| x != 0.0).collect()),
                Data::Int(own) => Data::bools(own.iter().map(|&x| x != 0).collect()),
                Data::Bool(own) => Data::Bool(own.clone()),
                // NaN is true.
                Data::Object(own) if own.iter().all(|cell| !matches!(cell, Cell::Text(_))) => {
                    Data::bools(own.iter().map(|cell| *cell != Cell::Bool(false)).collect())
                }
                Data::Object(_) | Data::Times(_) => return self.unknown("astype()", "of texts or times"),
            },
            other => return self.unknown("astype()", format!("to {other}")),
        };
        let kind = data.dtype();
        Ok(self.kernel("astype", &[column], &[Word::Text(kind)], false, || data))
    }
}
