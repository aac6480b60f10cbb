//! Writing: to containers, to columns of a frame, to rows of a column by mask, label or position.

use super::column::{Cell, Column, Data, Word};
use super::index::Index;
use super::run::{Run, Step};
use super::value::{By, Frame, Kind, Number, Series, Value};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Which rows are written to.
enum Rows {
    Span(usize, usize),
    Picked(Vec<usize>),
    One(usize),
}

impl Rows {
    fn each(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            Self::Span(from, to) => Box::new(*from..*to),
            Self::Picked(places) => Box::new(places.iter().copied()),
            Self::One(at) => Box::new(std::iter::once(*at)),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Span(from, to) => to - from,
            Self::Picked(places) => places.len(),
            Self::One(_) => 1,
        }
    }
}

impl<'a> Run<'a> {
    pub fn set_item(&mut self, object: &Value<'a>, key: &Value<'a>, value: &Value<'a>) -> Step<()> {
        match object {
            Value::Dict(entries) => {
                let mut held = entries.borrow().clone();
                self.put_entry(&mut held, key.clone(), value.clone())?;
                *entries.borrow_mut() = held;
                Ok(())
            }
            Value::List(items) => {
                let Some(number) = key.number() else { return self.unknown("a list", "written to by slice") };
                let length = items.borrow().len();
                let at = self.position(number, length)?;
                items.borrow_mut()[at] = value.clone();
                Ok(())
            }
            Value::Frame(frame) => self.set_column(frame, key, value),
            Value::Series(series) => {
                let rows = match key {
                    Value::Series(_) | Value::Array(_) => {
                        Rows::Picked(self.places(key, series.index.len(), Some(&series.index))?)
                    }
                    Value::Slice(parts) => {
                        let (from, to) = self.positions(parts, series.index.len())?;
                        Rows::Span(from, to)
                    }
                    Value::Stamp(_) => Rows::One(self.place_of(By::Label, key, &series.index)?),
                    _ => return self.unknown("a series' item", format!("written to at {}", key.kind())),
                };
                let mask = masked(key);
                self.write_series(series, &rows, value, mask.as_ref())
            }
            Value::Array(array) => {
                if array.shared.get() {
                    return self.unknown("an array", "written to while something else looks at it");
                }
                let length = array.column.borrow().len();
                let rows = match key {
                    Value::Series(_) | Value::Array(_) => Rows::Picked(self.places(key, length, None)?),
                    Value::Slice(parts) => {
                        let (from, to) = self.positions(parts, length)?;
                        Rows::Span(from, to)
                    }
                    Value::Number(number) => Rows::One(self.position(*number, length)?),
                    _ => return self.unknown("an array's item", format!("written to at {}", key.kind())),
                };
                let mask = masked(key);
                let column = array.column();
                let column = self.written(&column, &rows, value, None, mask.as_ref())?;
                *array.column.borrow_mut() = column;
                Ok(())
            }
            Value::Place(place) => self.set_located(&place.of.clone(), place.by, key, value),
            _ => self.unknown("an item", format!("of {} that is set", object.kind())),
        }
    }

    /// `df["signal"] = …`
    fn set_column(&mut self, frame: &Rc<RefCell<Frame>>, key: &Value<'a>, value: &Value<'a>) -> Step<()> {
        let key = self.key(key)?;
        let index = frame.borrow().index.clone();
        let column = self.spread(value, &index)?;
        let mut held = frame.borrow_mut();
        if held.columns.iter().filter(|(own, _)| *own == key).count() > 1 {
            drop(held);
            return self.unknown("a frame", "with two columns of one name");
        }
        held.put(key, column);
        Ok(())
    }

    fn set_located(&mut self, of: &Value<'a>, by: By, key: &Value<'a>, value: &Value<'a>) -> Step<()> {
        match of {
            Value::Series(series) => {
                let rows = self.rows_of(by, key, &series.index)?;
                let mask = masked(key);
                self.write_series(&series.clone(), &rows, value, mask.as_ref())
            }
            Value::Frame(frame) => {
                let Value::Tuple(parts) = key else { return self.unknown("loc", "of whole rows that are set") };
                let [rows, column] = parts.as_slice() else { return self.unknown("loc", "of another form") };
                let held = frame.borrow().clone();
                let names = match column {
                    Value::List(names) => names.borrow().clone(),
                    one => vec![one.clone()],
                };
                for name in names {
                    let key = self.column_key(by, &name, &held)?;
                    let places = self.rows_of(by, rows, &held.index)?;
                    let mask = masked(rows);
                    let column = match held.column(&key) {
                        Some(column) => column.clone(),
                        None if by == By::Label && held.position(&key).is_none() => {
                            self.missing(value, held.index.len())?
                        }
                        None => return self.raises(format!("no column {key:?}, or several")),
                    };
                    let written = self.written(&column, &places, value, Some(&held.index), mask.as_ref())?;
                    frame.borrow_mut().put(key, written);
                }
                Ok(())
            }
            other => self.unknown("an indexer", format!("of {} that is set", other.kind())),
        }
    }

