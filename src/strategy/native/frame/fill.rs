//! What stands where a value is missing.

use super::column::{Cell, Column, Data, EVER, Word};
use super::data::Given;
use super::elementwise::Shape;
use super::run::{Run, Step};
use super::value::{Kind, Number, Value};

impl<'a> Run<'a> {
    pub fn filled(&mut self, column: &Column, shape: &Shape, given: &mut Given<'a>) -> Step<Column> {
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

    pub fn back_filled(&mut self, column: &Column, name: &str) -> Step<Column> {
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

    pub fn replaced(&mut self, column: &Column, given: &mut Given<'a>) -> Step<Column> {
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
}

/// The last value that was there.
pub fn carried(data: &Data) -> Data {
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
