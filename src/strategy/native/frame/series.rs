//! Methods of series, most of which make a column of the same length.

use super::column::{Column, Data};
use super::data::Given;
use super::elementwise::{Shape, Side};
use super::fill::{carried, missing};
use super::run::{Run, Step};
use super::value::{Kind, Number, Series, Value};
use crate::discovery::code::{BinaryOp, CompareOp};
use std::rc::Rc;

impl<'a> Run<'a> {
    pub fn series_method(
        &mut self,
        object: &Value<'a>,
        series: &Rc<Series>,
        shape: Shape,
        name: &'a str,
        mut given: Given<'a>,
    ) -> Step<Value<'a>> {
        let column = series.column();
        let result = match name {
            "rolling" | "expanding" | "ewm" => return self.window(series, name, given),
            "copy" => {
                let _ = given.take(0, "deep");
                self.only(&given, 1)?;
                column
            }
            "shift" => {
                let periods = given.take(0, "periods");
                let fill = given.named("fill_value");
                self.only(&given, 1)?;
                let periods = self.int_or(periods, 1)?;
                self.shifted(&column, periods, fill)?
            }
            "diff" => {
                let periods = given.take(0, "periods");
                self.only(&given, 1)?;
                let periods = self.int_or(periods, 1)?;
                if !matches!(column.data, Data::Float(_) | Data::Int(_)) {
                    return self.unknown("diff()", format!("of {}", column.data.dtype()));
                }
                let before = self.shifted(&column, periods, None)?;
                self.arithmetic(BinaryOp::Sub, &Side::Column(column), &Side::Column(before))?
            }
            "pct_change" => self.pct_change(&column, &mut given)?,
            "abs" => return self.absolute(object),
            "round" => {
                let digits = given.take(0, "decimals");
                self.only(&given, 1)?;
                let digits = self.int_or(digits, 0)?;
                return self.column_rounded(object, digits);
            }
            "clip" => self.clipped(&column, &mut given)?,
            "fillna" => self.filled(&column, &shape, &mut given)?,
            "ffill" | "pad" => {
                self.only(&given, 0)?;
                self.kernel("ffill", &[&column], &[], false, || carried(&column.data))
            }
            "bfill" | "backfill" => {
                self.only(&given, 0)?;
                self.back_filled(&column, name)?
            }
            "isna" | "isnull" | "notna" | "notnull" => {
                self.only(&given, 0)?;
                let missing = missing(&column.data);
                let not = name.starts_with("not");
                self.kernel(if not { "notna" } else { "isna" }, &[&column], &[], false, || {
                    Data::bools(missing.into_iter().map(|missing| missing != not).collect())
                })
            }
            "where" | "mask" => self.chosen(&column, &shape, name == "where", &mut given)?,
            "astype" => {
                let kind = given.take(0, "dtype");
                let _ = given.named("copy");
                self.only(&given, 1)?;
                self.cast(&column, kind.as_ref())?
            }
            "replace" => self.replaced(&column, &mut given)?,
            "cumsum" | "cumprod" | "cummax" | "cummin" => {
                self.only(&given, 0)?;
                self.cumulative(&column, name)?
            }
            "gt" | "lt" | "ge" | "le" | "eq" | "ne" => {
                let other = given.take(0, "other");
                self.only(&given, 1)?;
                let op = match name {
                    "gt" => CompareOp::Gt,
                    "lt" => CompareOp::Lt,
                    "ge" => CompareOp::Ge,
                    "le" => CompareOp::Le,
                    "eq" => CompareOp::Eq,
                    _ => CompareOp::Ne,
                };
                return self.column_compare(op, object, &other.unwrap_or(Value::None));
            }
            "add" | "sub" | "subtract" | "mul" | "multiply" | "div" | "divide" | "truediv" => {
                let other = given.take(0, "other");
                self.only(&given, 1)?;
                let op = match name {
                    "add" => BinaryOp::Add,
                    "sub" | "subtract" => BinaryOp::Sub,
                    "mul" | "multiply" => BinaryOp::Mul,
                    _ => BinaryOp::Div,
                };
                return self.column_binary(op, object, &other.unwrap_or(Value::None));
            }
            "between" => {
                let (low, high) = (given.take(0, "left"), given.take(1, "right"));
                self.only(&given, 2)?;
                let low = self.column_compare(CompareOp::Ge, object, &low.unwrap_or(Value::None))?;
                let high = self.column_compare(CompareOp::Le, object, &high.unwrap_or(Value::None))?;
                return self.column_binary(BinaryOp::And, &low, &high);
            }
            "align" => {
                let other = given.take(0, "other");
                let _ = given.named("axis");
                self.only(&given, 1)?;
                let Some(other @ Value::Series(_)) = other else { return self.unknown("align()", "with no series") };
                self.joint(&[object, &other])?;
                let Value::Series(second) = &other else { return self.unknown("align()", "with no series") };
                let again = Value::series(second.column(), second.index.clone(), second.name.clone());
                return Ok(Value::tuple(vec![self.with(column, &shape), again]));
            }
            "squeeze" => {
                self.only(&given, 0)?;
                if series.index.len() < 2 {
                    return self.unknown("squeeze()", "of one row");
                }
                return Ok(object.clone());
            }
            "dropna" => {
                self.only(&given, 0)?;
                let missing = missing(&column.data);
                let places: Vec<usize> = (0..column.len()).filter(|&at| !missing[at]).collect();
                self.asked([&column]);
                let data = column.data.take(places.iter().copied());
                let index = series.index.pick(&places);
                let column = Column { data, id: None, ahead: column.ahead };
                return Ok(Value::series(column, index, series.name.clone()));
            }
            "reset_index" => {
                let drop = given.named("drop");
                self.only(&given, 0)?;
                if !matches!(drop, Some(Value::Number(Number { kind: Kind::Bool(true), .. }))) {
                    return self.unknown("reset_index()", "without drop");
                }
                let rows = column.len();
                return Ok(Value::series(column, super::index::Index::count(rows), series.name.clone()));
            }
            "to_numpy" => {
                self.only(&given, 0)?;
                let array = Value::array(column);
                if let Value::Array(array) = &array {
                    array.shared.set(true);
                }
                return Ok(array);
            }
            "apply" | "map" => self.applied(&column, &mut given)?,
            _ => return self.reduced(&column, name, given),
        };
        Ok(self.with(result, &shape))
    }

    pub fn array_method(
        &mut self,
        object: &Value<'a>,
        column: &Column,
        name: &'a str,
        mut given: Given<'a>,
    ) -> Step<Value<'a>> {
        match name {
            "copy" => {
                self.only(&given, 0)?;
                Ok(Value::array(column.clone()))
            }
            "astype" => {
                let kind = given.take(0, "dtype");
                self.only(&given, 1)?;
                // numpy makes numbers of NaN without a word: only what pandas makes too.
                Ok(Value::array(self.cast(column, kind.as_ref())?))
            }
            "flatten" | "ravel" => {
                self.only(&given, 0)?;
                Ok(object.clone())
            }
            "tolist" => self.reduced(column, name, given),
            "sum" | "mean" | "std" | "min" | "max" if missing(&column.data).iter().any(|one| *one) => {
                self.unknown("a reduction of an array", "with missing values")
            }
            "sum" | "mean" | "min" | "max" | "any" | "all" => self.reduced(column, name, given),
            _ => self.unknown("a method of an array", format!("`{name}`")),
        }
    }

    pub fn int_or(&mut self, value: Option<Value<'a>>, default: i64) -> Step<i64> {
        match value {
            None => Ok(default),
            Some(Value::Number(Number { kind: Kind::Int(value), .. })) => Ok(value),
            Some(Value::Number(Number { kind: Kind::Float(value), .. })) if value.fract() == 0.0 => {
                self.raises("a float where an int is asked for")
            }
            Some(other) => self.unknown("an argument", format!("that is {}, not an int", other.kind())),
        }
    }

    pub fn bool_or(&mut self, value: Option<Value<'a>>, default: bool) -> Step<bool> {
        match value {
            None => Ok(default),
            Some(Value::Number(Number { kind: Kind::Bool(value), .. })) => Ok(value),
            Some(other) => self.unknown("an argument", format!("that is {}, not a bool", other.kind())),
        }
    }
}
