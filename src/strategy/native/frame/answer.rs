//! What a class answered for all bars at once, read as the worker's host reads it (`host/vectors.py`).

use super::column::{Cell, Column, Data};
use super::index::Labels;
use super::run::{Run, Step};
use super::value::{Kind, Number, Value};
use crate::strategy::words::{HOLD, LEAVE, LONG, SELL, SHORT};
use crate::strategy::{Answers, SellMeans, ZeroMeans};

const PAIRS: [(&str, &str); 8] = [
    ("buy", "sell"),
    ("buy_signal", "sell_signal"),
    ("buy_signals", "sell_signals"),
    ("entry", "exit"),
    ("entries", "exits"),
    ("enter_long", "exit_long"),
    ("long_entry", "long_exit"),
    ("enter", "exit"),
];
const SHORT_PAIRS: [(&str, &str); 2] = [("enter_short", "exit_short"), ("short_entry", "short_exit")];
const COLUMNS: [&str; 5] = ["signal", "signals", "position", "positions", "target"];

impl<'a> Run<'a> {
    /// `given` is the frame that was passed: a class may have written its column there.
    pub fn answers(&mut self, answer: Value<'a>, given: Option<&Value<'a>>) -> Step<Answers> {
        let bars = self.market.bars();
        let mut answer = match (answer, given) {
            (Value::None, Some(given)) => given.clone(),
            (answer, _) => answer,
        };
        if let Value::Tuple(parts) = &answer {
            let parts = parts.clone();
            let rows: Vec<Option<usize>> = parts.iter().map(rows_of).collect();
            match parts.as_slice() {
                [enter, leave] if rows == [Some(bars); 2] && !matches!(enter, Value::Frame(_)) && bars != 2 => {
                    let targets = self.pair(&enter.clone(), Some(&leave.clone()), 1.0)?;
                    return Ok(Answers { targets, clipped: 0, confidence: None });
                }
                [first, ..] if matches!(first, Value::Frame(_)) || rows[0] == Some(bars) => answer = first.clone(),
                _ => return self.unknown("an answer", "that is a tuple"),
            }
        }
        let mut clipped = 0;
        let rows = rows_of(&answer);
        if rows.is_none() || rows == Some(bars) {
            let targets = self.read_all(&answer, bars, &mut clipped)?;
            return Ok(Answers { targets, clipped, confidence: None });
        }
        let rows = rows.unwrap_or(0);
        let labels = |value: &Value<'a>| match value {
            Value::Series(series) if series.index.labels == Labels::Times => Some(series.index.clone()),
            Value::Frame(frame) if frame.borrow().index.labels == Labels::Times => Some(frame.borrow().index.clone()),
            _ => None,
        };
        let own = labels(&answer).or_else(|| given.and_then(labels).filter(|index| index.len() == rows));
        let Some(index) = own else { return self.raises("as many answers as bars") };
        self.depends = true;
        let mut targets = vec![f64::NAN; bars];
        for (at, target) in self.read_all(&answer, rows, &mut clipped)?.into_iter().enumerate() {
            if let Some(place) = targets.get_mut(index.label(at)) {
                *place = target;
            }
        }
        Ok(Answers { targets, clipped, confidence: None })
    }

    fn read_all(&mut self, answer: &Value<'a>, rows: usize, clipped: &mut usize) -> Step<Vec<f64>> {
        match answer {
            Value::Frame(frame) => {
                let held = frame.borrow().clone();
                let columns: Vec<(Value<'a>, Value<'a>)> = held
                    .columns
                    .iter()
                    .map(|(key, column)| {
                        let series = Value::series(column.clone(), held.index.clone(), None);
                        (super::iterate::key_value(key), series)
                    })
                    .collect();
                self.columns(&columns, rows, clipped)
            }
            Value::Dict(entries) => {
                let entries = entries.borrow().clone();
                self.columns(&entries, rows, clipped)
            }
            other => self.targets(other, rows, clipped),
        }
    }

    fn columns(&mut self, columns: &[(Value<'a>, Value<'a>)], rows: usize, clipped: &mut usize) -> Step<Vec<f64>> {
        let named =
            |name: &str| columns.iter().find(|(key, _)| matches!(key, Value::Text(own) if own.to_lowercase() == name));
        let wanted = self.plan.strategy.entry.as_ref().and_then(|entry| entry.column.clone());
        let column = match &wanted {
            Some(wanted) => {
                let found = columns.iter().find(|(key, _)| matches!(key, Value::Text(own) if **own == **wanted));
                match found {
                    Some(found) => Some(found),
                    None => return self.raises(format!("the answer has no column '{wanted}'")),
                }
            }
            None => COLUMNS.iter().find_map(|name| named(name)),
        };
        if let Some((key, value)) = column {
            if columns
                .iter()
                .filter(|(own, _)| matches!((own, key), (Value::Text(a), Value::Text(b)) if a == b))
                .count()
                > 1
            {
                return self.raises("two columns of one name");
            }
            return self.targets(&value.clone(), rows, clipped);
        }
        let mut targets: Option<Vec<f64>> = None;
        if let Some((enter, leave)) = PAIRS.iter().find(|(enter, _)| named(enter).is_some()) {
            let (enter, leave) = (named(enter).map(|found| found.1.clone()), named(leave).map(|found| found.1.clone()));
            targets = Some(self.pair(&enter.unwrap_or(Value::None), leave.as_ref(), 1.0)?);
        }
        if let Some((enter, leave)) = SHORT_PAIRS.iter().find(|(enter, _)| named(enter).is_some()) {
            let (enter, leave) = (named(enter).map(|found| found.1.clone()), named(leave).map(|found| found.1.clone()));
            let shorts = self.pair(&enter.unwrap_or(Value::None), leave.as_ref(), -1.0)?;
            // A bar that enters long keeps that; a bar that leaves one side may enter the other.
            targets = Some(match targets {
                None => shorts,
                Some(longs) => longs
                    .into_iter()
                    .zip(shorts)
                    .map(|(long, short)| if long.is_nan() || long == 0.0 && short == -1.0 { short } else { long })
                    .collect(),
            });
        }
        match targets {
            Some(targets) if targets.len() == rows => Ok(targets),
            Some(_) => self.raises("as many answers as bars"),
            None => self.raises("the answer has no column that is known"),
        }
    }

    fn pair(&mut self, enter: &Value<'a>, leave: Option<&Value<'a>>, entered: f64) -> Step<Vec<f64>> {
        let left = if entered > 0.0 { self.sell() } else { 0.0 };
        let enter = self.flags(enter)?;
        let leave = match leave {
            Some(leave) => self.flags(leave)?,
            None => vec![false; enter.len()],
        };
        if enter.len() != leave.len() {
            return self.raises("as many answers as bars");
        }
        let target = |(&go, &stop): (&bool, &bool)| {
            if go {
                entered
            } else if stop {
                left
            } else {
                f64::NAN
            }
        };
        Ok(enter.iter().zip(&leave).map(target).collect())
    }

    /// NaN is not a signal, though it is true.
    fn flags(&mut self, value: &Value<'a>) -> Step<Vec<bool>> {
        let column = self.column_answered(value)?;
        Ok(match &column.data {
            Data::Float(own) => own.iter().map(|&x| !x.is_nan() && x != 0.0).collect(),
            Data::Int(own) => own.iter().map(|&x| x != 0).collect(),
            Data::Bool(own) => own.to_vec(),
            Data::Object(own) if own.iter().all(|cell| !matches!(cell, Cell::Text(_))) => {
                own.iter().map(|cell| *cell == Cell::Bool(true)).collect()
            }
            _ => return self.unknown("an answer", "of texts where flags are expected"),
        })
    }

    fn column_answered(&mut self, value: &Value<'a>) -> Step<Column> {
        let column = match value {
            Value::Series(series) => series.column(),
            Value::Array(array) => array.column(),
            Value::List(items) => {
                let items = items.borrow().clone();
                self.column_of(&items)?
            }
            other => return self.unknown("an answer", format!("that is {}", other.kind())),
        };
        self.ahead = self.ahead.max(column.ahead);
        Ok(column)
    }

    fn targets(&mut self, value: &Value<'a>, rows: usize, clipped: &mut usize) -> Step<Vec<f64>> {
        if let Value::List(items) = value {
            // A list may hold what a column cannot.
            let items = items.borrow().clone();
            self.depends = true;
            if items.len() != rows {
                return self.raises("as many answers as bars");
            }
            let mut targets = Vec::with_capacity(rows);
            for item in &items {
                targets.push(self.target(item, clipped)?);
            }
            return Ok(targets);
        }
        let column = self.column_answered(value)?;
        if column.len() != rows {
            return self.raises("as many answers as bars");
        }
        let zero = self.zero();
        let mut targets = Vec::with_capacity(rows);
        match &column.data {
            Data::Float(own) => {
                for &x in own.iter() {
                    targets.push(self.number(x, zero, clipped)?);
                }
            }
            Data::Int(own) => {
                for &x in own.iter() {
                    targets.push(self.number(x as f64, zero, clipped)?);
                }
            }
            Data::Bool(own) => targets.extend(own.iter().map(|&x| f64::from(u8::from(x)))),
            Data::Object(own) => {
                for cell in own.iter() {
                    targets.push(match cell {
                        Cell::Missing => f64::NAN,
                        Cell::Bool(value) => f64::from(u8::from(*value)),
                        Cell::Text(text) => self.word(text)?,
                    });
                }
            }
            Data::Times(_) => return self.raises("times are no answers"),
        }
        Ok(targets)
    }

    fn target(&mut self, value: &Value<'a>, clipped: &mut usize) -> Step<f64> {
        let zero = self.zero();
        match value {
            Value::None => Ok(f64::NAN),
            Value::Number(Number { kind: Kind::Bool(value), .. }) => Ok(f64::from(u8::from(*value))),
            Value::Number(number) => self.number(number.kind.float(), zero, clipped),
            Value::Text(text) => self.word(text),
            Value::Member(_, name, value) => {
                if let Value::Text(text) = &**value
                    && let Some(target) = self.known_word(text)
                {
                    return Ok(target);
                }
                if let Some(target) = self.known_word(name) {
                    return Ok(target);
                }
                match value.number() {
                    Some(number) if number.kind.float().abs() <= 1.0 => self.number(number.kind.float(), zero, clipped),
                    _ => self.raises("a member that is no action"),
                }
            }
            other => self.unknown("an answer", format!("of {}", other.kind())),
        }
    }

    fn number(&self, value: f64, zero: f64, clipped: &mut usize) -> Step<f64> {
        if value == 0.0 {
            Ok(zero)
        } else if value.is_nan() || value.abs() <= 1.0 {
            Ok(value)
        } else if value.is_infinite() {
            self.raises("an infinite target")
        } else {
            *clipped += 1;
            Ok(value.signum())
        }
    }

    const fn zero(&self) -> f64 {
        match self.plan.meaning.zero_means {
            ZeroMeans::Hold => f64::NAN,
            ZeroMeans::Flat => 0.0,
        }
    }

    const fn sell(&self) -> f64 {
        match self.plan.meaning.sell_means {
            SellMeans::Short => -1.0,
            SellMeans::Flat => 0.0,
        }
    }

    fn word(&self, text: &str) -> Step<f64> {
        self.known_word(text).map_or_else(|| self.raises(format!("'{text}' is no known action")), Ok)
    }

    fn known_word(&self, text: &str) -> Option<f64> {
        let text: String = text.chars().take(64).collect();
        let text = text.trim().to_lowercase();
        let word = text.rsplit('.').next().unwrap_or_default().replace(['-', ' '], "_");
        let word = word.as_str();
        if LONG.contains(&word) {
            Some(1.0)
        } else if LEAVE.contains(&word) {
            Some(0.0)
        } else if SHORT.contains(&word) {
            Some(-1.0)
        } else if HOLD.contains(&word) {
            Some(f64::NAN)
        } else {
            SELL.contains(&word).then(|| self.sell())
        }
    }
}

/// `len(…)` of what has one, strings and dicts aside.
fn rows_of(value: &Value<'_>) -> Option<usize> {
    match value {
        Value::Series(series) => Some(series.index.len()),
        Value::Array(array) => Some(array.column.borrow().len()),
        Value::Frame(frame) => Some(frame.borrow().index.len()),
        Value::List(items) => Some(items.borrow().len()),
        Value::Tuple(items) => Some(items.len()),
        _ => None,
    }
}