    /// A column that `loc` makes where there was none: missing wherever it is not set.
    fn missing(&mut self, value: &Value<'a>, rows: usize) -> Step<Column> {
        match value {
            Value::Number(Number { kind: Kind::Int(_) | Kind::Float(_), .. }) => {
                self.constant(&Value::float(f64::NAN), rows)
            }
            Value::Text(_) if self.plan.pandas < 3 => Ok(Column::own(Data::cells(vec![Cell::Missing; rows]))),
            other => self.unknown("a new column", format!("made by loc of {}", other.kind())),
        }
    }

    fn rows_of(&mut self, by: By, key: &Value<'a>, index: &Index) -> Step<Rows> {
        Ok(match key {
            Value::Series(_) | Value::Array(_) => {
                if by == By::Position && matches!(key, Value::Series(_)) {
                    return self.raises("iloc with a series");
                }
                Rows::Picked(self.places(key, index.len(), Some(index))?)
            }
            Value::Slice(parts) => {
                let (from, to) = self.span_of(by, parts, index)?;
                Rows::Span(from, to)
            }
            Value::Axis(other) => {
                let mut places = Vec::with_capacity(other.len());
                for at in 0..other.len() {
                    match index.place(other.label(at)).filter(|_| other.labels == index.labels) {
                        Some(place) => places.push(place),
                        None => return self.raises("a missing label"),
                    }
                }
                Rows::Picked(places)
            }
            _ => Rows::One(self.place_of(by, key, index)?),
        })
    }

    fn write_series(&mut self, series: &Rc<Series>, rows: &Rows, value: &Value<'a>, mask: Option<&Column>) -> Step<()> {
        if series.of_frame && self.plan.pandas < 3 {
            return self.unknown("a series out of a frame", "that is written to");
        }
        // Out of the cell, so that a row written in a loop is not a copy of all of them.
        let held = std::mem::replace(&mut *series.column.borrow_mut(), Column::own(Data::bools(Vec::new())));
        let (id, ahead, data) = (held.id, held.ahead, held.data);
        let column = if let (Rows::One(at), Value::Number(Number { kind: Kind::Float(value), .. }), Data::Float(_)) =
            (rows, value, &data)
        {
            let Data::Float(mut values) = data else { return Ok(()) };
            Arc::make_mut(&mut values)[*at] = *value;
            self.depends = true;
            Column { data: Data::Float(values), id: None, ahead }
        } else {
            let held = Column { data, id, ahead };
            self.written(&held, rows, value, Some(&series.index), mask)?
        };
        *series.column.borrow_mut() = column;
        Ok(())
    }

    /// `column` with `value` in some of its rows. numpy casts values that its kind does not hold, pandas refuses them or
    /// makes another kind: they are left to CPython.
    fn written(
        &mut self,
        column: &Column,
        rows: &Rows,
        value: &Value<'a>,
        index: Option<&Index>,
        mask: Option<&Column>,
    ) -> Step<Column> {
        let source = match value {
            Value::Series(series) => {
                let own = series.column();
                if Some(&series.index) == index {
                    Some((own, true))
                } else if index.is_none() && own.len() == rows.len() {
                    Some((own, false))
                } else {
                    return self.unknown("alignment", "a series with another index");
                }
            }
            Value::Array(array) => {
                let own = array.column();
                if own.len() != rows.len() {
                    return self.raises("as many values as rows");
                }
                Some((own, false))
            }
            Value::List(_) | Value::Tuple(_) => return self.unknown("a list", "written into a column"),
            _ => None,
        };
        let data = match (&source, value) {
            (Some((from, aligned)), _) => self.put_rows(&column.data, rows, &from.data, *aligned)?,
            (None, value) => self.put_value(&column.data, rows, value)?,
        };
        let mut inputs = vec![column];
        inputs.extend(mask);
        inputs.extend(source.as_ref().map(|(from, _)| from));
        let word = match value {
            Value::Number(Number { kind: Kind::Float(value), .. }) => Word::Float(*value),
            Value::Number(Number { kind: Kind::Int(value), .. }) => Word::Int(*value),
            Value::Number(Number { kind: Kind::Bool(value), .. }) => Word::Bool(*value),
            Value::Text(text) => Word::Text(text),
            _ => Word::Text("rows"),
        };
        Ok(match rows {
            Rows::Picked(_) if mask.is_some() => self.kernel("put_where", &inputs, &[word], false, || data),
            Rows::Span(from, to) => {
                self.depends |= *to < column.len();
                let words = [word, Word::Int(*from as i64), Word::Int(*to as i64)];
                self.kernel("put_rows", &inputs, &words, false, || data)
            }
            _ => {
                self.depends = true;
                let ahead = inputs.iter().map(|input| input.ahead).max().unwrap_or(0);
                Column { data, id: None, ahead }
            }
        })
    }

