//! Expressions of one call, evaluated where they stand.

use super::run::{Run, Step};
use super::value::{Kind, Lambda, Number, Value};
use crate::discovery::code::{BinaryOp, Comprehension, Expr, ExprKind, UnaryOp};
use crate::strategy;
use std::rc::Rc;

impl<'a> Run<'a> {
    pub fn expr(&mut self, expr: &'a Expr) -> Step<Value<'a>> {
        match &expr.kind {
            ExprKind::Name(name) => {
                if let Some(value) = self.scopes.last().and_then(|scope| scope.names.get(name.as_str())) {
                    return Ok(value.clone());
                }
                self.at = expr.span.start;
                self.global(self.file(), name)
            }
            ExprKind::Literal(literal) => match self.values.get(&(self.file(), expr.span.start)) {
                Some(value) => Ok(value.clone()),
                None => self.literal(literal),
            },
            ExprKind::Attribute(object, name) => {
                self.at = expr.span.start;
                if let Some(class) = self.dotted_class(expr) {
                    return Ok(Value::Class(class));
                }
                let object = self.expr(object)?;
                self.attribute(&object, name)
            }
            ExprKind::Subscript(object, key) => {
                let object = self.expr(object)?;
                let key = self.expr(key)?;
                self.at = expr.span.start;
                self.item(&object, &key)
            }
            ExprKind::Call(call) => {
                self.at = expr.span.start;
                self.call(call, expr)
            }
            ExprKind::List(items) => Ok(Value::list(self.all(items)?)),
            ExprKind::Tuple(items) => Ok(Value::tuple(self.all(items)?)),
            ExprKind::Set(_) => self.unknown("a set", "of values"),
            ExprKind::Dict(items) => {
                let mut entries: Vec<(Value<'a>, Value<'a>)> = Vec::new();
                for (key, value) in items {
                    let Some(key) = key else {
                        let Value::Dict(other) = self.expr(value)? else {
                            return self.unknown("a dict", "with ** of no dict");
                        };
                        for (key, value) in other.borrow().iter() {
                            self.put_entry(&mut entries, key.clone(), value.clone())?;
                        }
                        continue;
                    };
                    let key = self.expr(key)?;
                    let value = self.expr(value)?;
                    self.put_entry(&mut entries, key, value)?;
                }
                Ok(Value::Dict(Rc::new(std::cell::RefCell::new(entries))))
            }
            ExprKind::Binary(op, left, right) => {
                let left = self.expr(left)?;
                let right = self.expr(right)?;
                self.at = expr.span.start;
                self.binary(*op, &left, &right)
            }
            ExprKind::And(parts) => self.either(parts, false),
            ExprKind::Or(parts) => self.either(parts, true),
            ExprKind::Not(inner) => {
                let value = self.expr(inner)?;
                Ok(Value::bool(!self.truth(&value)?))
            }
            ExprKind::Unary(op, inner) => {
                let value = self.expr(inner)?;
                self.at = expr.span.start;
                self.unary(*op, &value)
            }
            ExprKind::Compare(operands, ops) => {
                let mut left = self.expr(&operands[0])?;
                let mut result = Value::bool(true);
                for (at, op) in ops.iter().enumerate() {
                    let right = self.expr(&operands[at + 1])?;
                    self.at = expr.span.start;
                    result = self.compare(*op, &left, &right)?;
                    if at + 1 < ops.len() && !self.decide(operands[at + 1].span.end, &result)? {
                        return Ok(result);
                    }
                    left = right;
                }
                Ok(result)
            }
            ExprKind::Conditional { test, body, orelse } => {
                if self.test(test)? {
                    self.expr(body)
                } else {
                    self.expr(orelse)
                }
            }
            ExprKind::Slice(parts) => {
                let mut found = [None, None, None];
                for (part, place) in parts.iter().zip(&mut found) {
                    *place = part.as_ref().map(|part| self.expr(part)).transpose()?;
                }
                Ok(Value::Slice(Rc::new(found)))
            }
            ExprKind::Comprehension(inner) => self.comprehension(inner),
            ExprKind::Lambda(body) => self.lambda(expr, body),
            ExprKind::Formatted(parts) => self.formatted(expr, parts),
            ExprKind::Named(target, value) => {
                let value = self.expr(value)?;
                self.bind(target, value.clone())?;
                Ok(value)
            }
            ExprKind::Starred(_) => self.unknown("an expression", "with a star"),
            ExprKind::Await(_) | ExprKind::Yield(_) => self.unknown("a generator", "await or yield"),
            ExprKind::Other => self.unknown("an expression", "of another kind"),
        }
    }

    pub fn all(&mut self, items: &'a [Expr]) -> Step<Vec<Value<'a>>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            if let ExprKind::Starred(inner) = &item.kind {
                let inner = self.expr(inner)?;
                let mut rounds = self.iterate(&inner)?;
                while let Some(value) = rounds.next(self)? {
                    values.push(value);
                }
            } else {
                values.push(self.expr(item)?);
            }
        }
        Ok(values)
    }

