//! What a `for` goes over.

use super::run::{Run, Step};
use super::value::{Frame, Key, Kind, Row, Value};
use std::rc::Rc;

/// A walk over a value; lists are asked anew at every round, as CPython's are.
#[derive(Debug)]
pub struct Rounds<'a> {
    of: Of<'a>,
    at: usize,
}

#[derive(Debug)]
enum Of<'a> {
    List(Rc<std::cell::RefCell<Vec<Value<'a>>>>),
    Values(Vec<Value<'a>>),
    Range {
        start: i64,
        step: i64,
        rounds: usize,
    },
    Numbers(super::column::Data),
    /// As numpy's scalars.
    Elements(super::column::Data),
    Rows {
        columns: Rc<Vec<(Key, super::column::Column)>>,
        index: super::index::Index,
    },
    Labels(super::index::Index),
    Counted(Box<Rounds<'a>>, i64),
    Zipped(Vec<Rounds<'a>>),
}

impl<'a> Rounds<'a> {
    pub fn rows(frame: &Frame) -> Self {
        Self { of: Of::Rows { columns: Rc::new(frame.columns.clone()), index: frame.index.clone() }, at: 0 }
    }

    pub fn counted(rounds: Self, from: i64) -> Self {
        Self { of: Of::Counted(Box::new(rounds), from), at: 0 }
    }

    pub fn zipped(rounds: Vec<Self>) -> Self {
        Self { of: Of::Zipped(rounds), at: 0 }
    }

    pub fn next(&mut self, run: &mut Run<'a>) -> Step<Option<Value<'a>>> {
        let at = self.at;
        self.at += 1;
        Ok(match &mut self.of {
            Of::List(list) => list.borrow().get(at).cloned(),
            Of::Values(values) => values.get(at).cloned(),
            Of::Range { start, step, rounds } => {
                (at < *rounds).then(|| Value::int(*start + *step * i64::try_from(at).unwrap_or_default()))
            }
            Of::Numbers(data) => (at < data.len()).then(|| plain(data, at)),
            Of::Elements(data) => (at < data.len()).then(|| element(data, at)),
            Of::Rows { columns, index } => {
                if at >= index.len() {
                    return Ok(None);
                }
                run.depends = true;
                let row = Row { columns: columns.clone(), place: at, plain: true };
                Some(Value::tuple(vec![run.label(index, at), Value::Row(Rc::new(row))]))
            }
            Of::Labels(index) => (at < index.len()).then(|| run.label(index, at)),
            Of::Counted(inner, from) => {
                let number = Value::int(*from + i64::try_from(at).unwrap_or_default());
                inner.next(run)?.map(|value| Value::tuple(vec![number, value]))
            }
            Of::Zipped(all) => {
                let mut values = Vec::with_capacity(all.len());
                for rounds in all {
                    match rounds.next(run)? {
                        Some(value) => values.push(value),
                        None => return Ok(None),
                    }
                }
                Some(Value::tuple(values))
            }
        })
    }
}

/// A row as Python's own object, as `tolist` and iterating over a series give it.
pub fn plain<'a>(data: &super::column::Data, at: usize) -> Value<'a> {
    match element(data, at) {
        Value::Number(number) => Value::Number(super::value::Number { numpy: false, ..number }),
        other => other,
    }
}

/// A row as numpy's scalar.
pub fn element<'a>(data: &super::column::Data, at: usize) -> Value<'a> {
    use super::column::{Cell, Data};
    match data {
        Data::Float(values) => Value::numpy(Kind::Float(values[at])),
        Data::Int(values) => Value::numpy(Kind::Int(values[at])),
        Data::Bool(values) => Value::numpy(Kind::Bool(values[at])),
        Data::Object(cells) => match &cells[at] {
            Cell::Missing => Value::float(f64::NAN),
            Cell::Bool(value) => Value::bool(*value),
            Cell::Text(text) => Value::text(text),
        },
        Data::Times(rows) => Value::Stamp(rows[at]),
    }
}

impl<'a> Run<'a> {
    pub fn iterate(&mut self, value: &Value<'a>) -> Step<Rounds<'a>> {
        let of = match value {
            Value::List(list) => Of::List(list.clone()),
            Value::Tuple(items) => Of::Values((**items).clone()),
            Value::Range(start, stop, step) => {
                Of::Range { start: *start, step: *step, rounds: super::expression::range_length(*start, *stop, *step) }
            }
            Value::Dict(entries) => Of::Values(entries.borrow().iter().map(|(key, _)| key.clone()).collect()),
            Value::Keys(keys) => Of::Values(keys.iter().map(key_value).collect()),
            Value::Frame(frame) => Of::Values(frame.borrow().columns.iter().map(|(key, _)| key_value(key)).collect()),
            Value::Text(text) => Of::Values(text.chars().map(|c| Value::text(&c.to_string())).collect()),
            Value::Series(series) => {
                let column = series.column();
                self.asked([&column]);
                Of::Numbers(column.data)
            }
            Value::Array(array) => {
                let column = array.column();
                self.asked([&column]);
                Of::Elements(column.data)
            }
            Value::Axis(index) => {
                self.depends = true;
                Of::Labels(index.clone())
            }
            Value::None => return self.raises("None is not iterable"),
            other => return self.unknown("a loop", format!("over {}", other.kind())),
        };
        Ok(Rounds { of, at: 0 })
    }

    pub fn everything(&mut self, value: &Value<'a>) -> Step<Vec<Value<'a>>> {
        let mut rounds = self.iterate(value)?;
        let mut all = Vec::new();
        while let Some(item) = rounds.next(self)? {
            self.round()?;
            all.push(item);
        }
        Ok(all)
    }

    /// The label of a row: a time of the market, or a number.
    pub fn label(&self, index: &super::index::Index, place: usize) -> Value<'a> {
        match index.labels {
            super::index::Labels::Times => Value::Stamp(index.label(place)),
            super::index::Labels::Count => Value::size(index.label(place)),
        }
    }
}

pub fn key_value<'a>(key: &Key) -> Value<'a> {
    match key {
        Key::Text(text) => Value::Text(text.clone()),
        Key::Int(value) => Value::int(*value),
    }
}
