//! Arithmetic, comparison and logic row by row, with numpy's promotion of kinds (NEP 50).

use super::column::{Cell, Column, Data, Word};
use super::index::Index;
use super::run::{Run, Step};
use super::scalar::compares;
use super::value::{Key, Kind, Number, Value};
use crate::discovery::code::{BinaryOp, CompareOp};
use crate::strategy::native::numerics;
use std::hint::black_box;

/// What becomes of the rows: a series keeps its labels, an array has none.
#[derive(Debug, Clone)]
pub enum Shape {
    Series(Index, Option<Key>),
    Array,
}

/// One side of an operation.
#[derive(Debug, Clone)]
pub enum Side {
    Column(Column),
    Number(Number),
    Text(std::sync::Arc<str>),
}

impl Side {
    fn column(&self) -> Option<&Column> {
        match self {
            Self::Column(column) => Some(column),
            _ => None,
        }
    }
}

impl<'a> Run<'a> {
    pub fn side(&self, value: &Value<'a>) -> Step<Side> {
        Ok(match value {
            Value::Series(series) => Side::Column(series.column()),
            Value::Array(array) => Side::Column(array.column()),
            Value::Number(number) => Side::Number(*number),
            Value::Text(text) => Side::Text((**text).into()),
            other => return self.unknown("arithmetic on columns", format!("with {}", other.kind())),
        })
    }

    /// The labels of what two values make together. Where they differ pandas would align them.
    pub fn joint(&self, values: &[&Value<'a>]) -> Step<Shape> {
        let mut shape: Option<Shape> = None;
        let mut rows = None;
        for value in values {
            let (length, own) = match value {
                Value::Series(series) => (series.index.len(), Shape::Series(series.index.clone(), series.name.clone())),
                Value::Array(array) => (array.column.borrow().len(), Shape::Array),
                _ => continue,
            };
            if rows.is_some_and(|rows| rows != length) {
                return self.unknown("alignment", "columns of different lengths");
            }
            rows = Some(length);
            shape = Some(match (shape, own) {
                (Some(Shape::Series(a, name)), Shape::Series(b, other)) => {
                    if a != b {
                        return self.unknown("alignment", "series with different indexes");
                    }
                    Shape::Series(a, name.filter(|name| Some(name) == other.as_ref()))
                }
                (Some(Shape::Series(a, name)), Shape::Array) => Shape::Series(a, name),
                (_, own) => own,
            });
        }
        shape.map_or_else(|| self.unknown("arithmetic on columns", "without one"), Ok)
    }

    pub fn shaped(&self, column: Column, shape: Shape) -> Value<'a> {
        match shape {
            Shape::Series(index, name) => Value::series(column, index, name),
            Shape::Array => Value::array(column),
        }
    }

