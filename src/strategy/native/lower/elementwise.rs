//! Operators on series and arrays, number by number, as numpy does them: nothing raises, a division by zero least of
//! all.

use super::ty::{Labels, Line, Of, Pandas, Ty};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::{BinaryOp, CompareOp as Python};
use crate::strategy::native::ir::{CompareOp, FloatOp, IntOp, Reg, UnaryOp, Word};

/// One side of an operator.
enum Side {
    Number(Reg),
    Line(Val),
}

impl<'a> Pass<'a> {
    /// What both sides are, the span and the labels of the result; None where neither is a line.
    fn sides(&mut self, left: &Val, right: &Val) -> Lower<Option<([Side; 2], Val, Labels)>> {
        let line = |value: &Val| match value.ty {
            Ty::Pandas(Pandas::Line(line)) => Some(line),
            _ => None,
        };
        let (a, b) = (line(left), line(right));
        let (whole, labels) = match (a, b) {
            (None, None) => return Ok(None),
            (Some(a), None) => (left.clone(), a.labels),
            (None, Some(b)) => (right.clone(), b.labels),
            (Some(a), Some(b)) => {
                match (a.labels, b.labels) {
                    (Labels::None, _) | (_, Labels::None) => {
                        let (_, count) = Self::span(right);
                        self.guard_as_long(left, count);
                    }
                    (x, y) if x == y => self.guard_aligned(left, right),
                    _ => return self.obstacle("pandas", "series with other labels than each other"),
                }
                if a.labels == Labels::None { (right.clone(), b.labels) } else { (left.clone(), a.labels) }
            }
        };
        let mut side = |value: &Val| -> Lower<Side> {
            match value.ty {
                Ty::Pandas(Pandas::Line(_)) => Ok(Side::Line(value.clone())),
                _ if super::numpy_scalar::is_number(value) => Ok(Side::Number(self.number_beside_numpy(value, true)?)),
                _ => self.obstacle("pandas", format!("an operator on a series and {}", value.ty.name())),
            }
        };
        let sides = [side(left)?, side(right)?];
        Ok(Some((sides, whole, labels)))
    }

    /// A list made of both sides, number by number, as a line of the same bars.
    fn each_of(
        &mut self,
        (sides, whole, labels): ([Side; 2], Val, Labels),
        of: Of,
        each: &mut dyn FnMut(&mut Pass<'a>, Reg, Reg) -> Lower<Reg>,
    ) -> Lower<Val> {
        let (first, count) = Self::span(&whole);
        let word = if of == Of::Bools { Word::I } else { Word::F };
        let list = self.mapped(count, word, &mut |this, place| {
            let [a, b] = [0, 1].map(|at| match &sides[at] {
                Side::Number(word) => *word,
                Side::Line(line) => this.number_of_line(line, place).regs[0],
            });
            each(this, a, b)
        })?;
        Ok(self.made(of, labels, list, first, count))
    }

    /// A line of a list; an array's own count begins at zero.
    fn made(&mut self, of: Of, labels: Labels, list: Reg, first: Reg, count: Reg) -> Val {
        let first = if labels == Labels::None { self.b.int_const(0) } else { first };
        Val::new(Ty::Pandas(Pandas::Line(Line { of, labels })), vec![list, first, count])
    }

    fn has_bools(sides: &[Side; 2]) -> bool {
        sides.iter().any(|side| {
            matches!(side, Side::Line(Val { ty: Ty::Pandas(Pandas::Line(Line { of: Of::Bools, .. })), .. }))
        })
    }

    /// None where neither side is a line.
    pub fn binary_on_lines(&mut self, op: BinaryOp, left: &Val, right: &Val) -> Lower<Option<Val>> {
        let Some((sides, whole, labels)) = self.sides(left, right)? else { return Ok(None) };
        let site = self.site("numpy's arithmetic");
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let bools = |side: &Side| {
                matches!(side, Side::Line(Val { ty: Ty::Pandas(Pandas::Line(Line { of: Of::Bools, .. })), .. }))
            };
            if !sides.iter().all(bools) {
                return self.obstacle("pandas", "`&` or `|` of what is not two series of bools");
            }
            let op = if op == BinaryOp::And { IntOp::And } else { IntOp::Or };
            return self
                .each_of((sides, whole, labels), Of::Bools, &mut |this, a, b| Ok(this.b.int(op, a, b, site)))
                .map(Some);
        }
        if Self::has_bools(&sides) {
            return self.obstacle("pandas", "arithmetic on bools");
        }
        if op == BinaryOp::Pow {
            if right.int_literal() != Some(2) {
                return self.obstacle("pandas", "`**` of a series to another power than 2");
            }
            return self
                .each_of((sides, whole, labels), Of::Floats, &mut |this, a, _| {
                    Ok(this.b.float(FloatOp::Mul, a, a, site))
                })
                .map(Some);
        }
        let op = match op {
            BinaryOp::Add => FloatOp::Add,
            BinaryOp::Sub => FloatOp::Sub,
            BinaryOp::Mul => FloatOp::Mul,
            BinaryOp::Div => FloatOp::DivIeee,
            _ => return self.obstacle("pandas", "an operator on a series other than + - * /"),
        };
        self.each_of((sides, whole, labels), Of::Floats, &mut |this, a, b| Ok(this.b.float(op, a, b, site))).map(Some)
    }

