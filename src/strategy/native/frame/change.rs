//! What a column was some rows before, and running results.

use super::column::{Cell, Column, Data, EVER, Word};
use super::data::Given;
use super::elementwise::Side;
use super::fill::carried;
use super::run::{Run, Step};
use super::value::{Kind, Number, Value};
use crate::discovery::code::BinaryOp;
use std::sync::Arc;

impl<'a> Run<'a> {
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

    pub fn pct_change(&mut self, column: &Column, given: &mut Given<'a>) -> Step<Column> {
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
}

pub fn moved<T: Copy>(own: &Arc<Vec<T>>, source: impl Fn(usize) -> Option<usize>, fill: T) -> Vec<T> {
    (0..own.len()).map(|at| source(at).map_or(fill, |from| own[from])).collect()
}
