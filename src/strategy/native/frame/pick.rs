//! `np.where`, `np.select` and the larger of two.

use super::column::{Cell, Column, Data, Word};
use super::data::Given;
use super::elementwise::Side;
use super::run::{Run, Step};
use super::value::{Kind, Value};
use std::sync::Arc;

impl<'a> Run<'a> {
    pub fn where_(&mut self, mut given: Given<'a>) -> Step<Value<'a>> {
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

    pub fn same_length(&mut self, values: &[&Value<'a>]) -> Step<()> {
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

    pub fn made_of(&mut self, name: &'static str, sides: &[&Side], data: Data) -> Column {
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
    pub fn picked(&mut self, flags: &Arc<Vec<bool>>, yes: &Side, no: &Side) -> Step<Data> {
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
    pub fn select(&mut self, mut given: Given<'a>) -> Step<Value<'a>> {
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
            if matches!(&made, Side::Column(Column { data: Data::Object(_), .. })) && conditions.len() > 1 {
                return self.unknown("np.select()", "of several texts");
            }
        }
        match made {
            Side::Column(column) => Ok(Value::array(column)),
            _ => self.raises("np.select()"),
        }
    }

    /// NaN where either is, else the larger or smaller.
    pub fn extremes(&mut self, most: bool, a: &Value<'a>, b: &Value<'a>) -> Step<Value<'a>> {
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
}
