//! Statements, one after another, as CPython would.

use super::run::{Run, Step};
use super::value::Value;
use crate::discovery::code::{BinaryOp, Expr, ExprKind, Stmt, StmtKind, Target};

/// How a statement ended.
#[derive(Debug)]
pub enum Flow<'a> {
    Next,
    Break,
    Continue,
    Return(Value<'a>),
}

impl<'a> Run<'a> {
    pub fn body(&mut self, body: &'a [Stmt]) -> Step<Flow<'a>> {
        for stmt in body {
            match self.statement(stmt)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, stmt: &'a Stmt) -> Step<Flow<'a>> {
        self.round()?;
        self.at = stmt.span.start;
        match &stmt.kind {
            StmtKind::Assign(target) => self.assign(target)?,
            StmtKind::Return(None) => return Ok(Flow::Return(Value::None)),
            StmtKind::Return(Some(value)) => return Ok(Flow::Return(self.expr(value)?)),
            StmtKind::Expr(value) => self.effect(value)?,
            StmtKind::If(branches) => {
                for branch in branches {
                    let taken = match &branch.test {
                        Some(test) => self.test(test)?,
                        None => true,
                    };
                    if taken {
                        return self.body(&branch.body);
                    }
                }
            }
            StmtKind::For { target, iter, body, orelse } => return self.each(target, iter, body, orelse),
            StmtKind::While { test, body, orelse } => {
                while self.test(test)? {
                    match self.body(body)? {
                        Flow::Next | Flow::Continue => {}
                        Flow::Break => return Ok(Flow::Next),
                        done @ Flow::Return(_) => return Ok(done),
                    }
                }
                return self.body(orelse);
            }
            // Where nothing raises the handlers do not matter, and where something does CPython runs it again.
            StmtKind::Try { body, handlers: _, orelse, finally } => {
                for part in [body, orelse, finally] {
                    match self.body(part)? {
                        Flow::Next => {}
                        other if finally.is_empty() || std::ptr::eq(part, finally) => return Ok(other),
                        _ => return self.unknown("a try statement", "left in the middle, with a finally"),
                    }
                }
            }
            StmtKind::Raise(_) => return self.raises("a raise statement"),
            StmtKind::Assert(test) => {
                if !self.test(test)? {
                    return self.raises("an assertion");
                }
            }
            StmtKind::Pass | StmtKind::Import(_) => {
                if let StmtKind::Import(imports) = &stmt.kind {
                    self.import(imports)?;
                }
            }
            StmtKind::Break => return Ok(Flow::Break),
            StmtKind::Continue => return Ok(Flow::Continue),
            StmtKind::Function(_) => return self.unknown("a nested function", "defined while the class runs"),
            StmtKind::Class(_) => return self.unknown("a nested class", "defined while the class runs"),
            StmtKind::With { .. } => return self.unknown("a with statement", "a context manager"),
            StmtKind::Match { .. } => return self.unknown("a match statement", "matching"),
            StmtKind::Delete(_) => return self.unknown("a del statement", "deleting"),
            StmtKind::Other => return self.unknown("a statement", "of another kind"),
        }
        Ok(Flow::Next)
    }

    fn each(&mut self, target: &'a Expr, iter: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Step<Flow<'a>> {
        let at = iter.span.start;
        let values = self.expr(iter)?;
        let mut rounds = self.iterate(&values)?;
        let mut any = false;
        while let Some(value) = rounds.next(self)? {
            any = true;
            self.round()?;
            self.bind(target, value)?;
            match self.body(body)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => {
                    self.way(at, true)?;
                    return Ok(Flow::Next);
                }
                done @ Flow::Return(_) => {
                    self.way(at, true)?;
                    return Ok(done);
                }
            }
        }
        self.way(at, any)?;
        self.body(orelse)
    }

    fn assign(&mut self, target: &'a Target) -> Step<()> {
        let Some(value) = &target.value else { return Ok(()) };
        if let Some(op) = target.augmented {
            let [place] = target.targets.as_slice() else {
                return self.unknown("an assignment", "of another kind");
            };
            return self.augment(place, op, value);
        }
        let value = self.expr(value)?;
        for place in &target.targets {
            self.bind(place, value.clone())?;
        }
        Ok(())
    }

    fn augment(&mut self, place: &'a Expr, op: BinaryOp, value: &'a Expr) -> Step<()> {
        let held = self.expr(place)?;
        let value = self.expr(value)?;
        match (&held, op) {
            (Value::List(list), BinaryOp::Add) => {
                let mut more = Vec::new();
                let mut rounds = self.iterate(&value)?;
                while let Some(item) = rounds.next(self)? {
                    more.push(item);
                }
                list.borrow_mut().extend(more);
                Ok(())
            }
            // In place: whoever else holds it sees the change.
            (Value::Series(_) | Value::Array(_) | Value::Frame(_), _)
                if !matches!(place.kind, ExprKind::Subscript(..)) =>
            {
                self.unknown("an augmented assignment", format!("to {}", held.kind()))
            }
            _ => {
                let result = self.binary(op, &held, &value)?;
                self.bind(place, result)
            }
        }
    }

    pub fn bind(&mut self, target: &'a Expr, value: Value<'a>) -> Step<()> {
        match &target.kind {
            ExprKind::Name(name) => {
                self.scope().names.insert(name, value);
                Ok(())
            }
            ExprKind::Tuple(places) | ExprKind::List(places) => {
                let mut values = Vec::new();
                let mut rounds = self.iterate(&value)?;
                while let Some(item) = rounds.next(self)? {
                    values.push(item);
                    if values.len() > places.len() {
                        break;
                    }
                }
                if values.len() != places.len() || places.iter().any(|one| matches!(one.kind, ExprKind::Starred(_))) {
                    return self.raises(format!("{} values for {} names", values.len(), places.len()));
                }
                for (place, value) in places.iter().zip(values) {
                    self.bind(place, value)?;
                }
                Ok(())
            }
            ExprKind::Attribute(object, name) => {
                let object = self.expr(object)?;
                self.set_attribute(&object, name, value)
            }
            ExprKind::Subscript(object, key) => {
                // pandas 3 gives a new object for `df["a"]`: what is written to it is nobody's.
                let object = self.expr(object)?;
                let key = self.expr(key)?;
                self.at = target.span.start;
                self.set_item(&object, &key, &value)
            }
            _ => self.unknown("an assignment", "to something else than a name, an attribute or an item"),
        }
    }

    /// An expression for its effect. What only speaks to people is passed over.
    fn effect(&mut self, value: &'a Expr) -> Step<()> {
        if value.literal().is_some() || matches!(value.kind, ExprKind::Other) {
            return Ok(());
        }
        if let Some(call) = value.call()
            && self.only_speaks(call)?
        {
            return Ok(());
        }
        self.expr(value).map(|_| ())
    }
}