    pub fn column_binary(&mut self, op: BinaryOp, left: &Value<'a>, right: &Value<'a>) -> Step<Value<'a>> {
        let shape = self.joint(&[left, right])?;
        let (a, b) = (self.side(left)?, self.side(right)?);
        let column = self.arithmetic(op, &a, &b)?;
        Ok(self.shaped(column, shape))
    }

    pub fn column_compare(&mut self, op: CompareOp, left: &Value<'a>, right: &Value<'a>) -> Step<Value<'a>> {
        let shape = self.joint(&[left, right])?;
        let (a, b) = (self.side(left)?, self.side(right)?);
        let column = self.comparison(op, &a, &b)?;
        Ok(self.shaped(column, shape))
    }

    pub fn arithmetic(&mut self, op: BinaryOp, a: &Side, b: &Side) -> Step<Column> {
        let data = match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => self.logic(op, a, b)?,
            _ => self.numbers(op, a, b)?,
        };
        Ok(self.two(name_of(op), a, b, data))
    }

    fn two(&mut self, name: &'static str, a: &Side, b: &Side, data: Data) -> Column {
        let inputs: Vec<&Column> = [a, b].into_iter().filter_map(Side::column).collect();
        let mut words = Vec::new();
        for (at, side) in [a, b].into_iter().enumerate() {
            match side {
                Side::Column(_) => {}
                Side::Number(number) => {
                    words.push(Word::Int(at as i64));
                    words.push(match number.kind {
                        Kind::Bool(value) => Word::Bool(value),
                        Kind::Int(value) => Word::Int(value),
                        Kind::Float(value) => Word::Float(value),
                    });
                }
                Side::Text(text) => words.push(Word::Text(text)),
            }
        }
        self.kernel(name, &inputs, &words, false, || data)
    }

    fn numbers(&mut self, op: BinaryOp, a: &Side, b: &Side) -> Step<Data> {
        if let (Some(Rank::Bool), Some(Rank::Bool)) = (rank(a), rank(b)) {
            return match op {
                BinaryOp::Add => Ok(Data::bools(pairs(&bools(a), &bools(b), |a, b| a | b))),
                BinaryOp::Mul => Ok(Data::bools(pairs(&bools(a), &bools(b), |a, b| a & b))),
                BinaryOp::Div => Ok(Data::floats(pairs(&floats(a), &floats(b), |a, b| a / b))),
                _ => self.unknown("arithmetic on bools", format!("{op:?}")),
            };
        }
        let (Some(left), Some(right)) = (rank(a), rank(b)) else {
            return self.unknown("arithmetic on objects", format!("{op:?}"));
        };
        if left.max(right) == Rank::Float || op == BinaryOp::Div {
            return self.float_numbers(op, a, b);
        }
        let (a, b) = (ints(a), ints(b));
        Ok(Data::ints(match op {
            BinaryOp::Add => pairs(&a, &b, i64::wrapping_add),
            BinaryOp::Sub => pairs(&a, &b, i64::wrapping_sub),
            BinaryOp::Mul => pairs(&a, &b, i64::wrapping_mul),
            _ => return self.unknown("integer arithmetic on columns", format!("{op:?}")),
        }))
    }

    fn float_numbers(&mut self, op: BinaryOp, a: &Side, b: &Side) -> Step<Data> {
        let exponent = match b {
            Side::Number(number) => Some(number.kind.float()),
            _ => None,
        };
        let (x, y) = (floats(a), floats(b));
        Ok(Data::floats(match op {
            BinaryOp::Add => pairs(&x, &y, |a, b| a + b),
            BinaryOp::Sub => pairs(&x, &y, |a, b| a - b),
            BinaryOp::Mul => pairs(&x, &y, |a, b| a * b),
            BinaryOp::Div => pairs(&x, &y, |a, b| a / b),
            // numpy's short ways for a scalar exponent.
            BinaryOp::Pow if exponent == Some(2.0) => pairs(&x, &y, |a, _| a * a),
            BinaryOp::Pow if exponent == Some(1.0) => pairs(&x, &y, |a, _| a),
            BinaryOp::Pow if exponent == Some(0.5) => pairs(&x, &y, |a, _| a.sqrt()),
            BinaryOp::Pow if exponent == Some(-1.0) => pairs(&x, &y, |a, _| 1.0 / a),
            BinaryOp::Pow if exponent == Some(0.0) => pairs(&x, &y, |_, _| 1.0),
            BinaryOp::Pow => {
                let pow: fn(f64, f64) -> f64 = black_box(f64::powf);
                pairs(&x, &y, pow)
            }
            BinaryOp::FloorDiv | BinaryOp::Mod => {
                let divide = if op == BinaryOp::Mod { numerics::modulo } else { numerics::floor_div };
                let found = pairs(&x, &y, divide);
                match found.into_iter().collect::<Option<Vec<f64>>>() {
                    Some(found) => found,
                    None => return self.raises("a remainder of a division by zero"),
                }
            }
            _ => return self.unknown("arithmetic on columns", format!("{op:?}")),
        }))
    }

    /// `&`, `|`, `^` of conditions. A missing value in an object column counts as False.
    fn logic(&mut self, op: BinaryOp, a: &Side, b: &Side) -> Step<Data> {
        let (Some(left), Some(right)) = (conditions(a), conditions(b)) else {
            return self.unknown("logic on columns", "of something else than conditions");
        };
        // Only where one side holds bools does pandas make bools of the other.
        if !(matches!(rank(a), Some(Rank::Bool)) || matches!(rank(b), Some(Rank::Bool))) {
            return self.unknown("logic on columns", "of two object columns");
        }
        Ok(Data::bools(match op {
            BinaryOp::And => pairs(&left, &right, |a, b| a & b),
            BinaryOp::Or => pairs(&left, &right, |a, b| a | b),
            _ => pairs(&left, &right, |a, b| a ^ b),
        }))
    }

    pub fn comparison(&mut self, op: CompareOp, a: &Side, b: &Side) -> Step<Column> {
        let name = match op {
            CompareOp::Eq => "equal",
            CompareOp::Ne => "not_equal",
            CompareOp::Lt => "less",
            CompareOp::Le => "less_equal",
            CompareOp::Gt => "greater",
            CompareOp::Ge => "greater_equal",
            _ => return self.unknown("a comparison of columns", format!("{op:?}")),
        };
        let data = match (a, b) {
            (Side::Column(Column { data: Data::Object(cells), .. }), Side::Text(text))
            | (Side::Text(text), Side::Column(Column { data: Data::Object(cells), .. })) => {
                let wanted = match op {
                    CompareOp::Eq => true,
                    CompareOp::Ne => false,
                    _ => return self.unknown("a comparison of columns", "of texts by order"),
                };
                let same = |cell: &Cell| matches!(cell, Cell::Text(own) if own == text);
                Data::bools(cells.iter().map(|cell| same(cell) == wanted).collect())
            }
            _ => {
                let (Some(left), Some(right)) = (rank(a), rank(b)) else {
                    return self.unknown("a comparison of columns", "of objects");
                };
                if left.max(right) == Rank::Float {
                    let (x, y) = (floats(a), floats(b));
                    Data::bools(match op {
                        CompareOp::Eq => pairs(&x, &y, |a, b| a == b),
                        CompareOp::Ne => pairs(&x, &y, |a, b| a != b),
                        CompareOp::Lt => pairs(&x, &y, |a, b| a < b),
                        CompareOp::Le => pairs(&x, &y, |a, b| a <= b),
                        CompareOp::Gt => pairs(&x, &y, |a, b| a > b),
                        _ => pairs(&x, &y, |a, b| a >= b),
                    })
                } else {
                    let compare = |a, b| compares(op, Kind::Int(a), Kind::Int(b));
                    Data::bools(pairs(&ints(a), &ints(b), compare))
                }
            }
        };
        Ok(self.two(name, a, b, data))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Bool,
    Int,
    Float,
}

