//! Python's own functions, and the names of libraries that only speak to people.

use super::call::Keywords;
use super::iterate::Rounds;
use super::run::{Run, Step};
use super::value::{Kind, Number, Value};
use crate::discovery::code::{BinaryOp, Call, CompareOp, Expr, ExprKind};
use crate::strategy::native::numerics;

pub const NAMES: [&str; 28] = [
    "len",
    "sum",
    "min",
    "max",
    "abs",
    "round",
    "int",
    "float",
    "bool",
    "str",
    "range",
    "enumerate",
    "zip",
    "any",
    "all",
    "list",
    "tuple",
    "dict",
    "isinstance",
    "hasattr",
    "getattr",
    "print",
    "type",
    "super",
    "sorted",
    "reversed",
    "map",
    "callable",
];

/// Methods that change nothing and answer for every column: what is printed of them may be left out.
const SHOWN: [&str; 18] = [
    "head",
    "tail",
    "value_counts",
    "describe",
    "sum",
    "mean",
    "min",
    "max",
    "dropna",
    "unique",
    "nunique",
    "any",
    "count",
    "to_string",
    "round",
    "strftime",
    "keys",
    "items",
];

impl<'a> Run<'a> {
    pub fn call_builtin(&mut self, name: &str, args: Vec<Value<'a>>, keywords: Keywords<'a>) -> Step<Value<'a>> {
        match (name, args.as_slice()) {
            ("len", [value]) => Ok(Value::size(self.length(value)?)),
            ("abs", [value]) => self.absolute(value),
            ("float", [Value::Number(number)]) => Ok(Value::float(number.kind.float())),
            ("float", [Value::Text(text)]) => match text.trim() {
                "nan" => Ok(Value::float(f64::NAN)),
                "inf" => Ok(Value::float(f64::INFINITY)),
                "-inf" => Ok(Value::float(f64::NEG_INFINITY)),
                _ => self.unknown("a number from a text", text.to_string()),
            },
            ("int", [Value::Number(number)]) => match number.kind {
                Kind::Float(value) => match numerics::to_int(value.trunc()) {
                    Some(value) => Ok(Value::int(value)),
                    None => self.raises("int() of what is no number"),
                },
                kind => Ok(Value::int(kind.int().unwrap_or_default())),
            },
            ("int", [Value::Text(text)]) => {
                let digits = text.trim();
                match digits.parse::<i64>() {
                    Ok(value) if digits.chars().all(|c| c.is_ascii_digit() || c == '-') => Ok(Value::int(value)),
                    _ => self.raises("int() of a text"),
                }
            }
            ("bool", [value]) => Ok(Value::bool(self.truth(value)?)),
            ("str", [value]) => Ok(Value::text(&self.text_of(value)?)),
            ("round", [value]) => self.rounded(value, None),
            ("round", [value, Value::Number(Number { kind: Kind::Int(digits), .. })]) => {
                self.rounded(value, Some(*digits))
            }
            ("range", bounds) => {
                let mut ints = Vec::new();
                for bound in bounds {
                    match bound.number().and_then(|number| number.kind.int()) {
                        Some(bound) => ints.push(bound),
                        None => return self.raises("range() of something that is no int"),
                    }
                }
                match *ints.as_slice() {
                    [stop] => Ok(Value::Range(0, stop, 1)),
                    [start, stop] => Ok(Value::Range(start, stop, 1)),
                    [start, stop, step] if step != 0 => Ok(Value::Range(start, stop, step)),
                    _ => self.raises("range()"),
                }
            }
            ("list" | "tuple", [value]) => {
                let all = self.everything(value)?;
                Ok(if name == "list" { Value::list(all) } else { Value::tuple(all) })
            }
            ("list", []) => Ok(Value::list(Vec::new())),
            ("dict", []) => {
                let entries = keywords.into_iter().map(|(name, value)| (Value::text(&name), value)).collect();
                Ok(Value::Dict(std::rc::Rc::new(std::cell::RefCell::new(entries))))
            }
            ("dict", [Value::Dict(entries)]) if keywords.is_empty() => {
                Ok(Value::Dict(std::rc::Rc::new(std::cell::RefCell::new(entries.borrow().clone()))))
            }
            ("enumerate", [value]) => {
                let all = self.everything(value)?;
                let from = keywords
                    .iter()
                    .find(|(name, _)| name == "start")
                    .map_or(Some(0), |(_, from)| from.number().and_then(|number| number.kind.int()));
                let Some(from) = from else { return self.raises("enumerate()") };
                let mut rounds = Rounds::counted(self.iterate(&Value::list(all))?, from);
                let mut made = Vec::new();
                while let Some(item) = rounds.next(self)? {
                    made.push(item);
                }
                Ok(Value::list(made))
            }
            ("zip", values) => {
                let mut all = Vec::new();
                for value in values {
                    all.push(self.iterate(value)?);
                }
                let mut rounds = Rounds::zipped(all);
                let mut made = Vec::new();
                if !values.is_empty() {
                    while let Some(item) = rounds.next(self)? {
                        self.round()?;
                        made.push(item);
                    }
                }
                Ok(Value::list(made))
            }
            ("reversed", [value]) => {
                let mut all = self.everything(value)?;
                all.reverse();
                Ok(Value::list(all))
            }
            ("any" | "all", [value]) => {
                for item in self.everything(value)? {
                    if self.truth(&item)? == (name == "any") {
                        return Ok(Value::bool(name == "any"));
                    }
                }
                Ok(Value::bool(name == "all"))
            }
            ("min" | "max", values) if keywords.is_empty() => self.extreme(name == "max", values),
            ("sum", [value]) if keywords.is_empty() => {
                let mut total = Value::int(0);
                let all = self.everything(value)?;
                let float =
                    |value: &Value<'_>| matches!(value, Value::Number(Number { kind: Kind::Float(_), numpy: false }));
                // From 3.12 on floats are added with a compensation.
                if self.plan.python >= (3, 12) && all.iter().any(float) {
                    return self.unknown("sum()", "of floats");
                }
                for item in all {
                    total = self.binary(BinaryOp::Add, &total, &item)?;
                }
                Ok(total)
            }
            ("isinstance", [value, class]) => Ok(Value::bool(self.is_instance(value, class)?)),
            ("hasattr", [Value::Object(held), Value::Text(name)]) => {
                let there = held.attributes.borrow().contains_key(&**name)
                    || self.method(held.class, name).is_some()
                    || self.class_attribute(held.class, name)?.is_some();
                Ok(Value::bool(there))
            }
            ("hasattr", [Value::Series(_), Value::Text(name)]) if matches!(&**name, "values" | "iloc") => {
                Ok(Value::bool(true))
            }
            ("getattr", [Value::Object(held), Value::Text(name), rest @ ..]) => {
                if let Some(value) = held.attributes.borrow().get(&**name) {
                    return Ok(value.clone());
                }
                if self.method(held.class, name).is_some() {
                    return self.unknown("getattr()", "of a method");
                }
                match (self.class_attribute(held.class, name)?, rest) {
                    (Some(value), _) => Ok(value),
                    (None, [default]) => Ok(default.clone()),
                    (None, _) => self.raises(format!("no attribute '{name}'")),
                }
            }
            ("print", _) => Ok(Value::None),
            ("map", [function, values]) => {
                let (function, all) = (function.clone(), self.everything(values)?);
                let mut made = Vec::new();
                for item in all {
                    made.push(self.call_value(&function, vec![item], Vec::new())?);
                }
                Ok(Value::list(made))
            }
            _ => self.unknown("a builtin", name.to_owned()),
        }
    }

    pub fn length(&mut self, value: &Value<'a>) -> Step<usize> {
        Ok(match value {
            Value::Text(text) => text.chars().count(),
            Value::Tuple(items) => items.len(),
            Value::List(items) => items.borrow().len(),
            Value::Dict(items) => items.borrow().len(),
            Value::Range(start, stop, step) => super::expression::range_length(*start, *stop, *step),
            Value::Keys(keys) => keys.len(),
            Value::Series(series) => self.rows(series.index.len()),
            Value::Array(array) => {
                let rows = array.column.borrow().len();
                self.rows(rows)
            }
            Value::Frame(frame) => {
                let rows = frame.borrow().index.len();
                self.rows(rows)
            }
            Value::Axis(index) => self.rows(index.len()),
            Value::None => return self.raises("len() of None"),
            other => return self.unknown("len()", format!("of {}", other.kind())),
        })
    }

    /// How many rows there are tells how many bars are to come.
    pub fn rows(&mut self, rows: usize) -> usize {
        self.depends = true;
        rows
    }

    pub fn absolute(&mut self, value: &Value<'a>) -> Step<Value<'a>> {
        match value {
            Value::Series(_) | Value::Array(_) => self.column_absolute(value),
            Value::Number(number) => {
                let kind = match number.kind {
                    Kind::Float(value) => Kind::Float(value.abs()),
                    Kind::Int(value) => match value.checked_abs() {
                        Some(value) => Kind::Int(value),
                        None => return self.raises("an integer beyond 64 bits"),
                    },
                    Kind::Bool(value) if !number.numpy => Kind::Int(i64::from(value)),
                    kind @ Kind::Bool(_) => kind,
                };
                Ok(Value::Number(Number { kind, numpy: number.numpy }))
            }
            other => self.unknown("abs()", format!("of {}", other.kind())),
        }
    }

    fn rounded(&mut self, value: &Value<'a>, digits: Option<i64>) -> Step<Value<'a>> {
        match (value, digits) {
            (Value::Series(_) | Value::Array(_), _) => self.column_rounded(value, digits.unwrap_or(0)),
            (Value::Number(Number { kind: Kind::Int(_), .. }), None) => Ok(value.clone()),
            (Value::Number(Number { kind: Kind::Float(value), numpy: false }), Some(digits)) => {
                match numerics::round_digits(*value, digits) {
                    Some(value) => Ok(Value::float(value)),
                    None => self.raises("round()"),
                }
            }
            (Value::Number(Number { kind: Kind::Float(value), .. }), None) => match numerics::round_half_even(*value) {
                Some(value) => Ok(Value::int(value)),
                None => self.raises("round()"),
            },
            _ => self.unknown("round()", format!("of {}", value.kind())),
        }
    }

    fn extreme(&mut self, most: bool, values: &[Value<'a>]) -> Step<Value<'a>> {
        let all = match values {
            [one] => self.everything(one)?,
            several => several.to_vec(),
        };
        let mut all = all.into_iter();
        let Some(mut best) = all.next() else { return self.raises("min() or max() of nothing") };
        for value in all {
            if !matches!((&best, &value), (Value::Number(_), Value::Number(_))) {
                return self.unknown("min() or max()", format!("of {} and {}", best.kind(), value.kind()));
            }
            let op = if most { CompareOp::Gt } else { CompareOp::Lt };
            let better = self.compare(op, &value, &best)?;
            if self.truth(&better)? {
                best = value;
            }
        }
        Ok(best)
    }

    fn is_instance(&mut self, value: &Value<'a>, class: &Value<'a>) -> Step<bool> {
        if let Value::Tuple(classes) = class {
            for class in classes.iter() {
                if self.is_instance(value, class)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let (Value::Object(held), Value::Class(class)) = (value, class) {
            return Ok(self
                .lineage(held.class)
                .is_some_and(|lineage| lineage.classes.iter().any(|one| one.id == *class)));
        }
        let Value::External(name) = class else {
            return match class {
                Value::Class(_) => Ok(false),
                other => self.unknown("isinstance()", format!("of {}", other.kind())),
            };
        };
        Ok(match (&**name, value) {
            ("builtins.str", value) => matches!(value, Value::Text(_)),
            ("builtins.dict", value) => matches!(value, Value::Dict(_)),
            ("builtins.list", value) => matches!(value, Value::List(_)),
            ("builtins.tuple", value) => matches!(value, Value::Tuple(_)),
            ("builtins.bool", Value::Number(Number { kind: Kind::Bool(_), numpy })) => !numpy,
            ("builtins.int", Value::Number(number)) => number.kind.int().is_some() && !number.numpy,
            // numpy's float64 is a float.
            ("builtins.float", Value::Number(number)) => matches!(number.kind, Kind::Float(_)),
            ("builtins.bool" | "builtins.int" | "builtins.float", _) => false,
            ("pandas.Series", value) => matches!(value, Value::Series(_) | Value::Row(_)),
            ("pandas.DataFrame", value) => matches!(value, Value::Frame(_)),
            ("numpy.ndarray", value) => matches!(value, Value::Array(_)),
            ("pandas.MultiIndex", _) => false,
            ("pandas.DatetimeIndex", Value::Axis(index)) => index.labels == super::index::Labels::Times,
            ("pandas.DatetimeIndex", _) => false,
            ("numpy.bool_" | "numpy.bool", Value::Number(Number { kind: Kind::Bool(_), numpy })) => *numpy,
            ("numpy.floating" | "numpy.float64", Value::Number(Number { kind: Kind::Float(_), numpy })) => *numpy,
            ("numpy.integer" | "numpy.int64", Value::Number(Number { kind: Kind::Int(_), numpy })) => *numpy,
            (name, _) => return self.unknown("isinstance()", format!("of {name}")),
        })
    }

    /// A statement that prints or logs, and whose arguments change nothing.
    pub fn only_speaks(&mut self, call: &'a Call) -> Step<bool> {
        let speaks = match &call.function.kind {
            ExprKind::Name(name) => name == "print" && matches!(self.expr(&call.function), Ok(Value::External(_))),
            ExprKind::Attribute(object, method) => {
                let level = matches!(
                    method.as_str(),
                    "debug"
                        | "info"
                        | "warning"
                        | "warn"
                        | "error"
                        | "critical"
                        | "exception"
                        | "log"
                        | "filterwarnings"
                        | "simplefilter"
                        | "basicConfig"
                );
                level
                    && match &object.kind {
                        ExprKind::Name(_) | ExprKind::Attribute(..) => match self.expr(object) {
                            Ok(Value::Logger) => true,
                            Ok(Value::External(name)) => matches!(&*name, "logging" | "warnings" | "loguru.logger"),
                            _ => false,
                        },
                        _ => false,
                    }
            }
            _ => false,
        };
        if !speaks {
            return Ok(false);
        }
        let values = || call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value));
        if !values().all(changes_nothing) {
            return self.unknown("a message", "whose making may change something or fail");
        }
        // `{x:.2f}` raises where x is no number; what is looked at for it goes nowhere.
        let mut formatted = Vec::new();
        values().for_each(|value| specified(value, &mut formatted));
        let before = (self.depends, self.ahead, self.findings.len());
        for part in formatted {
            let value = self.expr(part)?;
            if value.number().is_none() {
                return self.unknown("a message", format!("with a format for {}", value.kind()));
            }
        }
        (self.depends, self.ahead) = (before.0, before.1);
        self.findings.truncate(before.2);
        Ok(true)
    }
}

/// Expressions that a format follows.
fn specified<'e>(value: &'e Expr, found: &mut Vec<&'e Expr>) {
    match &value.kind {
        ExprKind::Formatted(parts) => found.extend(parts.iter().filter(|(_, format)| *format).map(|(part, _)| part)),
        ExprKind::Binary(_, a, b) => [a, b].into_iter().for_each(|side| specified(side, found)),
        ExprKind::Call(call) => call.positional.iter().for_each(|value| specified(value, found)),
        ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().for_each(|item| specified(item, found)),
        _ => {}
    }
}

/// Made of names, texts and methods that only look.
fn changes_nothing(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Name(_) | ExprKind::Literal(_) => true,
        ExprKind::Attribute(object, _) | ExprKind::Not(object) | ExprKind::Unary(_, object) => changes_nothing(object),
        ExprKind::Subscript(object, key) => changes_nothing(object) && changes_nothing(key),
        ExprKind::Binary(_, a, b) => changes_nothing(a) && changes_nothing(b),
        ExprKind::Formatted(parts) => parts.iter().all(|(part, _)| changes_nothing(part)),
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Compare(items, _) => {
            items.iter().all(changes_nothing)
        }
        ExprKind::Slice(parts) => parts.iter().flatten().all(changes_nothing),
        ExprKind::Call(call) => {
            let known = match &call.function.kind {
                ExprKind::Name(name) => matches!(name.as_str(), "len" | "type" | "str" | "sum" | "list" | "round"),
                ExprKind::Attribute(object, name) => SHOWN.contains(&name.as_str()) && changes_nothing(object),
                _ => false,
            };
            known && call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value)).all(changes_nothing)
        }
        _ => false,
    }
}