    pub fn compare_lines(&mut self, op: Python, left: &Val, right: &Val) -> Lower<Option<Val>> {
        let op = match op {
            Python::Lt => CompareOp::Lt,
            Python::Le => CompareOp::Le,
            Python::Gt => CompareOp::Gt,
            Python::Ge => CompareOp::Ge,
            Python::Eq => CompareOp::Eq,
            Python::Ne => CompareOp::Ne,
            _ => return Ok(None),
        };
        let Some(sides) = self.sides(left, right)? else { return Ok(None) };
        if Self::has_bools(&sides.0) {
            return self.obstacle("pandas", "a comparison of bools");
        }
        self.each_of(sides, Of::Bools, &mut |this, a, b| Ok(this.b.compare(op, a, b))).map(Some)
    }

    /// `-line`, `abs(line)` and the like.
    pub fn each_number(&mut self, line: &Val, op: UnaryOp) -> Lower<Val> {
        self.each_number_with(line, &mut |this, word| {
            let site = this.site("numpy's arithmetic");
            Ok(this.b.unary(op, word, site))
        })
    }

    pub fn each_number_with(
        &mut self,
        line: &Val,
        each: &mut dyn FnMut(&mut Pass<'a>, Reg) -> Lower<Reg>,
    ) -> Lower<Val> {
        let Ty::Pandas(Pandas::Line(Line { of, labels })) = line.ty else { return Ok(Val::never()) };
        if of == Of::Bools {
            return self.obstacle("pandas", "arithmetic on bools");
        }
        let (first, count) = Self::span(line);
        let list = self.mapped(count, Word::F, &mut |this, place| {
            let word = this.number_of_line(line, place).regs[0];
            each(this, word)
        })?;
        Ok(self.made(Of::Floats, labels, list, first, count))
    }

    /// `~line`
    pub fn inverted(&mut self, line: &Val) -> Lower<Val> {
        let Ty::Pandas(Pandas::Line(Line { of: Of::Bools, labels })) = line.ty else {
            return self.obstacle("a unary operator", "`~` of what is no series of bools");
        };
        let (first, count) = Self::span(line);
        let site = self.site("not");
        let list = self.mapped(count, Word::I, &mut |this, place| {
            let word = this.number_of_line(line, place).regs[0];
            Ok(this.b.unary(UnaryOp::Not, word, site))
        })?;
        Ok(self.made(Of::Bools, labels, list, first, count))
    }
}
