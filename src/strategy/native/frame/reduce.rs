//! One value of all rows, and a function of each.

use super::column::{Column, Data};
use super::data::Given;
use super::elementwise::column_conditions;
use super::iterate::plain;
use super::run::{Run, Step};
use super::value::{Kind, Value};
use crate::strategy::native::numerics;
use crate::strategy::native::numerics::numpy;

impl<'a> Run<'a> {
    /// `apply(lambda x: …)`: the function once a row, on Python's own numbers.
    pub fn applied(&mut self, column: &Column, given: &mut Given<'a>) -> Step<Column> {
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
            self.asked([column]);
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

    pub fn reduced_array(&mut self, column: &Column, name: &str) -> Step<Value<'a>> {
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
}
