//! Conditions: what is true, and what is known on either side of a test.

use super::flow::Flow;
use super::ty::{Kinds, Known, Pandas, StaticId, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{CompareOp as PythonCompare, Expr, ExprKind};
use crate::strategy::native::ir::{CompareOp, IntOp, Intrinsic, Reg, UnaryOp};

impl Pass<'_> {
    /// Evaluates a test and goes on where it holds; the flow where it does not is returned. Either is None where
    /// it cannot be reached.
    pub fn branch_on(&mut self, test: &Expr) -> Lower<Option<Flow>> {
        match &test.kind {
            ExprKind::Not(inner) => {
                let no = self.branch_on(inner)?;
                let yes = self.part();
                if let Some(no) = no {
                    self.follow(no);
                }
                Ok(yes)
            }
            ExprKind::And(items) => {
                let mut out = Vec::new();
                for item in items {
                    if self.b.current.is_none() {
                        break;
                    }
                    out.push(self.branch_on(item)?);
                }
                let yes = self.part();
                self.meet(out)?;
                let no = self.part();
                if let Some(yes) = yes {
                    self.follow(yes);
                }
                Ok(no)
            }
            ExprKind::Or(items) => {
                let mut met = Vec::new();
                for (at, item) in items.iter().enumerate() {
                    let no = self.branch_on(item)?;
                    met.push(self.part());
                    match no {
                        Some(no) => self.follow(no),
                        None => break,
                    }
                    if at + 1 == items.len() {
                        break;
                    }
                }
                // Where the loop ended with a path, it is the one on which all were false.
                let no = self.part();
                self.meet(met)?;
                Ok(no)
            }
            _ => self.branch_on_value(test),
        }
    }

    fn branch_on_value(&mut self, test: &Expr) -> Lower<Option<Flow>> {
        let (value, subject, negated) = match &test.kind {
            // `x is None` and `x is not None` of a name tell more than whether they hold.
            ExprKind::Compare(items, ops)
                if items.len() == 2
                    && items[1].is_none()
                    && items[0].name().is_some_and(|name| self.env.vars.contains_key(name))
                    && matches!(ops[0], PythonCompare::Is | PythonCompare::IsNot) =>
            {
                let name = items[0].name().unwrap_or_default().to_owned();
                let subject = self.expr(&items[0])?;
                let none = self.is_none_test(&subject);
                (none, Some((name, subject, true)), ops[0] == PythonCompare::IsNot)
            }
            _ => {
                let value = self.expr(test)?;
                if value.ty == Ty::Never {
                    // Nothing ever came here.
                    self.bail("a test of nothing");
                    return Ok(None);
                }
                let name = test.name().filter(|name| self.env.vars.contains_key(*name)).map(str::to_owned);
                let subject = name.map(|name| (name, value.clone(), false));
                if let Some(truth) = self.constant_test(&value) {
                    return Ok(self.decided(truth));
                }
                let truth = self.truth(&value)?;
                (Val::bool(truth), subject, false)
            }
        };
        if let Some(Literal::Bool(truth)) = value.literal {
            return Ok(self.decided(truth != negated));
        }
        let word = self.word(&value);
        let Some(no) = self.split(word) else { return Ok(None) };
        let Some(yes) = self.part() else { return Ok(Some(no)) };
        let (mut yes, mut no) = if negated { (no, yes) } else { (yes, no) };
        if let Some((name, subject, is_none_test)) = subject {
            // After `is None` the false side is not None; after a plain test the true side is not.
            let there = match (is_none_test, negated) {
                (true, false) => &mut no,
                (true, true) | (false, _) => &mut yes,
            };
            self.b.current = Some(there.block);
            let kept = self.without_none(&subject);
            there.block = self.b.current.take().unwrap_or(there.block);
            there.env.vars.insert(name, kept);
        }
        self.follow(yes);
        Ok(Some(no))
    }

    fn decided(&mut self, truth: bool) -> Option<Flow> {
        if truth { None } else { self.part() }
    }

    fn without_none(&mut self, value: &Val) -> Val {
        match &value.ty {
            Ty::Opt(inner) => self.assume_present(value, &inner.clone()),
            Ty::Scalar(kinds) if kinds.has(Kinds::NONE) && *kinds != Kinds::NONE => {
                self.assume(value, kinds.without(Kinds::NONE))
            }
            _ => value.clone(),
        }
    }

    /// `value is None` as a bool.
    pub fn is_none_test(&mut self, value: &Val) -> Val {
        match &value.ty {
            Ty::Opt(_) => {
                let present = self.is_present(value);
                let site = self.site("is None");
                Val::bool(self.b.unary(UnaryOp::Not, present, site))
            }
            Ty::Scalar(kinds) if *kinds == Kinds::NONE => Val::literal(Literal::Bool(true)),
            Ty::Scalar(kinds) if kinds.has(Kinds::NONE) => {
                let is = self.is_one_of(value, Kinds::NONE);
                Val::bool(is)
            }
            Ty::Never => Val::never(),
            _ => Val::literal(Literal::Bool(false)),
        }
    }

    /// What a test of the value gives, where that is known now.
    pub fn constant_test(&mut self, value: &Val) -> Option<bool> {
        match (value.literal, &value.ty) {
            (Some(Literal::Bool(truth)), _) => Some(truth),
            (Some(Literal::Int(number)), _) => Some(number != 0),
            (Some(Literal::Float(number)), _) => Some(number != 0.0),
            (Some(Literal::Symbol(id)), _) => {
                let empty = self.facts.symbol(super::facts::Symbol::Text(String::new()));
                Some(id != empty)
            }
            (_, Ty::Scalar(kinds)) if *kinds == Kinds::NONE => Some(false),
            (_, Ty::Tuple(items)) => Some(!items.is_empty()),
            (_, Ty::Map(items)) => Some(!items.is_empty()),
            (_, Ty::Known(Known::Static(id))) if self.is_static_dict(value) && !self.has_market_key(*id) => {
                let keys = self.keys_of(*id);
                if keys.is_empty() {
                    return Some(false);
                }
                keys.iter().any(|key| self.env.assigned.contains(&(*id, key.clone()))).then_some(true)
            }
            (
                _,
                Ty::Bar(_)
                | Ty::Known(Known::Columns | Known::Class(_) | Known::Function(..) | Known::Closure(..) | Known::Logger),
            ) => Some(true),
            _ => None,
        }
    }

    /// `bool(value)` as 0 or 1.
    pub fn truth(&mut self, value: &Val) -> Lower<Reg> {
        if let Some(truth) = self.constant_test(value) {
            return Ok(self.b.int_const(i64::from(truth)));
        }
        match &value.ty {
            Ty::Never => Ok(self.b.int_const(0)),
            Ty::Scalar(kinds) if kinds.single() => self.truth_of_kind(value, *kinds),
            Ty::Scalar(_) => {
                let met = self.by_kind(value, &mut |this, own, kind| this.truth_of_kind(own, kind).map(Val::bool))?;
                Ok(self.word(&met))
            }
            Ty::List(_) => {
                let length = self.length_of(value)?;
                let zero = self.b.int_const(0);
                Ok(self.b.compare(CompareOp::Ne, length, zero))
            }
            Ty::View(_) => {
                let zero = self.b.int_const(0);
                Ok(self.b.compare(CompareOp::Ne, value.regs[1], zero))
            }
            Ty::Pandas(Pandas::Bool) => Ok(self.word(value)),
            Ty::Pandas(Pandas::Float | Pandas::Number) => self.truth_of_kind(value, Kinds::FLOAT),
            Ty::Object(_) | Ty::Known(Known::Static(_)) => {
                if self.has_method(value, "__bool__") || self.has_method(value, "__len__") {
                    return self.obstacle("a test of an object", "it defines __bool__ or __len__");
                }
                match value.ty {
                    Ty::Known(Known::Static(id)) if self.is_static_dict(value) => self.has_a_key(id),
                    _ => Ok(self.b.int_const(1)),
                }
            }
            Ty::Opt(inner) => {
                let present = self.is_present(value);
                let Some(no) = self.split(present) else { return Ok(self.b.int_const(0)) };
                let held = self.assume_present(value, inner);
                let truth = self.truth(&held)?;
                let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::bool(truth))).into_iter().collect();
                self.follow(no);
                let falsehood = self.b.int_const(0);
                ends.extend(self.part().map(|flow| (flow, Val::bool(falsehood))));
                let met = self.meet_with(ends)?;
                Ok(self.word(&met))
            }
            _ => self.obstacle("a test", format!("of {}", value.ty.name())),
        }
    }

    /// Whether a dict whose keys may come later has one now. Keys never go.
    fn has_a_key(&mut self, id: StaticId) -> Lower<Reg> {
        if self.has_market_key(id) {
            return self.obstacle("a test of a dict", "whose key is the market's symbol");
        }
        let mut any = self.b.int_const(0);
        for key in self.keys_of(id) {
            let set = self.attribute_is_set(id, &key)?;
            let set = self.word(&set);
            let site = self.site("a test of a dict");
            any = self.b.int(IntOp::Or, any, set, site);
        }
        Ok(any)
    }

    fn truth_of_kind(&mut self, value: &Val, kind: Kinds) -> Lower<Reg> {
        let word = self.word(value);
        Ok(match kind {
            Kinds::BOOL => word,
            Kinds::INT => {
                let zero = self.b.int_const(0);
                self.b.compare(CompareOp::Ne, word, zero)
            }
            Kinds::FLOAT => {
                let zero = self.b.float_const(0.0);
                self.b.compare(CompareOp::Ne, word, zero)
            }
            Kinds::STR => {
                let empty = self.facts.symbol(super::facts::Symbol::Text(String::new()));
                let empty = self.b.int_const(empty as i64);
                self.b.compare(CompareOp::Ne, word, empty)
            }
            Kinds::TIME => self.b.int_const(1),
            _ => self.b.int_const(0),
        })
    }

    /// A comparison or negation as a value.
    pub fn test_value(&mut self, expr: &Expr) -> Lower<Val> {
        if let ExprKind::Not(inner) = &expr.kind {
            let value = self.expr(inner)?;
            if let Some(truth) = self.constant_test(&value) {
                return Ok(Val::literal(Literal::Bool(!truth)));
            }
            let truth = self.truth(&value)?;
            let site = self.site("not");
            return Ok(Val::bool(self.b.unary(UnaryOp::Not, truth, site)));
        }
        let ExprKind::Compare(items, ops) = &expr.kind else { return self.obstacle("a test", "of another kind") };
        let mut left = self.expr(&items[0])?;
        let mut ends = Vec::new();
        for (at, (op, right)) in ops.iter().zip(&items[1..]).enumerate() {
            let right = self.expr(right)?;
            let value = self.compare(*op, &left, &right)?;
            if at + 1 == ops.len() {
                if ends.is_empty() {
                    return Ok(value);
                }
                ends.extend(self.part().map(|flow| (flow, value)));
                break;
            }
            let word = self.word(&value);
            let Some(no) = self.split(word) else { break };
            // On that path numpy's bool is its own false.
            let falsehood = if matches!(value.ty, Ty::Pandas(_)) { value } else { Val::literal(Literal::Bool(false)) };
            ends.push((no, falsehood));
            left = right;
        }
        self.meet_with(ends)
    }

    pub fn length_of(&mut self, list: &Val) -> Lower<Reg> {
        let word = self.word(list);
        let site = self.site("len");
        Ok(self.b.call1(Intrinsic::ListLength, &[word], site))
    }
}
