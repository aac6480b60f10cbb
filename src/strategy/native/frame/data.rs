//! Attributes and methods of series, arrays, frames, rows and texts.

use super::call::Keywords;
use super::column::Column;
use super::elementwise::Shape;
use super::locate::row_value;
use super::run::{Run, Step};
use super::value::{By, Key, Locator, Value};
use std::rc::Rc;

/// What a call was given, taken out one by one: what is left is not understood.
pub struct Given<'a> {
    pub args: Vec<Value<'a>>,
    pub keywords: Keywords<'a>,
}

impl<'a> Given<'a> {
    /// The argument at `at` or of that name.
    pub fn take(&mut self, at: usize, name: &str) -> Option<Value<'a>> {
        if let Some(found) = self.keywords.iter().position(|(own, _)| own == name) {
            return Some(self.keywords.remove(found).1);
        }
        self.args.get_mut(at).map(|value| std::mem::replace(value, Value::None))
    }

    pub fn named(&mut self, name: &str) -> Option<Value<'a>> {
        self.take(usize::MAX, name)
    }
}

impl<'a> Run<'a> {
    /// Nothing but the first `taken` positional arguments was given.
    pub fn only(&self, given: &Given<'a>, taken: usize) -> Step<()> {
        match given.keywords.first() {
            Some((name, _)) => self.unknown("an argument", format!("`{name}`")),
            None if given.args.len() > taken => self.unknown("an argument", format!("number {}", given.args.len())),
            None => Ok(()),
        }
    }

