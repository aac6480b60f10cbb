//! `sum`, in the order and with the compensation of the user's Python.

use super::ty::{Kinds, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{BinaryOp, Comprehension, Expr, ExprKind};
use crate::strategy::native::ir::{CompareOp, FloatOp, IntOp, Intrinsic, Reduction, UnaryOp};
use crate::strategy::native::numerics::SumPolicy;

impl Pass<'_> {
    pub fn sum_policy(&self) -> SumPolicy {
        if self.request.python >= (3, 12) { SumPolicy::Neumaier } else { SumPolicy::Ordered }
    }

    pub fn sum(&mut self, argument: &Expr) -> Lower<Val> {
        let policy = self.sum_policy();
        if let ExprKind::Comprehension(comprehension) = &argument.kind {
            let element = self.element_type(comprehension)?;
            return self.sum_generated(comprehension, &element, policy);
        }
        let value = self.expr(argument)?;
        if self.holds_nothing(&value) {
            return Ok(Val::never());
        }
        if let Some((address, count)) = self.floats(&value)? {
            let numpy = self.element_of(&value);
            if numpy == Some(Pandas::Number) && policy == SumPolicy::Neumaier {
                return self.obstacle("sum()", "of Python's and numpy's floats together");
            }
            // Numbers of numpy are added one after another by every version.
            let policy = if numpy.is_some() { SumPolicy::Ordered } else { policy };
            let site = self.site("sum() raises");
            let word = self.b.call1(Intrinsic::Reduce(Reduction::Sum(policy)), &[address, count], site);
            return Ok(if numpy.is_some() { Val::number(word) } else { Val::float(word) });
        }
        let element = match &value.ty {
            Ty::List(id) => self.known.element(*id),
            Ty::Tuple(items) => {
                let mut all = Ty::Never;
                for item in items {
                    all = self.facts.join(&all, item);
                }
                all
            }
            _ => return self.obstacle("sum()", format!("of {}", value.ty.name())),
        };
        let total = self.hidden_name();
        let start = self.start_of_sum(&element, policy)?;
        self.env.vars.insert(total.clone(), start);
        if element == Ty::FLOAT && policy == SumPolicy::Neumaier {
            return self.obstacle("sum()", "of a tuple of floats");
        }
        self.each_element(&value, std::slice::from_ref(&total), &mut |this, item| {
            let sum = this.env.vars[&total].clone();
            let sum = this.binary(BinaryOp::Add, &sum, &item)?;
            this.env.vars.insert(total.clone(), sum);
            Ok(())
        })?;
        Ok(self.env.vars.remove(&total).unwrap_or_else(Val::never))
    }

    /// The numpy kind of a sequence's numbers; None of Python's.
    pub fn element_of(&self, value: &Val) -> Option<Pandas> {
        match &value.ty {
            Ty::List(id) => match self.known.element(*id) {
                Ty::Pandas(numpy @ (Pandas::Float | Pandas::Number)) => Some(numpy),
                _ => None,
            },
            Ty::Pandas(Pandas::Line(_)) => Some(Pandas::Float),
            _ => None,
        }
    }

    /// Zero as an int; where floats follow the float zero adds alike and keeps one type.
    fn start_of_sum(&mut self, element: &Ty, policy: SumPolicy) -> Lower<Val> {
        match element.kinds() {
            Some(Kinds::FLOAT) => Ok(Val::literal(Literal::Float(0.0))),
            Some(kinds) if kinds.within(Kinds::INT.union(Kinds::BOOL)) => Ok(Val::literal(Literal::Int(0))),
            Some(kinds) if kinds.within(Kinds::NUMBERS) && policy == SumPolicy::Ordered => {
                Ok(Val::literal(Literal::Int(0)))
            }
            None if *element == Ty::Never => Ok(Val::literal(Literal::Int(0))),
            None if *element == Ty::Pandas(Pandas::Float) => Ok(Val::literal(Literal::Float(0.0))),
            _ => self.obstacle("sum()", format!("of {}", element.name())),
        }
    }

    fn sum_generated(&mut self, comprehension: &Comprehension, element: &Ty, policy: SumPolicy) -> Lower<Val> {
        let (total, lost) = (self.hidden_name(), self.hidden_name());
        let start = self.start_of_sum(element, policy)?;
        self.env.vars.insert(total.clone(), start);
        if *element != Ty::FLOAT || policy == SumPolicy::Ordered {
            self.generate(comprehension, std::slice::from_ref(&total), &mut |this, item| {
                let sum = this.env.vars[&total].clone();
                let sum = this.binary(BinaryOp::Add, &sum, &item)?;
                this.env.vars.insert(total.clone(), sum);
                Ok(())
            })?;
            return Ok(self.env.vars.remove(&total).unwrap_or_else(Val::never));
        }
        // CPython's compensated sum, term by term.
        self.env.vars.insert(lost.clone(), Val::literal(Literal::Float(0.0)));
        self.generate(comprehension, &[total.clone(), lost.clone()], &mut |this, item| {
            let (sum, c) = (this.env.vars[&total].clone(), this.env.vars[&lost].clone());
            let (sum, c, x) = (this.word(&sum), this.word(&c), this.word(&item));
            let site = this.site("sum");
            let t = this.b.float(FloatOp::Add, sum, x, site);
            let (size, other) = (this.b.unary(UnaryOp::Abs, sum, site), this.b.unary(UnaryOp::Abs, x, site));
            let larger = this.b.compare(CompareOp::Ge, size, other);
            let Some(no) = this.split(larger) else { return Ok(()) };
            let part = this.b.float(FloatOp::Sub, sum, t, site);
            let part = Val::float(this.b.float(FloatOp::Add, part, x, site));
            let mut ends: Vec<_> = this.part().map(|flow| (flow, part)).into_iter().collect();
            this.follow(no);
            let part = this.b.float(FloatOp::Sub, x, t, site);
            let part = Val::float(this.b.float(FloatOp::Add, part, sum, site));
            ends.extend(this.part().map(|flow| (flow, part)));
            let part = this.meet_with(ends)?;
            let part = this.word(&part);
            let c = this.b.float(FloatOp::Add, c, part, site);
            this.env.vars.insert(total.clone(), Val::float(t));
            this.env.vars.insert(lost.clone(), Val::float(c));
            Ok(())
        })?;
        let sum = self.env.vars.remove(&total).unwrap_or_else(Val::never);
        let c = self.env.vars.remove(&lost).unwrap_or_else(Val::never);
        if self.b.current.is_none() {
            return Ok(Val::never());
        }
        let (sum, c) = (self.word(&sum), self.word(&c));
        let site = self.site("sum");
        let (nan, inf) = (self.b.unary(UnaryOp::IsNan, c, site), self.b.unary(UnaryOp::IsInf, c, site));
        let odd = self.b.int(IntOp::Or, nan, inf, site);
        let Some(finite) = self.split(odd) else { return Ok(Val::never()) };
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(sum))).into_iter().collect();
        self.follow(finite);
        // Where nothing was lost, adding zero changes nothing but a sum of -0.0, and that starts at 0.0.
        let whole = Val::float(self.b.float(FloatOp::Add, sum, c, site));
        ends.extend(self.part().map(|flow| (flow, whole)));
        self.meet_with(ends)
    }
}
