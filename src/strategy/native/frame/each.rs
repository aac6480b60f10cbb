//! Functions of each row by itself: signs, bounds, rounding.

use super::column::{Column, Data, Word};
use super::data::Given;
use super::elementwise::Side;
use super::run::{Run, Step};
use super::value::{Kind, Value};
use crate::discovery::code::UnaryOp;

impl<'a> Run<'a> {
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
