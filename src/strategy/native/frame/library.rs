//! numpy's, pandas' and math's functions.

use super::call::Keywords;
use super::column::{Column, Data, EVER, Word};
use super::data::Given;
use super::elementwise::Side;
use super::run::{Run, Step};
use super::value::{Kind, Number, Value};
use crate::discovery::code::BinaryOp;
use crate::strategy::native::numerics;
use std::hint::black_box;

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
}