    fn put_value(&mut self, data: &Data, rows: &Rows, value: &Value<'a>) -> Step<Data> {
        Ok(match (data, value) {
            (Data::Float(own), Value::Number(Number { kind: kind @ (Kind::Float(_) | Kind::Int(_)), .. })) => {
                Data::Float(filled(own, rows, &kind.float()))
            }
            (Data::Int(own), Value::Number(Number { kind: Kind::Int(value), .. })) => {
                Data::Int(filled(own, rows, value))
            }
            // An integral float stays an integer.
            (Data::Int(own), Value::Number(Number { kind: Kind::Float(value), .. }))
                if value.fract() == 0.0 && value.abs() < 9e15 =>
            {
                Data::Int(filled(own, rows, &(*value as i64)))
            }
            (Data::Bool(own), Value::Number(Number { kind: Kind::Bool(value), .. })) => {
                Data::Bool(filled(own, rows, value))
            }
            (Data::Object(own), Value::Text(text)) => Data::Object(filled(own, rows, &Cell::Text((**text).into()))),
            (Data::Object(own), Value::Number(Number { kind: Kind::Bool(value), numpy: false })) => {
                Data::Object(filled(own, rows, &Cell::Bool(*value)))
            }
            _ => return self.raises(format!("{} in a column of {}", value.kind(), data.dtype())),
        })
    }

    fn put_rows(&mut self, data: &Data, rows: &Rows, from: &Data, aligned: bool) -> Step<Data> {
        let pairs = |at: usize, place: usize| if aligned { place } else { at };
        Ok(match (data, from) {
            (Data::Float(own), Data::Float(_) | Data::Int(_)) => {
                let from = from.as_floats().unwrap_or_default();
                Data::Float(copied(own, rows, |at, place| from[pairs(at, place)]))
            }
            (Data::Int(own), Data::Int(from)) => Data::Int(copied(own, rows, |at, place| from[pairs(at, place)])),
            (Data::Bool(own), Data::Bool(from)) => Data::Bool(copied(own, rows, |at, place| from[pairs(at, place)])),
            (Data::Object(own), Data::Object(from)) => {
                Data::Object(copied(own, rows, |at, place| from[pairs(at, place)].clone()))
            }
            _ => return self.raises(format!("{} in a column of {}", from.dtype(), data.dtype())),
        })
    }

    pub fn rename_columns(&mut self, frame: &Rc<RefCell<Frame>>, names: &Value<'a>) -> Step<()> {
        let names = self.everything(names)?;
        let mut keys = Vec::new();
        for name in &names {
            keys.push(self.key(name)?);
        }
        if keys.len() != frame.borrow().columns.len() {
            return self.raises("as many names as columns");
        }
        for ((own, _), key) in frame.borrow_mut().columns.iter_mut().zip(keys) {
            *own = key;
        }
        Ok(())
    }
}

/// The condition behind a mask, for the name of what is made with it.
pub fn masked(key: &Value<'_>) -> Option<Column> {
    match key {
        Value::Series(series) => Some(series.column()),
        Value::Array(array) => Some(array.column()),
        _ => None,
    }
}

fn filled<T: Clone>(own: &Arc<Vec<T>>, rows: &Rows, value: &T) -> Arc<Vec<T>> {
    let mut values = own.clone();
    let all = Arc::make_mut(&mut values);
    for at in rows.each() {
        all[at] = value.clone();
    }
    values
}

fn copied<T: Clone>(own: &Arc<Vec<T>>, rows: &Rows, from: impl Fn(usize, usize) -> T) -> Arc<Vec<T>> {
    let mut values = own.clone();
    let all = Arc::make_mut(&mut values);
    for (at, place) in rows.each().enumerate() {
        all[place] = from(at, place);
    }
    values
}
