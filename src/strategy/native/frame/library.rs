//! numpy's, pandas' and math's functions.

use super::call::Keywords;
use super::column::{Cell, Column, Data, EVER, Word};
use super::data::Given;
use super::elementwise::{Shape, Side};
use super::run::{Run, Step};
use super::value::{Kind, Number, Value};
use crate::discovery::code::BinaryOp;
use crate::strategy::native::numerics;
use std::hint::black_box;
use std::sync::Arc;

type Function = fn(f64) -> f64;

impl<'a> Run<'a> {
    pub fn call_external(&mut self, name: &str, args: Vec<Value<'a>>, keywords: Keywords<'a>) -> Step<Value<'a>> {
        if let Some(builtin) = name.strip_prefix("builtins.") {
            return self.call_builtin(builtin, args, keywords);
        }
        let mut given = Given { args, keywords };
        match name {
            "pandas.Series" => self.new_series(given),
            "pandas.DataFrame" => self.new_frame(given),
            "pandas.concat" => self.concatenated(given),
            "pandas.to_numeric" => {
                let value = given.take(0, "arg").unwrap_or(Value::None);
                let _ = given.named("errors");
                self.only(&given, 1)?;
                match self.side(&value)? {
                    Side::Column(Column { data: Data::Float(_) | Data::Int(_), .. }) => Ok(value),
                    _ => self.unknown("pd.to_numeric()", "of something else than numbers"),
                }
            }
            "pandas.isna" | "pandas.isnull" | "pandas.notna" | "pandas.notnull" | "numpy.isnan" | "math.isnan" => {
                let value = given.take(0, "obj").unwrap_or(Value::None);
                self.only(&given, 1)?;
                let not = name.contains("not");
                match &value {
                    Value::Number(number) => {
                        let kind = Kind::Bool(number.kind.float().is_nan() != not);
                        Ok(Value::Number(Number { kind, numpy: name.starts_with("numpy") }))
                    }
                    Value::None if name.starts_with("pandas") => Ok(Value::bool(!not)),
                    Value::Series(_) if name.starts_with("pandas") => {
                        self.data_method(&value, if not { "notna" } else { "isna" }, Vec::new(), Vec::new())
                    }
                    Value::Series(_) | Value::Array(_) => self.flags_of(name, &value, |x| x.is_nan() != not),
                    other => self.unknown(name, format!("of {}", other.kind())),
                }
            }
            "numpy.isfinite" | "numpy.isinf" => {
                let value = given.take(0, "x").unwrap_or(Value::None);
                self.only(&given, 1)?;
                let test: fn(f64) -> bool = if name == "numpy.isfinite" { f64::is_finite } else { f64::is_infinite };
                match &value {
                    Value::Number(number) => Ok(Value::numpy(Kind::Bool(test(number.kind.float())))),
                    other => self.flags_of(name, other, test),
                }
            }
            "numpy.where" => self.where_(given),
            "numpy.select" => self.select(given),
            "numpy.abs" | "numpy.absolute" | "numpy.fabs" => {
                let value = given.take(0, "x").unwrap_or(Value::None);
                self.only(&given, 1)?;
                match value {
                    Value::Number(number) => self.absolute(&Value::Number(Number { numpy: true, ..number })),
                    other => self.absolute(&other),
                }
            }
            "numpy.sqrt" | "numpy.log" | "numpy.exp" | "numpy.sign" | "numpy.log1p" | "numpy.tanh" | "numpy.log10" => {
                let value = given.take(0, "x").unwrap_or(Value::None);
                self.only(&given, 1)?;
                let (tag, function): (&'static str, Function) = match name {
                    "numpy.sqrt" => ("sqrt", f64::sqrt),
                    "numpy.log" => ("log", black_box(f64::ln)),
                    "numpy.exp" => ("exp", black_box(f64::exp)),
                    "numpy.log1p" => ("log1p", black_box(f64::ln_1p)),
                    "numpy.log10" => ("log10", black_box(f64::log10)),
                    "numpy.tanh" => ("tanh", black_box(f64::tanh)),
                    _ => ("sign", |x| {
                        if x > 0.0 {
                            1.0
                        } else if x < 0.0 {
                            -1.0
                        } else if x == 0.0 {
                            0.0
                        } else {
                            x
                        }
                    }),
                };
                match value {
                    Value::Number(Number { kind: Kind::Float(x), .. }) => Ok(Value::numpy(Kind::Float(function(x)))),
                    Value::Number(Number { kind: Kind::Int(x), .. }) if name != "numpy.sign" => {
                        Ok(Value::numpy(Kind::Float(function(x as f64))))
                    }
                    other @ (Value::Series(_) | Value::Array(_)) => {
                        let ints: Option<fn(i64) -> i64> = (name == "numpy.sign").then_some(i64::signum);
                        self.floats_of(tag, &other, function, ints)
                    }
                    other => self.unknown(name, format!("of {}", other.kind())),
                }
            }
            "numpy.maximum" | "numpy.minimum" => {
                let (a, b) = (given.take(0, "x1"), given.take(1, "x2"));
                self.only(&given, 2)?;
                self.extremes(name == "numpy.maximum", &a.unwrap_or(Value::None), &b.unwrap_or(Value::None))
            }
            "numpy.max" | "numpy.min" | "numpy.mean" | "numpy.sum" | "numpy.std" | "numpy.amax" | "numpy.amin" => {
                let (value, axis) = (given.take(0, "a").unwrap_or(Value::None), given.take(1, "axis"));
                self.only(&given, 2)?;
                let short = name.trim_start_matches("numpy.").trim_start_matches('a');
                match (&value, axis) {
                    (Value::Frame(frame), Some(Value::Number(Number { kind: Kind::Int(1), .. }))) if short != "std" => {
                        let held = frame.borrow().clone();
                        self.across(&held, short)
                    }
                    // numpy asks the series itself; its std has ddof 0 there.
                    (Value::Series(series), None) if short != "std" => {
                        let method: &'static str = match short {
                            "max" => "max",
                            "min" => "min",
                            "mean" => "mean",
                            _ => "sum",
                        };
                        self.reduced(&series.column(), method, Given { args: Vec::new(), keywords: Vec::new() })
                    }
                    (Value::Array(array), None) => {
                        let column = array.column();
                        self.reduced_array(&column, short)
                    }
                    (other, _) => self.unknown(name, format!("of {}", other.kind())),
                }
            }
            "numpy.zeros" | "numpy.ones" | "numpy.full" | "numpy.zeros_like" | "numpy.ones_like"
            | "numpy.full_like" => self.constants(name, given),
            "numpy.array" | "numpy.asarray" => {
                let value = given.take(0, "object").unwrap_or(Value::None);
                self.only(&given, 1)?;
                match &value {
                    Value::List(_) => {
                        let items = self.everything(&value)?;
                        Ok(Value::array(self.column_of(&items)?))
                    }
                    Value::Series(series) => {
                        let array = Value::array(series.column());
                        if let Value::Array(array) = &array {
                            array.shared.set(name == "numpy.asarray");
                        }
                        Ok(array)
                    }
                    other => self.unknown(name, format!("of {}", other.kind())),
                }
            }
            "numpy.diff" => {
                let value = given.take(0, "a").unwrap_or(Value::None);
                self.only(&given, 1)?;
                let Side::Column(column) = self.side(&value)? else { return self.unknown(name, "of no column") };
                let Data::Float(own) = &column.data else { return self.unknown(name, "of no floats") };
                let differences: Vec<f64> = own.windows(2).map(|pair| pair[1] - pair[0]).collect();
                Ok(Value::array(self.kernel("difference", &[&column], &[], false, || Data::floats(differences))))
            }
            "numpy.clip" => {
                let value = given.take(0, "a").unwrap_or(Value::None);
                let (low, high) = (given.take(1, "a_min"), given.take(2, "a_max"));
                self.only(&given, 3)?;
                let shape = self.joint(&[&value])?;
                let Side::Column(column) = self.side(&value)? else { return self.unknown(name, "of no column") };
                let made = self.clip_to(&column, low, high, matches!(value, Value::Array(_)))?;
                Ok(self.shaped(made, shape))
            }
            "numpy.round" | "numpy.around" => {
                let (value, digits) = (given.take(0, "a").unwrap_or(Value::None), given.take(1, "decimals"));
                self.only(&given, 2)?;
                let digits = self.int_or(digits, 0)?;
                self.column_rounded(&value, digits)
            }
            "numpy.logical_and" | "numpy.logical_or" => {
                let (a, b) = (given.take(0, "x1"), given.take(1, "x2"));
                self.only(&given, 2)?;
                let op = if name.ends_with("and") { BinaryOp::And } else { BinaryOp::Or };
                self.column_binary(op, &a.unwrap_or(Value::None), &b.unwrap_or(Value::None))
            }
            "numpy.roll" => {
                let value = given.take(0, "a").unwrap_or(Value::None);
                let by = given.take(1, "shift");
                self.only(&given, 2)?;
                let by = self.int_or(by, 0)?;
                let Side::Column(column) = self.side(&value)? else { return self.unknown(name, "of no column") };
                let rows = column.len();
                let Some(by) = usize::try_from(by).ok().filter(|&by| by <= rows) else {
                    return self.unknown(name, "backwards");
                };
                let data = column.data.take((0..rows).map(|at| (at + rows - by) % rows));
                let mut made = self.kernel("roll", &[&column], &[Word::Int(by as i64)], false, || data);
                self.looks(&mut made, EVER, "np.roll() puts the last bars first");
                Ok(Value::array(made))
            }
            "math.sqrt" | "math.log" | "math.exp" | "math.floor" | "math.ceil" | "math.fabs" => {
                let Some(Value::Number(number)) = given.take(0, "x") else { return self.unknown(name, "of no number") };
                self.only(&given, 1)?;
                let x = number.kind.float();
                let value = match name {
                    "math.sqrt" if x >= 0.0 => x.sqrt(),
                    "math.log" if x > 0.0 => {
                        let ln: Function = black_box(f64::ln);
                        ln(x)
                    }
                    "math.exp" if x < 700.0 => {
                        let exp: Function = black_box(f64::exp);
                        exp(x)
                    }
                    "math.fabs" => x.abs(),
                    "math.floor" | "math.ceil" => {
                        let whole = if name == "math.floor" { x.floor() } else { x.ceil() };
                        return match numerics::to_int(whole) {
                            Some(value) => Ok(Value::int(value)),
                            None => self.raises("an integer beyond 64 bits"),
                        };
                    }
                    _ => return self.raises(format!("{name} of {x:?}")),
                };
                Ok(Value::float(value))
            }
            "pandas.to_datetime" => {
                let value = given.take(0, "arg").unwrap_or(Value::None);
                self.only(&given, 1)?;
                match &value {
                    Value::Series(series) if matches!(series.column().data, Data::Times(_)) => Ok(value),
                    Value::Axis(index) if index.labels == super::index::Labels::Times => Ok(value),
                    other => self.unknown(name, format!("of {}", other.kind())),
                }
            }
            "logging.getLogger" => Ok(Value::Logger),
            _ => self.unknown("a library function", name.to_owned()),
        }
    }

    fn flags_of(&mut self, name: &str, value: &Value<'a>, test: impl Fn(f64) -> bool) -> Step<Value<'a>> {
        let shape = self.joint(&[value])?;
        let Side::Column(column) = self.side(value)? else { return self.unknown(name, "of no column") };
        let Some(own) = column.data.as_floats() else { return self.unknown(name, "of objects") };
        let words = [Word::Text(name)];
        let made =
            self.kernel("flags", &[&column], &words, false, || Data::bools(own.iter().map(|&x| test(x)).collect()));
        Ok(self.shaped(made, shape))
    }

    fn where_(&mut self, mut given: Given<'a>) -> Step<Value<'a>> {
        let (condition, yes, no) = (given.take(0, "condition"), given.take(1, "x"), given.take(2, "y"));
        self.only(&given, 3)?;
        let (Some(condition), Some(yes), Some(no)) = (condition, yes, no) else {
            return self.unknown("np.where()", "of a condition alone");
        };
        let values: Vec<&Value<'a>> = [&condition, &yes, &no].into_iter().collect();
        // Arrays come out of it, so labels do not matter, but lengths do.
        self.same_length(&values)?;
        let Side::Column(condition) = self.side(&condition)? else {
            return self.unknown("np.where()", "of one condition");
        };
        let Data::Bool(flags) = &condition.data else { return self.unknown("np.where()", "of no bools") };
        let (flags, yes, no) = (flags.clone(), self.side(&yes)?, self.side(&no)?);
        let data = self.picked(&flags, &yes, &no)?;
        let made = self.made_of("where", &[&Side::Column(condition), &yes, &no], data);
        Ok(Value::array(made))
    }

    fn same_length(&mut self, values: &[&Value<'a>]) -> Step<()> {
        let mut rows = None;
        for value in values {
            let own = match value {
                Value::Series(series) => series.index.len(),
                Value::Array(array) => array.column.borrow().len(),
                _ => continue,
            };
            if rows.is_some_and(|rows| rows != own) {
                return self.raises("columns of different lengths");
            }
            rows = Some(own);
        }
        Ok(())
    }

    fn made_of(&mut self, name: &'static str, sides: &[&Side], data: Data) -> Column {
        let mut inputs = Vec::new();
        let mut words = Vec::new();
        for (at, side) in sides.iter().enumerate() {
            match side {
                Side::Column(column) => inputs.push(column),
                Side::Number(number) => {
                    words.push(Word::Int(at as i64));
                    words.push(match number.kind {
                        Kind::Bool(value) => Word::Bool(value),
                        Kind::Int(value) => Word::Int(value),
                        Kind::Float(value) => Word::Float(value),
                    });
                }
                Side::Text(text) => {
                    words.push(Word::Int(at as i64));
                    words.push(Word::Text(text));
                }
            }
        }
        self.kernel(name, &inputs, &words, false, || data)
    }

    /// One of two values a row, in the kind that holds both.
    fn picked(&mut self, flags: &Arc<Vec<bool>>, yes: &Side, no: &Side) -> Step<Data> {
        #[derive(PartialEq, PartialOrd)]
        enum Rank {
            Bool,
            Int,
            Float,
            Text,
        }
        let rank = |side: &Side| match side {
            Side::Number(number) => match number.kind {
                Kind::Bool(_) => Some(Rank::Bool),
                Kind::Int(_) => Some(Rank::Int),
                Kind::Float(_) => Some(Rank::Float),
            },
            Side::Text(_) => Some(Rank::Text),
            Side::Column(column) => match column.data {
                Data::Float(_) => Some(Rank::Float),
                Data::Int(_) => Some(Rank::Int),
                Data::Bool(_) => Some(Rank::Bool),
                Data::Object(_) | Data::Times(_) => None,
            },
        };
        let (Some(a), Some(b)) = (rank(yes), rank(no)) else { return self.unknown("np.where()", "of objects") };
        if (a == Rank::Text) != (b == Rank::Text) {
            return self.unknown("np.where()", "of texts and numbers");
        }
        let float = |side: &Side, at: usize| match side {
            Side::Number(number) => number.kind.float(),
            Side::Column(Column { data: Data::Float(own), .. }) => own[at],
            Side::Column(Column { data: Data::Int(own), .. }) => own[at] as f64,
            Side::Column(Column { data: Data::Bool(own), .. }) => f64::from(u8::from(own[at])),
            _ => f64::NAN,
        };
        let int = |side: &Side, at: usize| match side {
            Side::Number(number) => number.kind.int().unwrap_or_default(),
            Side::Column(Column { data: Data::Int(own), .. }) => own[at],
            Side::Column(Column { data: Data::Bool(own), .. }) => i64::from(own[at]),
            _ => 0,
        };
        let each = flags.iter().enumerate().map(|(at, &flag)| (at, if flag { yes } else { no }));
        let most = if a > b { a } else { b };
        Ok(match most {
            Rank::Bool => Data::bools(each.map(|(at, side)| int(side, at) != 0).collect()),
            Rank::Int => Data::ints(each.map(|(at, side)| int(side, at)).collect()),
            Rank::Float => Data::floats(each.map(|(at, side)| float(side, at)).collect()),
            Rank::Text => Data::cells(
                each.map(|(_, side)| match side {
                    Side::Text(text) => Cell::Text(text.clone()),
                    _ => Cell::Missing,
                })
                .collect(),
            ),
        })
    }

    /// `np.select`: the first condition that holds decides.
    fn select(&mut self, mut given: Given<'a>) -> Step<Value<'a>> {
        let (conditions, choices) = (given.take(0, "condlist"), given.take(1, "choicelist"));
        let default = given.take(2, "default").unwrap_or(Value::int(0));
        self.only(&given, 3)?;
        let conditions = self.everything(&conditions.unwrap_or(Value::None))?;
        let choices = self.everything(&choices.unwrap_or(Value::None))?;
        if conditions.len() != choices.len() || conditions.is_empty() {
            return self.raises("as many choices as conditions");
        }
        let all: Vec<&Value<'a>> = conditions.iter().chain(&choices).collect();
        self.same_length(&all)?;
        // The kind of the result holds all choices, so they are widened before any is picked.
        let mut made = self.side(&default)?;
        for (condition, choice) in conditions.iter().zip(&choices).rev() {
            let Side::Column(condition) = self.side(condition)? else {
                return self.unknown("np.select()", "of no column");
            };
            let Data::Bool(flags) = &condition.data else { return self.unknown("np.select()", "of no bools") };
            let (flags, choice) = (flags.clone(), self.side(choice)?);
            let data = self.picked(&flags, &choice, &made)?;
            let column = self.made_of("select", &[&Side::Column(condition), &choice, &made], data);
            made = Side::Column(column);
            if let Side::Column(Column { data: Data::Object(_), .. }) = &made {
                if conditions.len() > 1 {
                    return self.unknown("np.select()", "of several texts");
                }
            }
        }
        match made {
            Side::Column(column) => Ok(Value::array(column)),
            _ => self.raises("np.select()"),
        }
    }

    /// NaN where either is, else the larger or smaller.
    fn extremes(&mut self, most: bool, a: &Value<'a>, b: &Value<'a>) -> Step<Value<'a>> {
        if let (Value::Number(x), Value::Number(y)) = (a, b) {
            let (x, y) = (x.kind.float(), y.kind.float());
            let picked = if x.is_nan() || (x > y) == most && x != y { x } else { y };
            return match (a.number().and_then(|one| one.kind.int()), b.number().and_then(|one| one.kind.int())) {
                (Some(x), Some(y)) => Ok(Value::numpy(Kind::Int(if most { x.max(y) } else { x.min(y) }))),
                _ => Ok(Value::numpy(Kind::Float(picked))),
            };
        }
        let shape = self.joint(&[a, b])?;
        let (left, right) = (self.side(a)?, self.side(b)?);
        let rows = match (&left, &right) {
            (Side::Column(column), _) | (_, Side::Column(column)) => column.len(),
            _ => 0,
        };
        let floats = |side: &Side| match side {
            Side::Column(Column { data: Data::Float(own), .. }) => Some(own.clone()),
            Side::Number(number) if !matches!(number.kind, Kind::Bool(_)) => {
                Some(Arc::new(vec![number.kind.float(); rows]))
            }
            _ => None,
        };
        let (Some(x), Some(y)) = (floats(&left), floats(&right)) else {
            return self.unknown("np.maximum()", "of no floats");
        };
        // Which of 0.0 and -0.0 it gives is up to the vector unit.
        if x.iter().zip(y.iter()).any(|(x, y)| x == y && x.to_bits() != y.to_bits()) {
            return self.raises("a larger of 0.0 and -0.0");
        }
        let better = |(&x, &y): (&f64, &f64)| {
            if x.is_nan() || (if most { x > y } else { x < y }) {
                x
            } else if y.is_nan() || x != y {
                y
            } else {
                x
            }
        };
        let data = Data::floats(x.iter().zip(y.iter()).map(better).collect());
        let made = self.made_of(if most { "maximum" } else { "minimum" }, &[&left, &right], data);
        Ok(self.shaped(made, shape))
    }

    fn reduced_array(&mut self, column: &Column, name: &str) -> Step<Value<'a>> {
        let Data::Float(own) = &column.data else { return self.unknown("a reduction of an array", "of no floats") };
        self.looks_at_all(&format!("np.{name}() of a whole column"));
        let found = match name {
            "max" => numerics::numpy::max(own),
            "min" => numerics::numpy::min(own),
            "mean" => numerics::numpy::mean(own),
            "std" => numerics::numpy::standard_deviation(own, 0),
            _ => numerics::numpy::sum(own),
        };
        match found {
            Some(value) => Ok(Value::numpy(Kind::Float(value))),
            None => self.raises("a reduction of nothing, or to a zero of either sign"),
        }
    }

    fn constants(&mut self, name: &str, mut given: Given<'a>) -> Step<Value<'a>> {
        let first = given.take(0, "shape").unwrap_or(Value::None);
        let full = name.contains("full");
        let value = if full { given.take(1, "fill_value") } else { None };
        let dtype = given.named("dtype").or_else(|| if full { None } else { given.take(1, "dtype") });
        self.only(&given, 2)?;
        let like = name.ends_with("_like");
        let (rows, mut shape, kind) = if like {
            let shape = self.joint(&[&first])?;
            let Side::Column(column) = self.side(&first)? else { return self.unknown(name, "of no column") };
            (column.len(), shape, Some(column.data.dtype()))
        } else {
            let rows = match &first {
                Value::Number(Number { kind: Kind::Int(rows), .. }) => usize::try_from(*rows).ok(),
                Value::Tuple(items) if items.len() == 1 => {
                    items[0].number().and_then(|number| number.kind.int()).and_then(|rows| usize::try_from(rows).ok())
                }
                _ => None,
            };
            let Some(rows) = rows.filter(|rows| *rows <= 1 << 24) else {
                return self.unknown(name, "of another shape");
            };
            (rows, Shape::Array, None)
        };
        // numpy keeps a series a series only for `zeros_like` and its kin through pandas' protocol, which it has not.
        if like && matches!(shape, Shape::Series(..)) {
            shape = Shape::Array;
        }
        let number = match (name.trim_start_matches("numpy."), value) {
            ("zeros" | "zeros_like", _) => Value::float(0.0),
            ("ones" | "ones_like", _) => Value::float(1.0),
            (_, Some(value @ Value::Number(_))) => value,
            (_, Some(other)) => return self.unknown(name, format!("of {}", other.kind())),
            (_, None) => return self.raises("a fill value is missing"),
        };
        let mut column = self.constant(&number, rows)?;
        let dtype = dtype.or_else(|| kind.map(Value::text));
        if let Some(dtype) = dtype {
            column = self.cast(&column, Some(&dtype))?;
        }
        Ok(self.shaped(column, shape))
    }
}