    pub fn data_attribute(&mut self, object: &Value<'a>, name: &'a str) -> Step<Value<'a>> {
        match (object, name) {
            (Value::Frame(frame), "columns") => {
                Ok(Value::Keys(Rc::new(frame.borrow().columns.iter().map(|(key, _)| key.clone()).collect())))
            }
            (Value::Frame(frame), "index") => Ok(Value::Axis(frame.borrow().index.clone())),
            (Value::Series(series), "index") => Ok(Value::Axis(series.index.clone())),
            (Value::Frame(_) | Value::Series(_), "loc" | "at" | "iloc" | "iat") => {
                let by = if matches!(name, "loc" | "at") { By::Label } else { By::Position };
                Ok(Value::Place(Rc::new(Locator { of: object.clone(), by })))
            }
            (Value::Frame(frame), "empty") => {
                let rows = frame.borrow().index.len();
                Ok(Value::bool(self.rows(rows) == 0))
            }
            (Value::Series(series), "empty") => {
                let rows = series.index.len();
                Ok(Value::bool(self.rows(rows) == 0))
            }
            (Value::Frame(frame), "shape") => {
                let (rows, columns) = (frame.borrow().index.len(), frame.borrow().columns.len());
                Ok(Value::tuple(vec![Value::size(self.rows(rows)), Value::size(columns)]))
            }
            (Value::Series(_) | Value::Array(_), "shape") => {
                let rows = self.length(object)?;
                Ok(Value::tuple(vec![Value::size(rows)]))
            }
            (Value::Series(_) | Value::Array(_), "size") => Ok(Value::size(self.length(object)?)),
            (Value::Series(series), "values") => {
                let array = Value::array(series.column());
                // It looks at the memory of the series, or is not to be written to at all.
                if let Value::Array(array) = &array {
                    array.shared.set(true);
                }
                Ok(array)
            }
            (Value::Series(series), "name") => Ok(match &series.name {
                Some(Key::Text(text)) => Value::Text(text.clone()),
                Some(Key::Int(value)) => Value::int(*value),
                None => Value::None,
            }),
            (Value::Row(row), "name") => self.unknown("a row's name", format!("of row {}", row.place)),
            (Value::Row(row), name) => {
                let found = row.columns.iter().find(|(key, _)| key.text() == Some(name));
                match found {
                    Some((_, column)) => {
                        self.asked([column]);
                        Ok(row_value(row, column))
                    }
                    None => self.unknown("a row's attribute", name.to_owned()),
                }
            }
            // A column by its name, unless a method is called so.
            (Value::Frame(frame), name)
                if matches!(name.to_lowercase().as_str(), "open" | "high" | "low" | "close" | "volume") =>
            {
                self.frame_column(&frame.clone(), &Key::Text(name.into()))
            }
            _ => self.unknown(&format!("an attribute of {}", object.kind()), format!("`{name}`")),
        }
    }

    pub fn data_method(
        &mut self,
        object: &Value<'a>,
        name: &'a str,
        args: Vec<Value<'a>>,
        keywords: Keywords<'a>,
    ) -> Step<Value<'a>> {
        let mut given = Given { args, keywords };
        match object {
            Value::Series(series) => {
                let shape = Shape::Series(series.index.clone(), series.name.clone());
                self.series_method(object, &series.clone(), shape, name, given)
            }
            Value::Array(array) => self.array_method(object, &array.column(), name, given),
            Value::Frame(frame) => self.frame_method(&frame.clone(), name, given),
            Value::Window(window) => self.window_method(&window.clone(), name, given),
            Value::Row(row) if name == "get" => {
                let (key, default) = (given.take(0, "key"), given.take(1, "default"));
                let Some(key) = key else { return self.raises("get()") };
                let own = self.key(&key)?;
                if row.columns.iter().any(|(other, _)| *other == own) {
                    return self.row_item(&row.clone(), &key);
                }
                Ok(default.unwrap_or(Value::None))
            }
            Value::Dict(entries) => {
                let held = entries.borrow().clone();
                match (name, given.args.as_slice()) {
                    ("get", [key, rest @ ..]) => {
                        for (own, value) in &held {
                            if self.equal(own, key)? {
                                return Ok(value.clone());
                            }
                        }
                        Ok(rest.first().cloned().unwrap_or(Value::None))
                    }
                    ("keys", []) => Ok(Value::list(held.into_iter().map(|(key, _)| key).collect())),
                    ("values", []) => Ok(Value::list(held.into_iter().map(|(_, value)| value).collect())),
                    ("items", []) => {
                        Ok(Value::list(held.into_iter().map(|(key, value)| Value::tuple(vec![key, value])).collect()))
                    }
                    ("copy", []) => Ok(Value::Dict(Rc::new(std::cell::RefCell::new(held)))),
                    ("update", [Value::Dict(other)]) => {
                        let other = other.borrow().clone();
                        let mut held = held;
                        for (key, value) in other {
                            self.put_entry(&mut held, key, value)?;
                        }
                        *entries.borrow_mut() = held;
                        Ok(Value::None)
                    }
                    ("setdefault", [key, default]) => {
                        for (own, value) in &held {
                            if self.equal(own, key)? {
                                return Ok(value.clone());
                            }
                        }
                        entries.borrow_mut().push((key.clone(), default.clone()));
                        Ok(default.clone())
                    }
                    _ => self.unknown("a dict's method", name.to_owned()),
                }
            }
            Value::List(items) => match (name, given.args.as_slice()) {
                ("append", [value]) => {
                    items.borrow_mut().push(value.clone());
                    Ok(Value::None)
                }
                ("extend", [value]) => {
                    let more = self.everything(value)?;
                    items.borrow_mut().extend(more);
                    Ok(Value::None)
                }
                ("copy", []) => Ok(Value::list(items.borrow().clone())),
                ("clear", []) => {
                    items.borrow_mut().clear();
                    Ok(Value::None)
                }
                _ => self.unknown("a list's method", name.to_owned()),
            },
            Value::Text(text) => match (name, given.args.as_slice()) {
                ("lower", []) => Ok(Value::text(&text.to_lowercase())),
                ("upper", []) => Ok(Value::text(&text.to_uppercase())),
                ("strip", []) => Ok(Value::text(text.trim())),
                ("capitalize" | "title", []) if text.chars().all(|c| c.is_ascii_alphabetic()) && !text.is_empty() => {
                    Ok(Value::text(&format!("{}{}", text[..1].to_uppercase(), text[1..].to_lowercase())))
                }
                ("replace", [Value::Text(from), Value::Text(to)]) if !from.is_empty() => {
                    Ok(Value::text(&text.replace(&**from, to)))
                }
                ("startswith", [Value::Text(part)]) => Ok(Value::bool(text.starts_with(&**part))),
                ("endswith", [Value::Text(part)]) => Ok(Value::bool(text.ends_with(&**part))),
                ("split", [Value::Text(by)]) if !by.is_empty() => {
                    Ok(Value::list(text.split(&**by).map(Value::text).collect()))
                }
                _ => self.unknown("a text's method", name.to_owned()),
            },
            Value::Keys(keys) => match (name, given.args.as_slice()) {
                ("tolist", []) => Ok(Value::list(keys.iter().map(super::iterate::key_value).collect())),
                ("get_loc", [key]) => {
                    let key = self.key(key)?;
                    match keys.iter().position(|own| *own == key) {
                        Some(at) => Ok(Value::size(at)),
                        None => self.raises("a missing column"),
                    }
                }
                _ => self.unknown("a method of column names", name.to_owned()),
            },
            Value::Axis(index) => match (name, given.args.as_slice()) {
                ("get_loc", [label]) => {
                    let at = self.place_of(By::Label, label, &index.clone())?;
                    Ok(Value::size(at))
                }
                ("copy", []) => Ok(object.clone()),
                _ => self.unknown("an index's method", name.to_owned()),
            },
            // numpy's scalars have a few methods of arrays.
            Value::Number(number) if number.numpy && name == "item" => {
                Ok(Value::Number(super::value::Number { numpy: false, ..*number }))
            }
            Value::None => self.raises(format!("'NoneType' object has no attribute '{name}'")),
            other => self.unknown(&format!("a method of {}", other.kind()), format!("`{name}`")),
        }
    }

    /// A result with the labels of what it was made from.
    pub fn with(&self, column: Column, shape: &Shape) -> Value<'a> {
        self.shaped(column, shape.clone())
    }
}
