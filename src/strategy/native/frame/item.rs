//! Subscripts: of Python's containers, of series and frames by name, by mask and by position.

use super::column::{Column, Data, Word};
use super::elementwise::column_conditions;
use super::index::{Index, Labels};
use super::iterate::{element, key_value};
use super::run::{Run, Step};
use super::store::masked;
use super::value::{Array, Frame, Key, Kind, Number, Series, Value};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Run<'a> {
    pub fn item(&mut self, object: &Value<'a>, key: &Value<'a>) -> Step<Value<'a>> {
        match object {
            Value::List(items) => {
                let items = items.borrow().clone();
                self.sequence_item(&items, key).map(|(value, many)| value.unwrap_or_else(|| Value::list(many)))
            }
            Value::Tuple(items) => {
                self.sequence_item(items, key).map(|(value, many)| value.unwrap_or_else(|| Value::tuple(many)))
            }
            Value::Keys(keys) => {
                let keys: Vec<Value<'a>> = keys.iter().map(key_value).collect();
                self.sequence_item(&keys, key).map(|(value, many)| value.unwrap_or_else(|| Value::list(many)))
            }
            Value::Dict(entries) => {
                let entries = entries.borrow().clone();
                for (own, value) in &entries {
                    if self.equal(own, key)? {
                        return Ok(value.clone());
                    }
                }
                self.raises("a missing key")
            }
            Value::Row(row) => self.row_item(&row.clone(), key),
            Value::Frame(frame) => self.frame_item(&frame.clone(), key),
            Value::Series(series) => self.series_item(&series.clone(), key),
            Value::Array(array) => self.array_item(&array.clone(), key),
            Value::Place(place) => self.located(&place.clone(), key),
            Value::Axis(index) => match key {
                Value::Slice(parts) => {
                    let (from, to) = self.positions(parts, index.len())?;
                    Ok(Value::Axis(index.span(from, to)))
                }
                Value::Number(number) => {
                    let at = self.position(*number, index.len())?;
                    Ok(self.label(index, at))
                }
                Value::Array(_) | Value::Series(_) => {
                    let places = self.places(key, index.len(), None)?;
                    Ok(Value::Axis(index.pick(&places)))
                }
                _ => self.unknown("an index", format!("at {}", key.kind())),
            },
            Value::None => self.raises("None is not subscriptable"),
            _ => self.unknown("a subscript", format!("of {}", object.kind())),
        }
    }

    fn sequence_item(&mut self, items: &[Value<'a>], key: &Value<'a>) -> Step<(Option<Value<'a>>, Vec<Value<'a>>)> {
        match key {
            Value::Slice(parts) => {
                let (from, to) = self.positions(parts, items.len())?;
                Ok((None, items[from..to].to_vec()))
            }
            Value::Number(number) => {
                let at = self.position(*number, items.len())?;
                Ok((Some(items[at].clone()), Vec::new()))
            }
            other => self.unknown("a subscript", format!("with {}", other.kind())),
        }
    }

    /// A position counted from the front, or from the back where it is negative.
    pub fn position(&mut self, number: Number, length: usize) -> Step<usize> {
        let Some(at) = number.kind.int().filter(|_| !matches!(number.kind, Kind::Bool(_))) else {
            return self.raises("a position that is no int");
        };
        let length_ = i64::try_from(length).unwrap_or(i64::MAX);
        let from_front = if at < 0 { at + length_ } else { at };
        if (0..length_).contains(&from_front) {
            Ok(usize::try_from(from_front).unwrap_or(0))
        } else {
            self.raises("a position out of bounds")
        }
    }

    /// `a:b` without a step, clipped as Python clips it.
    pub fn positions(&mut self, parts: &[Option<Value<'a>>; 3], length: usize) -> Step<(usize, usize)> {
        if let Some(step) = &parts[2]
            && !matches!(step, Value::None)
            && step.number().and_then(|number| number.kind.int()) != Some(1)
        {
            return self.unknown("a slice", "with a step");
        }
        let mut found = [0, length];
        for (place, part) in found.iter_mut().zip(parts) {
            let Some(part) = part.as_ref().filter(|part| !matches!(part, Value::None)) else { continue };
            let Some(at) = part.number().and_then(|number| number.kind.int()) else {
                return self.unknown("a slice", format!("at {}", part.kind()));
            };
            let length_ = i64::try_from(length).unwrap_or(i64::MAX);
            // Counted from the end: that is where the last bar is.
            self.depends |= at < 0;
            let at = if at < 0 { at + length_ } else { at };
            *place = usize::try_from(at.clamp(0, length_)).unwrap_or(0);
        }
        Ok((found[0], found[1].max(found[0])))
    }

    pub fn put_entry(
        &mut self,
        entries: &mut Vec<(Value<'a>, Value<'a>)>,
        key: Value<'a>,
        value: Value<'a>,
    ) -> Step<()> {
        for (own, held) in entries.iter_mut() {
            if self.equal(own, &key)? {
                *held = value;
                return Ok(());
            }
        }
        entries.push((key, value));
        Ok(())
    }

    pub fn key(&self, value: &Value<'a>) -> Step<Key> {
        match value {
            Value::Text(text) => Ok(Key::Text(text.clone())),
            Value::Number(Number { kind: Kind::Int(value), .. }) => Ok(Key::Int(*value)),
            other => self.unknown("a column's name", format!("that is {}", other.kind())),
        }
    }

    pub fn frame_column(&mut self, frame: &RefCell<Frame>, key: &Key) -> Step<Value<'a>> {
        let held = frame.borrow();
        match held.column(key) {
            Some(column) => Ok(Value::Series(Rc::new(Series {
                column: RefCell::new(column.clone()),
                index: held.index.clone(),
                name: Some(key.clone()),
                of_frame: true,
            }))),
            None => self.raises(format!("no column {key:?}, or several")),
        }
    }

    fn frame_item(&mut self, frame: &Rc<RefCell<Frame>>, key: &Value<'a>) -> Step<Value<'a>> {
        match key {
            Value::Text(_) | Value::Number(_) => {
                let key = self.key(key)?;
                self.frame_column(frame, &key)
            }
            Value::List(names) => {
                let names = names.borrow().clone();
                let held = frame.borrow().clone();
                let mut columns = Vec::new();
                for name in &names {
                    let key = self.key(name)?;
                    match held.column(&key) {
                        Some(column) => columns.push((key, column.clone())),
                        None => return self.raises(format!("no column {key:?}")),
                    }
                }
                Ok(Value::frame(Frame { columns, index: held.index }))
            }
            Value::Series(_) | Value::Array(_) => {
                let held = frame.borrow().clone();
                let places = self.chosen_places(key, held.index.len(), Some(&held.index))?;
                self.frame_rows(&held, &places)
            }
            Value::Slice(parts) => {
                let held = frame.borrow().clone();
                let (from, to) = self.positions(parts, held.index.len())?;
                self.frame_span(&held, from, to)
            }
            other => self.unknown("a frame's item", format!("at {}", other.kind())),
        }
    }

    pub fn frame_rows(&mut self, frame: &Frame, places: &[usize]) -> Step<Value<'a>> {
        self.asked(frame.columns.iter().map(|(_, column)| column));
        let index = frame.index.pick(places);
        let columns = frame
            .columns
            .iter()
            .map(|(key, column)| {
                let data = column.data.take(places.iter().copied());
                (key.clone(), Column { data, id: None, ahead: column.ahead })
            })
            .collect();
        Ok(Value::frame(Frame { columns, index }))
    }

    pub fn frame_span(&mut self, frame: &Frame, from: usize, to: usize) -> Step<Value<'a>> {
        let columns = frame.columns.iter().map(|(key, column)| (key.clone(), self.part(column, from, to))).collect();
        Ok(Value::frame(Frame { columns, index: frame.index.span(from, to) }))
    }

    /// Rows `from..to` of a column.
    pub fn part(&mut self, column: &Column, from: usize, to: usize) -> Column {
        if from == 0 && to == column.len() {
            return column.clone();
        }
        let words = [Word::Int(from as i64), Word::Int(to as i64)];
        self.depends |= to < column.len();
        self.kernel("rows", &[column], &words, false, || column.data.take(from..to))
    }

    pub fn series_item(&mut self, series: &Rc<Series>, key: &Value<'a>) -> Step<Value<'a>> {
        match key {
            Value::Series(_) | Value::Array(_) => {
                let places = self.chosen_places(key, series.index.len(), Some(&series.index))?;
                let column = series.column();
                self.asked([&column]);
                let data = column.data.take(places.iter().copied());
                let column = Column { data, id: None, ahead: column.ahead };
                Ok(Value::series(column, series.index.pick(&places), series.name.clone()))
            }
            Value::Slice(parts) => {
                let (from, to) = self.positions(parts, series.index.len())?;
                let column = self.part(&series.column(), from, to);
                Ok(Value::series(column, series.index.span(from, to), series.name.clone()))
            }
            Value::Number(number) if series.index.labels == Labels::Count => {
                let label = number.kind.int().and_then(|at| usize::try_from(at).ok());
                match label.and_then(|label| series.index.place(label)) {
                    Some(at) => self.read(&series.column(), at),
                    None => self.raises("a missing label"),
                }
            }
            Value::Number(number) if self.plan.pandas < 3 => {
                let at = self.position(*number, series.index.len())?;
                self.read(&series.column(), at)
            }
            Value::Stamp(row) => match series.index.place(*row) {
                Some(at) => self.read(&series.column(), at),
                None => self.raises("a missing label"),
            },
            other => self.unknown("a series' item", format!("at {}", other.kind())),
        }
    }

    /// One row of a column as a number.
    pub fn read(&mut self, column: &Column, at: usize) -> Step<Value<'a>> {
        self.asked([column]);
        Ok(element(&column.data, at))
    }

    fn array_item(&mut self, array: &Rc<Array>, key: &Value<'a>) -> Step<Value<'a>> {
        let column = array.column();
        match key {
            Value::Number(number) => {
                let at = self.position(*number, column.len())?;
                self.read(&column, at)
            }
            Value::Slice(parts) => {
                let (from, to) = self.positions(parts, column.len())?;
                // A view: neither side is written to any more.
                array.shared.set(true);
                let part = Value::array(self.part(&column, from, to));
                if let Value::Array(view) = &part {
                    view.shared.set(true);
                }
                Ok(part)
            }
            Value::Series(_) | Value::Array(_) => {
                let places = self.chosen_places(key, column.len(), None)?;
                self.asked([&column]);
                let data = column.data.take(places.iter().copied());
                Ok(Value::array(Column { data, id: None, ahead: column.ahead }))
            }
            other => self.unknown("an array's item", format!("at {}", other.kind())),
        }
    }

    /// Rows that `mask` chooses: what it looks ahead is in what is chosen.
    pub fn chosen_places(&mut self, mask: &Value<'a>, length: usize, index: Option<&Index>) -> Step<Vec<usize>> {
        self.asked(&masked(mask));
        self.places(mask, length, index)
    }

    /// Rows where `mask` holds. Labels have to be the same, or pandas would align them.
    pub fn places(&mut self, mask: &Value<'a>, length: usize, index: Option<&Index>) -> Step<Vec<usize>> {
        let conditions = self.mask(mask, length, index)?;
        Ok(conditions.iter().enumerate().filter(|(_, yes)| **yes).map(|(at, _)| at).collect())
    }

    fn mask(&mut self, mask: &Value<'a>, length: usize, index: Option<&Index>) -> Step<Arc<Vec<bool>>> {
        let column = match mask {
            Value::Series(series) => {
                if index.is_some_and(|index| *index != series.index) {
                    return self.unknown("alignment", "a mask with another index");
                }
                series.column()
            }
            Value::Array(array) => array.column(),
            other => return self.unknown("a mask", format!("that is {}", other.kind())),
        };
        match &column.data {
            Data::Bool(_) if column.len() == length => {}
            _ => return self.unknown("a mask", format!("of {}", column.data.dtype())),
        }
        match column_conditions(&column.data) {
            Some(conditions) => Ok(conditions),
            None => self.unknown("a mask", "of objects"),
        }
    }
}
