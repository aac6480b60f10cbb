//! Methods of frames.

use super::column::{Column, Data, Word};
use super::data::Given;
use super::fill::missing;
use super::index::Index;
use super::iterate::Rounds;
use super::run::{Run, Step};
use super::value::{Frame, Key, Kind, Number, Value};
use std::cell::RefCell;
use std::rc::Rc;

impl<'a> Run<'a> {
    pub fn frame_method(&mut self, frame: &Rc<RefCell<Frame>>, name: &'a str, mut given: Given<'a>) -> Step<Value<'a>> {
        let held = frame.borrow().clone();
        match name {
            "copy" => {
                let _ = given.take(0, "deep");
                self.only(&given, 1)?;
                Ok(Value::frame(held))
            }
            "get" => {
                let (key, default) = (given.take(0, "key"), given.take(1, "default"));
                self.only(&given, 2)?;
                let key = self.key(&key.unwrap_or(Value::None))?;
                if held.position(&key).is_some() {
                    self.frame_column(frame, &key)
                } else {
                    Ok(default.unwrap_or(Value::None))
                }
            }
            "iterrows" => {
                self.only(&given, 0)?;
                let mut rounds = Rounds::rows(&held);
                let mut rows = Vec::with_capacity(held.index.len());
                while let Some(row) = rounds.next(self)? {
                    rows.push(row);
                }
                Ok(Value::list(rows))
            }
            "max" | "min" | "sum" | "mean" => {
                let axis = given.take(0, "axis");
                self.only(&given, 1)?;
                let across = match axis {
                    Some(Value::Number(Number { kind: Kind::Int(1), .. })) => true,
                    Some(Value::Text(axis)) => &*axis == "columns",
                    _ => false,
                };
                if !across {
                    return self.unknown("a frame's reduction", format!("{name}() down the rows"));
                }
                self.across(&held, name)
            }
            "dropna" => {
                let subset = given.named("subset");
                let inplace = given.named("inplace");
                let how = given.named("how");
                self.only(&given, 0)?;
                if how.is_some() {
                    return self.unknown("dropna()", "with how");
                }
                let inplace = self.bool_or(inplace, false)?;
                let wanted = match subset {
                    None => None,
                    Some(names) => {
                        let names =
                            if matches!(names, Value::Text(_)) { vec![names] } else { self.everything(&names)? };
                        let mut keys = Vec::new();
                        for name in &names {
                            keys.push(self.key(name)?);
                        }
                        Some(keys)
                    }
                };
                let mut keep = vec![true; held.index.len()];
                for (key, column) in &held.columns {
                    if wanted.as_ref().is_none_or(|wanted| wanted.contains(key)) {
                        for (keep, missing) in keep.iter_mut().zip(missing(&column.data)) {
                            *keep &= !missing;
                        }
                    }
                }
                let places: Vec<usize> = (0..keep.len()).filter(|&at| keep[at]).collect();
                let kept = self.frame_rows(&held, &places)?;
                self.replaced_by(frame, kept, inplace)
            }
            "drop" => {
                let columns = given.named("columns");
                let (inplace, errors) = (given.named("inplace"), given.named("errors"));
                let axis = given.named("axis");
                let labels = given.take(0, "labels");
                self.only(&given, 1)?;
                let inplace = self.bool_or(inplace, false)?;
                let names = match (columns, labels, axis) {
                    (Some(columns), None, None) => columns,
                    (None, Some(labels), Some(Value::Number(Number { kind: Kind::Int(1), .. }))) => labels,
                    _ => return self.unknown("drop()", "of rows"),
                };
                let names = if matches!(names, Value::Text(_)) { vec![names] } else { self.everything(&names)? };
                let lenient = matches!(errors, Some(Value::Text(text)) if &*text == "ignore");
                let mut left = held.clone();
                for name in &names {
                    let key = self.key(name)?;
                    if left.position(&key).is_none() && !lenient {
                        return self.raises(format!("no column {key:?}"));
                    }
                    left.columns.retain(|(own, _)| *own != key);
                }
                self.replaced_by(frame, Value::frame(left), inplace)
            }
            "reset_index" => {
                let (drop, inplace) = (given.named("drop"), given.named("inplace"));
                self.only(&given, 0)?;
                if !self.bool_or(drop, false)? {
                    return self.unknown("reset_index()", "without drop");
                }
                let inplace = self.bool_or(inplace, false)?;
                let rows = held.index.len();
                let counted = Value::frame(Frame { columns: held.columns, index: Index::count(rows) });
                self.replaced_by(frame, counted, inplace)
            }
            // The labels ascend already.
            "sort_index" => {
                let inplace = given.named("inplace");
                self.only(&given, 0)?;
                let inplace = self.bool_or(inplace, false)?;
                self.replaced_by(frame, Value::frame(held), inplace)
            }
            "ffill" | "fillna" | "bfill" => self.filled_frame(frame, &held, name, given),
            "assign" => {
                if !given.args.is_empty() {
                    return self.raises("assign() takes names");
                }
                let mut made = held;
                for (name, value) in std::mem::take(&mut given.keywords) {
                    let value = match &value {
                        Value::Lambda(lambda) => {
                            let lambda = lambda.clone();
                            self.call_lambda(&lambda, vec![Value::frame(made.clone())])?
                        }
                        _ => value,
                    };
                    let column = self.spread(&value, &made.index.clone())?;
                    made.put(Key::Text(name.as_str().into()), column);
                }
                Ok(Value::frame(made))
            }
            "rename" => {
                let (columns, inplace) = (given.named("columns"), given.named("inplace"));
                self.only(&given, 0)?;
                let Some(Value::Dict(entries)) = columns else { return self.unknown("rename()", "without a dict") };
                let mut made = held;
                for (from, to) in entries.borrow().iter() {
                    let (from, to) = (self.key(from)?, self.key(to)?);
                    for (own, _) in made.columns.iter_mut().filter(|(own, _)| *own == from) {
                        *own = to.clone();
                    }
                }
                let inplace = self.bool_or(inplace, false)?;
                self.replaced_by(frame, Value::frame(made), inplace)
            }
            "tail" | "head" => {
                let rows = given.take(0, "n");
                self.only(&given, 1)?;
                let rows = self.int_or(rows, 5)?;
                let Ok(rows) = usize::try_from(rows) else { return self.unknown("head()", "of a number below zero") };
                let length = held.index.len();
                let (from, to) =
                    if name == "head" { (0, rows.min(length)) } else { (length.saturating_sub(rows), length) };
                let places: Vec<usize> = (from..to).collect();
                self.frame_rows(&held, &places)
            }
            _ => self.unknown("a frame's method", format!("`{name}`")),
        }
    }

    fn filled_frame(
        &mut self,
        frame: &Rc<RefCell<Frame>>,
        held: &Frame,
        name: &'a str,
        mut given: Given<'a>,
    ) -> Step<Value<'a>> {
        let inplace = given.named("inplace");
        let value = given.take(0, "value");
        if !given.keywords.is_empty() {
            return self.unknown("fillna()", "with a method");
        }
        let inplace = self.bool_or(inplace, false)?;
        let mut made = held.clone();
        for (_, column) in &mut made.columns {
            let series = Value::series(column.clone(), held.index.clone(), None);
            let args = value.clone().into_iter().collect();
            let Value::Series(filled) = self.data_method(&series, name, args, Vec::new())? else {
                return self.unknown("fillna()", "of another kind");
            };
            *column = filled.column();
        }
        self.replaced_by(frame, Value::frame(made), inplace)
    }

    /// The result, or None where the frame itself becomes it.
    fn replaced_by(&mut self, frame: &Rc<RefCell<Frame>>, made: Value<'a>, inplace: bool) -> Step<Value<'a>> {
        if !inplace {
            return Ok(made);
        }
        if let Value::Frame(made) = made {
            let made = made.borrow().clone();
            *frame.borrow_mut() = made;
        }
        Ok(Value::None)
    }

    /// One value a row: `df.max(axis=1)`, missing values passed over.
    pub fn across(&mut self, frame: &Frame, name: &str) -> Step<Value<'a>> {
        let columns: Option<Vec<_>> = frame.columns.iter().map(|(_, column)| column.data.as_floats()).collect();
        let any_float = frame.columns.iter().any(|(_, column)| matches!(column.data, Data::Float(_)));
        let bools = frame.columns.iter().any(|(_, column)| matches!(column.data, Data::Bool(_)));
        let Some(columns) = columns.filter(|columns| !columns.is_empty() && any_float && !bools) else {
            return self.unknown("a frame's reduction", "of columns that are no floats");
        };
        if columns.len() > 8 && matches!(name, "sum" | "mean") {
            return self.unknown("a frame's reduction", "of many columns");
        }
        let rows = frame.index.len();
        // Which of 0.0 and -0.0 is taken is up to numpy's vector unit.
        let zeros = |at: usize| {
            let zero = |negative: bool| {
                columns.iter().any(|column| column[at] == 0.0 && column[at].is_sign_negative() == negative)
            };
            zero(true) && zero(false)
        };
        if matches!(name, "max" | "min") && (0..rows).any(zeros) {
            return self.raises("a larger of 0.0 and -0.0");
        }
        let of_row = |at: usize| {
            let present = columns.iter().map(|column| column[at]).filter(|x| !x.is_nan());
            match name {
                "max" => present.reduce(|a, b| if b > a { b } else { a }).unwrap_or(f64::NAN),
                "min" => present.reduce(|a, b| if b < a { b } else { a }).unwrap_or(f64::NAN),
                _ => {
                    let count = present.count();
                    let sum = columns
                        .iter()
                        .map(|column| column[at])
                        .fold(0.0, |sum, x| if x.is_nan() { sum } else { sum + x });
                    if name == "sum" { sum } else { sum / count as f64 }
                }
            }
        };
        let inputs: Vec<&Column> = frame.columns.iter().map(|(_, column)| column).collect();
        let made = self
            .kernel("across", &inputs, &[Word::Text(name)], false, || Data::floats((0..rows).map(of_row).collect()));
        Ok(Value::series(made, frame.index.clone(), None))
    }
}