/// None of an object or a text.
fn rank(side: &Side) -> Option<Rank> {
    match side {
        Side::Column(column) => match column.data {
            Data::Float(_) => Some(Rank::Float),
            Data::Int(_) => Some(Rank::Int),
            Data::Bool(_) => Some(Rank::Bool),
            Data::Object(_) | Data::Times(_) => None,
        },
        Side::Number(number) => Some(match number.kind {
            Kind::Float(_) => Rank::Float,
            Kind::Int(_) => Rank::Int,
            Kind::Bool(_) => Rank::Bool,
        }),
        Side::Text(_) => None,
    }
}

/// A column's rows, or one value for all.
enum Rows<T> {
    Each(std::sync::Arc<Vec<T>>),
    All(T),
}

fn floats(side: &Side) -> Rows<f64> {
    match side {
        Side::Column(column) => Rows::Each(column.data.as_floats().unwrap_or_default()),
        Side::Number(number) => Rows::All(number.kind.float()),
        Side::Text(_) => Rows::All(f64::NAN),
    }
}

fn ints(side: &Side) -> Rows<i64> {
    match side {
        Side::Column(Column { data: Data::Int(values), .. }) => Rows::Each(values.clone()),
        Side::Column(Column { data: Data::Bool(values), .. }) => {
            Rows::Each(std::sync::Arc::new(values.iter().map(|&value| i64::from(value)).collect()))
        }
        Side::Number(number) => Rows::All(number.kind.int().unwrap_or_default()),
        _ => Rows::All(0),
    }
}

fn bools(side: &Side) -> Rows<bool> {
    conditions(side).unwrap_or(Rows::All(false))
}

/// None where some row is no condition.
fn conditions(side: &Side) -> Option<Rows<bool>> {
    match side {
        Side::Column(column) => column_conditions(&column.data).map(Rows::Each),
        Side::Number(number) => match number.kind {
            Kind::Bool(value) => Some(Rows::All(value)),
            _ => None,
        },
        Side::Text(_) => None,
    }
}

/// A column of bools, or an object column of bools and missing values, which count as False.
pub fn column_conditions(data: &Data) -> Option<std::sync::Arc<Vec<bool>>> {
    match data {
        Data::Bool(values) => Some(values.clone()),
        Data::Object(cells) => {
            let each = cells.iter().map(|cell| match cell {
                Cell::Bool(value) => Some(*value),
                Cell::Missing => Some(false),
                Cell::Text(_) => None,
            });
            each.collect::<Option<Vec<bool>>>().map(std::sync::Arc::new)
        }
        _ => None,
    }
}

fn pairs<A: Copy, B: Copy, T: Clone>(left: &Rows<A>, right: &Rows<B>, op: impl Fn(A, B) -> T) -> Vec<T> {
    match (left, right) {
        (Rows::Each(a), Rows::Each(b)) => a.iter().zip(b.iter()).map(|(&a, &b)| op(a, b)).collect(),
        (Rows::Each(a), Rows::All(b)) => a.iter().map(|&a| op(a, *b)).collect(),
        (Rows::All(a), Rows::Each(b)) => b.iter().map(|&b| op(*a, b)).collect(),
        (Rows::All(a), Rows::All(b)) => vec![op(*a, *b)],
    }
}

const fn name_of(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "add",
        BinaryOp::Sub => "subtract",
        BinaryOp::Mul => "multiply",
        BinaryOp::Div => "divide",
        BinaryOp::FloorDiv => "floor_divide",
        BinaryOp::Mod => "remainder",
        BinaryOp::Pow => "power",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::Xor => "xor",
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight | BinaryOp::MatMul => "other",
    }
}
