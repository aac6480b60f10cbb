use super::ty::{Kinds, Known, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass, VariedKind};
use crate::discovery::code::{Expr, ExprKind, UnaryOp as PythonUnary};
use crate::strategy::Value;
use crate::strategy::native::ir::{Inst, IntOp, Kind, ParamId, UnaryOp};

impl Pass<'_> {
    /// The value of an expression, evaluated here and now.
    pub fn expr(&mut self, expr: &Expr) -> Lower<Val> {
        if self.b.size() > super::MAX_INSTRUCTIONS {
            return self
                .obstacle("a method that is too long", format!("over {} instructions", super::MAX_INSTRUCTIONS));
        }
        let before = std::mem::replace(&mut self.at, expr.span.start);
        let value = self.expr_here(expr);
        if value.is_ok() {
            self.at = before;
        }
        value
    }

    fn expr_here(&mut self, expr: &Expr) -> Lower<Val> {
        if let Some(param) = self.varied_at(expr) {
            return self.param(&param);
        }
        match &expr.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Literal(value) => self.literal(value),
            ExprKind::Attribute(object, name) => self.attribute_expr(expr, object, name),
            ExprKind::Subscript(object, index) => self.subscript(object, index),
            ExprKind::Call(call) => self.call(call),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                self.binary(*op, &left, &right)
            }
            ExprKind::Unary(op, operand) => self.unary(*op, operand),
            ExprKind::Compare(..) | ExprKind::Not(_) => self.test_value(expr),
            ExprKind::And(items) => self.and_or(items, true),
            ExprKind::Or(items) => self.and_or(items, false),
            ExprKind::Conditional { test, body, orelse } => {
                let no = self.branch_on(test)?;
                let mut ends = Vec::new();
                if self.b.current.is_some() {
                    let value = self.expr(body)?;
                    ends.extend(self.part().map(|flow| (flow, value)));
                }
                if let Some(no) = no {
                    self.follow(no);
                    let value = self.expr(orelse)?;
                    ends.extend(self.part().map(|flow| (flow, value)));
                }
                self.meet_with(ends)
            }
            ExprKind::Tuple(items) => {
                let items = self.exprs(items)?;
                Ok(self.tuple(items))
            }
            ExprKind::List(items) => {
                if items.iter().any(|item| matches!(item.kind, ExprKind::Starred(_))) {
                    return self.obstacle("a starred element", "in a list");
                }
                let origin = self.origin();
                let items = self.exprs(items)?;
                self.list_of(&origin, &items)
            }
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExprKind::Formatted(parts) => self.formatted(parts),
            ExprKind::Named(target, value) => {
                let value = self.expr(value)?;
                self.assign(target, value.clone())?;
                Ok(value)
            }
            ExprKind::Set(_) => self.obstacle("a set", "sets are not compiled"),
            ExprKind::Slice(_) => self.obstacle("a slice object", "outside a subscript"),
            ExprKind::Lambda(_) => self.obstacle("a lambda", "functions as values are not compiled"),
            ExprKind::Starred(_) => self.obstacle("a starred expression", "outside a call"),
            ExprKind::Await(_) | ExprKind::Yield(_) => self.obstacle("a coroutine or generator", "await or yield"),
            ExprKind::Other => self.obstacle("an expression of another kind", "bytes, complex or very large numbers"),
        }
    }

    pub fn exprs(&mut self, items: &[Expr]) -> Lower<Vec<Val>> {
        items.iter().map(|item| self.expr(item)).collect()
    }

    /// The parameter whose value stands at this very expression.
    fn varied_at(&self, expr: &Expr) -> Option<String> {
        if self.params.is_empty() {
            return None;
        }
        let path = &self.repo.files[self.file].path;
        self.params.get(&(path.clone(), expr.span.start, expr.span.end)).cloned()
    }

    pub fn param(&mut self, name: &str) -> Lower<Val> {
        let at = self.program.params.iter().position(|param| param.name == name);
        let (Some(at), Some(&kind)) = (at, self.request.varied.get(name)) else {
            return self.obstacle("a parameter", format!("{name} is not among the varied ones"));
        };
        let d = self.b.reg(if kind == VariedKind::Float { Kind::F } else { Kind::I });
        self.b.emit(Inst::Param { d, param: ParamId(at as u32) });
        Ok(match kind {
            VariedKind::Bool => Val::bool(d),
            VariedKind::Int => Val::int(d),
            VariedKind::Float => Val::float(d),
            VariedKind::Str => Val::new(Ty::STR, vec![d]),
        })
    }

    pub fn literal(&mut self, value: &Value) -> Lower<Val> {
        Ok(match value {
            Value::Null => Val::none(),
            Value::Bool(value) => Val::literal(Literal::Bool(*value)),
            Value::Int(value) => Val::literal(Literal::Int(*value)),
            Value::Float(value) => Val::literal(Literal::Float(*value)),
            Value::Str(text) => self.symbol(text),
            Value::Code { code } => return self.obstacle("a value that is code", code.clone()),
        })
    }

    fn unary(&mut self, op: PythonUnary, operand: &Expr) -> Lower<Val> {
        let value = self.expr(operand)?;
        if super::numpy_scalar::is_numpy_float(&value) && op == PythonUnary::Minus {
            let (word, site) = (self.word(&value), self.site("negation"));
            return Ok(Val::new(value.ty, vec![self.b.unary(UnaryOp::Neg, word, site)]));
        }
        if matches!(value.ty, Ty::Pandas(super::ty::Pandas::Line(_))) {
            return match op {
                PythonUnary::Minus => self.each_number(&value, UnaryOp::Neg),
                PythonUnary::Invert => self.inverted(&value),
                PythonUnary::Plus => Ok(value),
            };
        }
        let value = self.narrow(&value, Kinds::NUMBERS, "bad operand type for a unary operator")?;
        let Some(kinds) = value.kinds() else { return Ok(value) };
        match op {
            PythonUnary::Plus if kinds.within(Kinds::INT.union(Kinds::FLOAT)) => Ok(value),
            PythonUnary::Minus if kinds == Kinds::FLOAT => {
                if let Some(Literal::Float(value)) = value.literal {
                    return Ok(Val::literal(Literal::Float(-value)));
                }
                let (word, site) = (self.word(&value), self.site("negation"));
                Ok(Val::float(self.b.unary(UnaryOp::Neg, word, site)))
            }
            PythonUnary::Minus if kinds.within(Kinds::INT.union(Kinds::BOOL)) => {
                let value = self.as_int(&value);
                let (word, site) = (self.word(&value), self.site("an integer over 64 bits"));
                let zero = self.b.int_const(0);
                Ok(Val::int(self.b.int(IntOp::Sub, zero, word, site)))
            }
            PythonUnary::Minus => self.by_float_or_int(&value, |this, value| {
                let kinds = value.kinds().unwrap_or(Kinds::INT);
                let (word, site) = (this.word(value), this.site("an integer over 64 bits"));
                Ok(if kinds == Kinds::FLOAT {
                    Val::float(this.b.unary(UnaryOp::Neg, word, site))
                } else {
                    let zero = this.b.int_const(0);
                    Val::int(this.b.int(IntOp::Sub, zero, word, site))
                })
            }),
            _ => self.obstacle("a unary operator", "`~` or `+` on such a value"),
        }
    }

    /// `a and b`, `a or b` as a value.
    fn and_or(&mut self, items: &[Expr], and: bool) -> Lower<Val> {
        let mut ends = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let value = self.expr(item)?;
            if at + 1 == items.len() || self.b.current.is_none() {
                ends.extend(self.part().map(|flow| (flow, value)));
                break;
            }
            let test = self.truth(&value)?;
            match self.constant_test(&value) {
                Some(truth) if truth == and => continue,
                Some(_) => {
                    ends.extend(self.part().map(|flow| (flow, value)));
                    break;
                }
                None => {}
            }
            let Some(no) = self.split(test) else { break };
            let (leave, stay) = if and { (Some(no), self.part()) } else { (self.part(), Some(no)) };
            // What leaves is known to be false, or true: None need not be carried on from an `or`.
            if let Some(flow) = leave {
                let kept = if and { value } else { self.truthy(&value, &flow) };
                ends.push((flow, kept));
            }
            if let Some(stay) = stay {
                self.follow(stay);
            }
        }
        self.meet_with(ends)
    }

    /// `value` on a path where it was found true.
    fn truthy(&mut self, value: &Val, flow: &super::flow::Flow) -> Val {
        let before = self.b.current.replace(flow.block);
        let value = match &value.ty {
            Ty::Opt(inner) => self.assume_present(value, &inner.clone()),
            Ty::Scalar(kinds) if kinds.has(Kinds::NONE) && *kinds != Kinds::NONE => {
                self.assume(value, kinds.without(Kinds::NONE))
            }
            _ => value.clone(),
        };
        self.b.current = before;
        value
    }

    /// An f-string: evaluated for what it may raise, the text itself is not made.
    fn formatted(&mut self, parts: &[(Expr, bool)]) -> Lower<Val> {
        for (part, specified) in parts {
            let value = self.expr(part)?;
            self.format_check(&value, *specified)?;
        }
        Ok(Val::text())
    }

    /// With a format specification numbers format, other things may raise.
    pub fn format_check(&mut self, value: &Val, specified: bool) -> Lower<()> {
        match &value.ty {
            Ty::Object(_) | Ty::Known(Known::Static(_)) => {
                self.obstacle("formatting an object", "its __str__ or __format__ would run")
            }
            Ty::Scalar(kinds) if specified && !kinds.within(Kinds::NUMBERS) => {
                self.narrow(value, Kinds::NUMBERS, "a format specification on a value that is no number").map(|_| ())
            }
            Ty::Scalar(_) | Ty::Never | Ty::Pandas(super::ty::Pandas::Float | super::ty::Pandas::Number) => Ok(()),
            _ if specified => self.obstacle("a format specification", format!("on {}", value.ty.name())),
            _ => Ok(()),
        }
    }
}
