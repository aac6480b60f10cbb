//! `loc` and `iloc`: rows by label and by position.

use super::column::{Column, Data};
use super::index::{Index, Labels};
use super::iterate::element;
use super::run::{Run, Step};
use super::value::{By, Frame, Key, Kind, Locator, Number, Row, Value};
use std::cell::RefCell;
use std::rc::Rc;

impl<'a> Run<'a> {
    pub fn row_item(&mut self, row: &Row, key: &Value<'a>) -> Step<Value<'a>> {
        let key = self.key(key)?;
        let mut found = row.columns.iter().filter(|(own, _)| *own == key);
        let (Some((_, column)), None) = (found.next(), found.next()) else {
            return self.raises(format!("no field {key:?}, or several"));
        };
        self.asked([column]);
        Ok(row_value(row, column))
    }

    pub fn located(&mut self, place: &Locator<'a>, key: &Value<'a>) -> Step<Value<'a>> {
        match &place.of {
            Value::Series(series) => {
                if let (By::Label, Value::Series(_) | Value::Array(_)) = (place.by, key) {
                    return self.series_item(series, key);
                }
                if let Value::Slice(parts) = key {
                    let (from, to) = self.span_of(place.by, parts, &series.index)?;
                    let column = self.part(&series.column(), from, to);
                    return Ok(Value::series(column, series.index.span(from, to), series.name.clone()));
                }
                let at = self.place_of(place.by, key, &series.index)?;
                self.read(&series.column(), at)
            }
            Value::Frame(frame) => {
                let held = frame.borrow().clone();
                let (rows, columns) = match key {
                    Value::Tuple(parts) if parts.len() == 2 => (parts[0].clone(), Some(parts[1].clone())),
                    other => (other.clone(), None),
                };
                let Some(column) = columns else {
                    return match &rows {
                        Value::Slice(parts) => {
                            let (from, to) = self.span_of(place.by, parts, &held.index)?;
                            self.frame_span(&held, from, to)
                        }
                        Value::Series(_) | Value::Array(_) => {
                            let places = self.chosen_places(&rows, held.index.len(), Some(&held.index))?;
                            self.frame_rows(&held, &places)
                        }
                        _ => {
                            let at = self.place_of(place.by, &rows, &held.index)?;
                            self.depends = true;
                            let columns = Rc::new(held.columns);
                            Ok(Value::Row(Rc::new(Row { columns, place: at, plain: false })))
                        }
                    };
                };
                let key = self.column_key(place.by, &column, &held)?;
                let series = self.frame_column(&RefCell::new(held), &key)?;
                self.located(&Locator { of: series, by: place.by }, &rows)
            }
            other => self.unknown("an indexer", format!("of {}", other.kind())),
        }
    }

    /// The column that the second part of `loc[…, …]` or `iloc[…, …]` means.
    pub fn column_key(&mut self, by: By, column: &Value<'a>, frame: &Frame) -> Step<Key> {
        match by {
            By::Label => self.key(column),
            By::Position => {
                let Some(number) = column.number() else { return self.unknown("iloc", "of several columns") };
                let at = self.position(number, frame.columns.len())?;
                Ok(frame.columns[at].0.clone())
            }
        }
    }

    pub fn place_of(&mut self, by: By, key: &Value<'a>, index: &Index) -> Step<usize> {
        match (by, key) {
            (By::Position, Value::Number(number)) => {
                if number.kind.int().is_some_and(|at| at < 0) {
                    self.looks_at_all("a position counted from the last row");
                }
                self.position(*number, index.len())
            }
            (By::Label, Value::Stamp(row)) if index.labels == Labels::Times => match index.place(*row) {
                Some(at) => Ok(at),
                None => self.raises("a missing label"),
            },
            (By::Label, Value::Number(number)) if index.labels == Labels::Count => {
                let label = number.kind.int().and_then(|at| usize::try_from(at).ok());
                match label.and_then(|label| index.place(label)) {
                    Some(at) => Ok(at),
                    None => self.raises("a missing label"),
                }
            }
            _ => self.unknown("an indexer", format!("at {}", key.kind())),
        }
    }

    /// `loc` takes both ends, `iloc` not the last.
    pub fn span_of(&mut self, by: By, parts: &[Option<Value<'a>>; 3], index: &Index) -> Step<(usize, usize)> {
        if by == By::Position {
            return self.positions(parts, index.len());
        }
        if parts[2].is_some() {
            return self.unknown("a slice", "with a step");
        }
        let mut found = [0, index.len()];
        for (end, part) in parts[..2].iter().enumerate() {
            let label = match part {
                None | Some(Value::None) => continue,
                Some(Value::Stamp(row)) if index.labels == Labels::Times => *row,
                Some(Value::Number(Number { kind: Kind::Int(at), .. }))
                    if index.labels == Labels::Count && *at >= 0 =>
                {
                    usize::try_from(*at).unwrap_or(0)
                }
                Some(other) => return self.unknown("a slice of labels", format!("at {}", other.kind())),
            };
            found[end] = index.lower(label + end);
        }
        Ok((found[0], found[1].max(found[0])))
    }
}

/// A field of a row: where all columns are numbers it was made one kind with the others.
pub fn row_value<'a>(row: &Row, column: &Column) -> Value<'a> {
    let float = |data: &Data| matches!(data, Data::Float(_));
    let number = |data: &Data| matches!(data, Data::Float(_) | Data::Int(_));
    let all_numbers = row.columns.iter().all(|(_, column)| number(&column.data));
    let any_float = row.columns.iter().any(|(_, column)| float(&column.data));
    let value = element(&column.data, row.place);
    let uniform = row
        .columns
        .iter()
        .all(|(_, other)| std::mem::discriminant(&other.data) == std::mem::discriminant(&column.data));
    match value {
        Value::Number(own) if all_numbers && any_float => Value::numpy(Kind::Float(own.kind.float())),
        // Of several kinds: an object row, whose numbers `iterrows` makes Python's.
        Value::Number(own) if !uniform && !all_numbers && row.plain => Value::Number(Number { numpy: false, ..own }),
        other => other,
    }
}
