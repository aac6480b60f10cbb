//! Methods of series, most of which make a column of the same length.

use super::column::{Cell, Column, Data, EVER, Word};
use super::data::Given;
use super::elementwise::{Shape, Side, column_conditions};
use super::iterate::plain;
use super::run::{Run, Step};
use super::value::{Kind, Number, Series, Value};
use crate::discovery::code::{BinaryOp, CompareOp, UnaryOp};
use crate::strategy::native::numerics::numpy;
use std::rc::Rc;
use std::sync::Arc;

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
                self.depends = true;
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

    /// `shift(n)`: what falls off the edge is missing, which makes ints floats and bools objects.
    pub fn shifted(&mut self, column: &Column, periods: i64, fill: Option<Value<'a>>) -> Step<Column> {
        let rows = column.len();
        let by = usize::try_from(periods.unsigned_abs()).unwrap_or(rows).min(rows);
        let source = |at: usize| {
            if periods >= 0 { at.checked_sub(by) } else { Some(at + by).filter(|&from| from < rows) }
        };
        let data = match (&column.data, &fill) {
            _ if by == 0 => column.data.clone(),
            (Data::Float(own), None) => Data::floats(moved(own, source, f64::NAN)),
            (Data::Float(own), Some(Value::Number(number))) if !matches!(number.kind, Kind::Bool(_)) => {
                Data::floats(moved(own, source, number.kind.float()))
            }
            (Data::Int(own), None) => {
                Data::floats((0..rows).map(|at| source(at).map_or(f64::NAN, |from| own[from] as f64)).collect())
            }
            (Data::Int(own), Some(Value::Number(Number { kind: Kind::Int(fill), .. }))) => {
                Data::ints(moved(own, source, *fill))
            }
            (Data::Bool(own), None) => Data::cells(
                (0..rows).map(|at| source(at).map_or(Cell::Missing, |from| Cell::Bool(own[from]))).collect(),
            ),
            (Data::Bool(own), Some(Value::Number(Number { kind: Kind::Bool(fill), .. }))) => {
                Data::bools(moved(own, source, *fill))
            }
            (Data::Object(own), None) => {
                Data::cells((0..rows).map(|at| source(at).map_or(Cell::Missing, |from| own[from].clone())).collect())
            }
            _ => return self.unknown("shift()", "with a fill value of another kind"),
        };
        let fill = match fill {
            Some(Value::Number(Number { kind: Kind::Float(fill), .. })) => Word::Float(fill),
            Some(Value::Number(number)) => Word::Int(number.kind.int().unwrap_or_default()),
            _ => Word::Text("nan"),
        };
        let mut made = self.kernel("shift", &[column], &[Word::Int(periods), fill], false, || data);
        if periods < 0 {
            self.looks(&mut made, u32::try_from(by).unwrap_or(EVER), &format!("shift({periods}) takes later bars"));
        } else if made.ahead != EVER {
            made.ahead = made.ahead.saturating_sub(u32::try_from(by).unwrap_or(EVER));
        }
        Ok(made)
    }

    fn pct_change(&mut self, column: &Column, given: &mut Given<'a>) -> Step<Column> {
        let periods = given.take(0, "periods");
        let method = given.named("fill_method");
        self.only(given, 1)?;
        let periods = self.int_or(periods, 1)?;
        let fills = match method {
            None => self.plan.pandas < 3,
            Some(Value::None) => false,
            Some(_) => return self.unknown("pct_change()", "with a fill method"),
        };
        let Some(values) = column.data.as_floats() else { return self.unknown("pct_change()", "of objects") };
        let column = Column { data: Data::Float(values), ..column.clone() };
        let column =
            if fills { self.kernel("ffill", &[&column], &[], false, || carried(&column.data)) } else { column };
        let before = self.shifted(&column, periods, None)?;
        let ratio = self.arithmetic(BinaryOp::Div, &Side::Column(column), &Side::Column(before))?;
        let one = Side::Number(Number { kind: Kind::Int(1), numpy: false });
        self.arithmetic(BinaryOp::Sub, &Side::Column(ratio), &one)
    }

    pub fn clipped(&mut self, column: &Column, given: &mut Given<'a>) -> Step<Column> {
        let (low, high) = (given.take(0, "lower"), given.take(1, "upper"));
        self.only(given, 2)?;
        self.clip_to(column, low, high, false)
    }

    /// numpy takes the bound where a zero of the other sign equals it, pandas keeps the value.
    pub fn clip_to(
        &mut self,
        column: &Column,
        low: Option<Value<'a>>,
        high: Option<Value<'a>>,
        numpy: bool,
    ) -> Step<Column> {
        let mut bounds = [None, None];
        for (place, bound) in bounds.iter_mut().zip([low, high]) {
            *place = match bound {
                None | Some(Value::None) => None,
                Some(Value::Number(number)) if !number.kind.float().is_nan() => Some(number.kind),
                Some(_) => return self.unknown("clip()", "to something else than a number"),
            };
        }
        let word = |bound: Option<Kind>| bound.map_or(Word::Text("none"), |bound| Word::Float(bound.float()));
        let words = [word(bounds[0]), word(bounds[1])];
        let data = match &column.data {
            Data::Float(own) => {
                let (low, high) = (bounds[0].map(Kind::float), bounds[1].map(Kind::float));
                Data::floats(
                    own.iter()
                        .map(|&x| {
                            let x = high.filter(|&high| x > high).unwrap_or(x);
                            low.filter(|&low| x < low || numpy && x == low).unwrap_or(x)
                        })
                        .collect(),
                )
            }
            Data::Int(own) if bounds.iter().flatten().all(|bound| matches!(bound, Kind::Int(_))) => {
                let (low, high) = (bounds[0].and_then(Kind::int), bounds[1].and_then(Kind::int));
                let bounded = |&x: &i64| x.min(high.unwrap_or(i64::MAX)).max(low.unwrap_or(i64::MIN));
                Data::ints(own.iter().map(bounded).collect())
            }
            _ => return self.unknown("clip()", format!("of {}", column.data.dtype())),
        };
        Ok(self.kernel("clip", &[column], &words, false, || data))
    }

    fn filled(&mut self, column: &Column, shape: &Shape, given: &mut Given<'a>) -> Step<Column> {
        let (value, method) = (given.take(0, "value"), given.named("method"));
        self.only(given, 1)?;
        if let Some(method) = method {
            if self.plan.pandas >= 3 {
                return self.raises("fillna() has no method any more");
            }
            return match method {
                Value::Text(method) if matches!(&*method, "ffill" | "pad") => {
                    Ok(self.kernel("ffill", &[column], &[], false, || carried(&column.data)))
                }
                Value::Text(method) if matches!(&*method, "bfill" | "backfill") => self.back_filled(column, &method),
                _ => self.unknown("fillna()", "with a method"),
            };
        }
        match (&column.data, value) {
            (Data::Float(own), Some(Value::Number(Number { kind: kind @ (Kind::Float(_) | Kind::Int(_)), .. }))) => {
                let fill = kind.float();
                let own = own.clone();
                Ok(self.kernel("fillna", &[column], &[Word::Float(fill)], false, || {
                    Data::floats(own.iter().map(|&x| if x.is_nan() { fill } else { x }).collect())
                }))
            }
            (Data::Float(own), Some(other @ Value::Series(_))) => {
                let from = self.aligned(&other, shape)?;
                let (Some(from_values), own) = (from.data.as_floats(), own.clone()) else {
                    return self.unknown("fillna()", "from objects");
                };
                Ok(self.kernel("fillna", &[column, &from], &[], false, || {
                    Data::floats(
                        own.iter().zip(from_values.iter()).map(|(&x, &y)| if x.is_nan() { y } else { x }).collect(),
                    )
                }))
            }
            (Data::Int(_) | Data::Bool(_), Some(Value::Number(_))) => Ok(column.clone()),
            (Data::Object(own), Some(Value::Number(Number { kind: Kind::Bool(fill), .. }))) => {
                let own = own.clone();
                if own.iter().any(|cell| matches!(cell, Cell::Text(_))) {
                    return self.unknown("fillna()", "of texts");
                }
                let cells = own.iter().map(|cell| match cell {
                    Cell::Missing => Cell::Bool(fill),
                    other => other.clone(),
                });
                // Before pandas 3 the column becomes bools again.
                let data = if self.plan.pandas < 3 {
                    Data::bools(cells.map(|cell| matches!(cell, Cell::Bool(true))).collect())
                } else {
                    Data::cells(cells.collect())
                };
                Ok(self.kernel("fillna", &[column], &[Word::Bool(fill)], false, || data))
            }
            _ => self.unknown("fillna()", format!("of {}", column.data.dtype())),
        }
    }

    fn back_filled(&mut self, column: &Column, name: &str) -> Step<Column> {
        let Data::Float(own) = &column.data else { return self.unknown("bfill()", "of no floats") };
        let mut values = own.to_vec();
        for at in (0..values.len().saturating_sub(1)).rev() {
            if values[at].is_nan() {
                values[at] = values[at + 1];
            }
        }
        let mut made = self.kernel("bfill", &[column], &[], false, || Data::floats(values));
        self.looks(&mut made, EVER, &format!("{name}() fills from later bars"));
        Ok(made)
    }

    fn aligned(&mut self, value: &Value<'a>, shape: &Shape) -> Step<Column> {
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
    fn chosen(&mut self, column: &Column, shape: &Shape, keep: bool, given: &mut Given<'a>) -> Step<Column> {
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

    fn replaced(&mut self, column: &Column, given: &mut Given<'a>) -> Step<Column> {
        let (from, to) = (given.take(0, "to_replace"), given.take(1, "value"));
        self.only(given, 2)?;
        let mut wanted = Vec::new();
        match &from {
            Some(Value::List(items)) => {
                for item in items.borrow().iter() {
                    wanted.push(item.number().map(|number| number.kind));
                }
            }
            Some(item) => wanted.push(item.number().map(|number| number.kind)),
            None => return self.unknown("replace()", "without values"),
        }
        let wanted: Option<Vec<f64>> = wanted.into_iter().map(|kind| kind.map(Kind::float)).collect();
        let (Some(wanted), Some(Value::Number(Number { kind: to, .. }))) = (wanted, to) else {
            return self.unknown("replace()", "of something else than numbers");
        };
        let is_wanted = |x: f64| wanted.iter().any(|&one| one == x || one.is_nan() && x.is_nan());
        let data = match &column.data {
            Data::Float(own) if !matches!(to, Kind::Bool(_)) => {
                let to = to.float();
                Data::floats(own.iter().map(|&x| if is_wanted(x) { to } else { x }).collect())
            }
            Data::Int(own) => {
                if !own.iter().any(|&x| is_wanted(x as f64)) {
                    Data::Int(own.clone())
                } else if let Kind::Int(to) = to {
                    Data::ints(own.iter().map(|&x| if is_wanted(x as f64) { to } else { x }).collect())
                } else if let Kind::Float(to) = to
                    && to.is_nan()
                {
                    Data::floats(own.iter().map(|&x| if is_wanted(x as f64) { to } else { x as f64 }).collect())
                } else {
                    return self.unknown("replace()", "of ints by floats");
                }
            }
            _ => return self.unknown("replace()", format!("of {}", column.data.dtype())),
        };
        let mut words: Vec<Word<'_>> = wanted.iter().map(|&one| Word::Float(one)).collect();
        words.push(Word::Float(to.float()));
        Ok(self.kernel("replace", &[column], &words, false, || data))
    }

    /// Running results, missing values passed over.
    pub fn cumulative(&mut self, column: &Column, name: &'a str) -> Step<Column> {
        let data = match (&column.data, name) {
            (Data::Float(own), _) => {
                let step: fn(f64, f64) -> f64 = match name {
                    "cumsum" => |a, b| a + b,
                    "cumprod" => |a, b| a * b,
                    "cummax" => |a, b| if b >= a { b } else { a },
                    _ => |a, b| if b <= a { b } else { a },
                };
                let mut held: Option<f64> = match name {
                    "cumsum" => Some(0.0),
                    "cumprod" => Some(1.0),
                    _ => None,
                };
                let each = own.iter().map(|&x| {
                    if x.is_nan() {
                        return x;
                    }
                    let now = held.map_or(x, |held| step(held, x));
                    held = Some(now);
                    now
                });
                Data::floats(each.collect())
            }
            (Data::Int(_) | Data::Bool(_), "cumsum") => {
                let mut sum = 0_i64;
                let ints: Vec<i64> = match &column.data {
                    Data::Int(own) => own.to_vec(),
                    Data::Bool(own) => own.iter().map(|&x| i64::from(x)).collect(),
                    _ => Vec::new(),
                };
                Data::ints(
                    ints.into_iter()
                        .map(|x| {
                            sum = sum.wrapping_add(x);
                            sum
                        })
                        .collect(),
                )
            }
            _ => return self.unknown("a running result", format!("of {}", column.data.dtype())),
        };
        Ok(self.kernel("running", &[column], &[Word::Text(name)], false, || data))
    }

    /// `apply(lambda x: …)`: the function once a row, on Python's own numbers.
    fn applied(&mut self, column: &Column, given: &mut Given<'a>) -> Step<Column> {
        let function = given.take(0, "func").or_else(|| given.take(0, "arg"));
        self.only(given, 1)?;
        let mut made = Vec::with_capacity(column.len());
        match function {
            Some(Value::Dict(entries)) => {
                let entries = entries.borrow().clone();
                for at in 0..column.len() {
                    let own = plain(&column.data, at);
                    let mut found = None;
                    for (key, value) in &entries {
                        if self.equal(key, &own)? {
                            found = Some(value.clone());
                        }
                    }
                    made.push(found.unwrap_or(Value::float(f64::NAN)));
                }
            }
            Some(function @ (Value::Lambda(_) | Value::Function(..) | Value::Method(..))) => {
                for at in 0..column.len() {
                    self.round()?;
                    let own = plain(&column.data, at);
                    made.push(self.call_value(&function, vec![own], Vec::new())?);
                }
            }
            _ => return self.unknown("apply()", "of another function"),
        }
        let mut result = self.column_of(&made)?;
        result.ahead = column.ahead;
        // What each row holds follows from that row alone, though not by a kernel.
        Ok(result)
    }

    /// Methods that make one value of all rows.
    pub fn reduced(&mut self, column: &Column, name: &'a str, mut given: Given<'a>) -> Step<Value<'a>> {
        if name == "tolist" || name == "to_list" {
            self.only(&given, 0)?;
            self.depends = true;
            return Ok(Value::list((0..column.len()).map(|at| plain(&column.data, at)).collect()));
        }
        if !matches!(name, "sum" | "mean" | "std" | "var" | "min" | "max" | "any" | "all" | "count") {
            return self.unknown("a series' method", format!("`{name}`"));
        }
        let ddof = given.named("ddof");
        self.only(&given, 0)?;
        let ddof = self.int_or(ddof, 1)?;
        self.looks_at_all(&format!("{name}() of a whole column"));
        if matches!(name, "any" | "all") {
            let Some(conditions) = column_conditions(&column.data) else {
                return self.unknown(name, "of no conditions");
            };
            let yes = if name == "any" { conditions.iter().any(|&yes| yes) } else { conditions.iter().all(|&yes| yes) };
            return Ok(Value::numpy(Kind::Bool(yes)));
        }
        if let Data::Int(own) = &column.data {
            match name {
                "sum" => return Ok(Value::numpy(Kind::Int(own.iter().fold(0, |sum, &x| i64::wrapping_add(sum, x))))),
                "min" | "max" if !own.is_empty() => {
                    let best = if name == "min" { own.iter().min() } else { own.iter().max() };
                    return Ok(Value::numpy(Kind::Int(best.copied().unwrap_or_default())));
                }
                _ => {}
            }
        }
        if let (Data::Bool(own), "sum") = (&column.data, name) {
            let count = own.iter().filter(|&&yes| yes).count();
            return Ok(Value::numpy(Kind::Int(i64::try_from(count).unwrap_or(i64::MAX))));
        }
        let Some(all) = column.data.as_floats() else { return self.unknown(name, "of objects") };
        let present = all.iter().filter(|x| !x.is_nan()).count();
        if name == "count" {
            return Ok(Value::numpy(Kind::Int(i64::try_from(present).unwrap_or(i64::MAX))));
        }
        // nanops: a missing value counts as zero in the sum, and not at all in the count.
        let zeroed: Vec<f64> = all.iter().map(|&x| if x.is_nan() { 0.0 } else { x }).collect();
        let sum = numpy::sum(&zeroed).unwrap_or(0.0);
        let result = match name {
            "sum" => sum,
            "mean" => sum / present as f64,
            "min" | "max" => {
                let better = |a: f64, b: f64| if (name == "min") == (b < a) && b != a { b } else { a };
                all.iter().copied().filter(|x| !x.is_nan()).reduce(better).unwrap_or(f64::NAN)
            }
            _ => {
                let divisor = i64::try_from(present).unwrap_or(i64::MAX) - ddof;
                if divisor <= 0 {
                    f64::NAN
                } else {
                    let mean = sum / present as f64;
                    let squares: Vec<f64> =
                        all.iter().map(|&x| if x.is_nan() { 0.0 } else { (mean - x) * (mean - x) }).collect();
                    let variance = numpy::sum(&squares).unwrap_or(0.0) / divisor as f64;
                    if name == "std" { variance.sqrt() } else { variance }
                }
            }
        };
        Ok(Value::numpy(Kind::Float(result)))
    }

    pub fn column_unary(&mut self, op: UnaryOp, value: &Value<'a>) -> Step<Value<'a>> {
        let shape = self.joint(&[value])?;
        let column = match self.side(value)? {
            Side::Column(column) => column,
            _ => return self.unknown("a sign", "of no column"),
        };
        let (name, data) = match (op, &column.data) {
            (UnaryOp::Minus, Data::Float(own)) => ("negative", Data::floats(own.iter().map(|x| -x).collect())),
            (UnaryOp::Minus, Data::Int(own)) => {
                ("negative", Data::ints(own.iter().map(|x| x.wrapping_neg()).collect()))
            }
            (UnaryOp::Invert, Data::Bool(own)) => ("not", Data::bools(own.iter().map(|x| !x).collect())),
            (UnaryOp::Plus, Data::Float(_) | Data::Int(_)) => return Ok(value.clone()),
            _ => return self.unknown("a sign", format!("{op:?} of {}", column.data.dtype())),
        };
        let column = self.kernel(name, &[&column], &[], false, || data);
        Ok(self.shaped(column, shape))
    }

    pub fn column_absolute(&mut self, value: &Value<'a>) -> Step<Value<'a>> {
        self.floats_of("absolute", value, f64::abs, Some(i64::wrapping_abs))
    }

    /// `np.round`: scaled, rounded half to even, scaled back.
    pub fn column_rounded(&mut self, value: &Value<'a>, digits: i64) -> Step<Value<'a>> {
        let Some(digits) = i32::try_from(digits).ok().filter(|digits| (0..=15).contains(digits)) else {
            return self.unknown("round()", "to other digits");
        };
        let scale = 10_f64.powi(digits);
        let shape = self.joint(&[value])?;
        let Side::Column(column) = self.side(value)? else { return self.unknown("round()", "of no column") };
        let Data::Float(own) = &column.data else { return self.unknown("round()", "of no floats") };
        let own = own.clone();
        let round = |&x: &f64| if digits == 0 { x.round_ties_even() } else { (x * scale).round_ties_even() / scale };
        let words = [Word::Int(i64::from(digits))];
        let made = self.kernel("round", &[&column], &words, false, || Data::floats(own.iter().map(round).collect()));
        Ok(self.shaped(made, shape))
    }

    /// A function of each float.
    pub fn floats_of(
        &mut self,
        name: &'static str,
        value: &Value<'a>,
        function: impl Fn(f64) -> f64,
        ints: Option<fn(i64) -> i64>,
    ) -> Step<Value<'a>> {
        let shape = self.joint(&[value])?;
        let Side::Column(column) = self.side(value)? else { return self.unknown(name, "of no column") };
        let data = match (&column.data, ints) {
            (Data::Float(own), _) => Data::floats(own.iter().map(|&x| function(x)).collect()),
            (Data::Int(own), Some(ints)) => Data::ints(own.iter().map(|&x| ints(x)).collect()),
            (Data::Int(own), None) => Data::floats(own.iter().map(|&x| function(x as f64)).collect()),
            _ => return self.unknown(name, format!("of {}", column.data.dtype())),
        };
        let made = self.kernel(name, &[&column], &[], false, || data);
        Ok(self.shaped(made, shape))
    }
}

fn moved<T: Copy>(own: &Arc<Vec<T>>, source: impl Fn(usize) -> Option<usize>, fill: T) -> Vec<T> {
    (0..own.len()).map(|at| source(at).map_or(fill, |from| own[from])).collect()
}

/// The last value that was there.
fn carried(data: &Data) -> Data {
    match data {
        Data::Float(own) => {
            let mut last = f64::NAN;
            Data::floats(
                own.iter()
                    .map(|&x| {
                        if !x.is_nan() {
                            last = x;
                        }
                        last
                    })
                    .collect(),
            )
        }
        Data::Object(own) => {
            let mut last = Cell::Missing;
            Data::cells(
                own.iter()
                    .map(|cell| {
                        if *cell != Cell::Missing {
                            last = cell.clone();
                        }
                        last.clone()
                    })
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

pub fn missing(data: &Data) -> Vec<bool> {
    match data {
        Data::Float(own) => own.iter().map(|x| x.is_nan()).collect(),
        Data::Object(own) => own.iter().map(|cell| *cell == Cell::Missing).collect(),
        other => vec![false; other.len()],
    }
}