    pub fn literal(&self, literal: &strategy::Value) -> Step<Value<'a>> {
        Ok(match literal {
            strategy::Value::Null => Value::None,
            strategy::Value::Bool(value) => Value::bool(*value),
            strategy::Value::Int(value) => Value::int(*value),
            strategy::Value::Float(value) => Value::float(*value),
            strategy::Value::Str(value) => Value::text(value),
            strategy::Value::Code { code } => return self.unknown("a value", code.clone()),
        })
    }

    /// The test of a branch: which way it goes is remembered.
    pub fn test(&mut self, test: &'a Expr) -> Step<bool> {
        let value = self.expr(test)?;
        // By its end: it begins where its own first part does.
        self.decide(test.span.end, &value)
    }

    fn decide(&mut self, at: u32, value: &Value<'a>) -> Step<bool> {
        let yes = self.truth(value)?;
        if value.number().is_some_and(|number| number.numpy) {
            self.depends = true;
        }
        self.way(at, yes)
    }

    fn either(&mut self, parts: &'a [Expr], or: bool) -> Step<Value<'a>> {
        let mut value = Value::None;
        for (at, part) in parts.iter().enumerate() {
            value = self.expr(part)?;
            if at + 1 < parts.len() && self.decide(part.span.end, &value)? == or {
                return Ok(value);
            }
        }
        Ok(value)
    }

    pub fn binary(&mut self, op: BinaryOp, left: &Value<'a>, right: &Value<'a>) -> Step<Value<'a>> {
        match (left, right) {
            (Value::Number(a), Value::Number(b)) => self.scalar_binary(op, *a, *b),
            (Value::Series(_) | Value::Array(_), _) | (_, Value::Series(_) | Value::Array(_)) => {
                self.column_binary(op, left, right)
            }
            (Value::Text(a), Value::Text(b)) if op == BinaryOp::Add => Ok(Value::text(&format!("{a}{b}"))),
            (Value::List(a), Value::List(b)) if op == BinaryOp::Add => {
                let joined = a.borrow().iter().chain(b.borrow().iter()).cloned().collect();
                Ok(Value::list(joined))
            }
            (Value::List(items), Value::Number(Number { kind: Kind::Int(times), .. })) if op == BinaryOp::Mul => {
                let (items, times) = (items.borrow(), usize::try_from(*times).unwrap_or(0));
                if items.len().saturating_mul(times) > 1 << 24 {
                    return self.raises("a very long list");
                }
                Ok(Value::list(std::iter::repeat_n(items.iter().cloned(), times).flatten().collect()))
            }
            (Value::Frame(_), _) | (_, Value::Frame(_)) => self.unknown("arithmetic on a frame", format!("{op:?}")),
            (Value::None, _) | (_, Value::None) => self.raises("arithmetic with None"),
            _ => self.unknown("arithmetic", format!("of {} and {}", left.kind(), right.kind())),
        }
    }

    fn unary(&mut self, op: UnaryOp, value: &Value<'a>) -> Step<Value<'a>> {
        match (op, value) {
            (_, Value::Series(_) | Value::Array(_)) => self.column_unary(op, value),
            (UnaryOp::Minus, Value::Number(number)) => {
                let kind = match number.kind {
                    Kind::Float(value) => Kind::Float(-value),
                    Kind::Int(value) => match value.checked_neg() {
                        Some(value) => Kind::Int(value),
                        None => return self.raises("an integer beyond 64 bits"),
                    },
                    Kind::Bool(value) if !number.numpy => Kind::Int(-i64::from(value)),
                    Kind::Bool(_) => return self.raises("the negative of a numpy bool"),
                };
                Ok(Value::Number(Number { kind, numpy: number.numpy }))
            }
            (UnaryOp::Plus, Value::Number(number)) if !matches!(number.kind, Kind::Bool(_)) => Ok(value.clone()),
            (UnaryOp::Invert, Value::Number(Number { kind: Kind::Bool(value), numpy: true })) => {
                Ok(Value::numpy(Kind::Bool(!value)))
            }
            _ => self.unknown("a sign", format!("{op:?} of {}", value.kind())),
        }
    }

    fn comprehension(&mut self, inner: &'a Comprehension) -> Step<Value<'a>> {
        let ([element], [(target, iter, conditions)]) = (inner.elements.as_slice(), inner.generators.as_slice()) else {
            return self.unknown("a comprehension", "of a dict, or with several loops");
        };
        let values = self.expr(iter)?;
        let mut rounds = self.iterate(&values)?;
        let mut made = Vec::new();
        // Its names are its own.
        let before = self.scope().names.clone();
        'rounds: while let Some(value) = rounds.next(self)? {
            self.round()?;
            self.bind(target, value)?;
            for condition in conditions {
                if !self.test(condition)? {
                    continue 'rounds;
                }
            }
            made.push(self.expr(element)?);
        }
        self.scope().names = before;
        Ok(Value::list(made))
    }

    fn lambda(&mut self, whole: &'a Expr, body: &'a Expr) -> Step<Value<'a>> {
        let text = &self.plan.repository.files[self.file()].text;
        let between = text.get(whole.span.start as usize..body.span.start as usize).unwrap_or("");
        let names = between.trim().strip_prefix("lambda").and_then(|rest| rest.trim_end().strip_suffix(':'));
        let Some(names) = names else { return self.unknown("a lambda", "of another form") };
        let arguments: Vec<&'a str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if arguments.iter().any(|name| !name.chars().all(|c| c.is_alphanumeric() || c == '_')) {
            return self.unknown("a lambda", "with defaults or stars");
        }
        Ok(Value::Lambda(Rc::new(Lambda { arguments, body, depth: self.scopes.len() })))
    }
}

/// Rounds of `range(start, stop, step)`.
pub fn range_length(start: i64, stop: i64, step: i64) -> usize {
    let (start, stop, step) = (i128::from(start), i128::from(stop), i128::from(step));
    let rounds = match step {
        0 => 0,
        step if step > 0 => (stop - start + step - 1) / step,
        step => (start - stop - step - 1) / -step,
    };
    usize::try_from(rounds.max(0)).unwrap_or(0)
}
