//! Python's operators on numbers, lists and tuples.

use super::ty::{Kinds, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::BinaryOp;
use crate::strategy::native::ir::{FloatOp, IntOp, Reg, UnaryOp};

impl Pass<'_> {
    pub fn binary(&mut self, op: BinaryOp, left: &Val, right: &Val) -> Lower<Val> {
        if left.ty == Ty::Never || right.ty == Ty::Never {
            return Ok(Val::never());
        }
        if let Some(value) = self.binary_on_lists(op, left, right)? {
            return Ok(value);
        }
        if let Some(value) = self.binary_on_lines(op, left, right)? {
            return Ok(value);
        }
        if let Some(value) = self.binary_on_numpy(op, left, right)? {
            return Ok(value);
        }
        if op == BinaryOp::Mod && left.kinds().is_some_and(|kinds| kinds == Kinds::STR) {
            return Ok(Val::text());
        }
        if op == BinaryOp::Add && (self.is_text(left) || self.is_text(right)) {
            return Ok(Val::text());
        }
        let left = self.narrow(left, Kinds::NUMBERS, "unsupported operand type")?;
        let right = self.narrow(right, Kinds::NUMBERS, "unsupported operand type")?;
        let (Some(a), Some(b)) = (left.kinds(), right.kinds()) else { return Ok(Val::never()) };
        if let Some(value) = fold(op, &left, &right) {
            return Ok(Val::literal(value));
        }
        match op {
            BinaryOp::Div => {
                // Between ints the quotient is correctly rounded, which the floats' is where both are exact.
                let exact = !(a == Kinds::FLOAT || b == Kinds::FLOAT);
                let (a, b) = (self.float_of(&left, exact)?, self.float_of(&right, exact)?);
                let site = self.site("float division by zero");
                Ok(Val::float(self.b.float(FloatOp::Div, a, b, site)))
            }
            BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => self.bitwise(op, &left, &right),
            BinaryOp::ShiftLeft | BinaryOp::ShiftRight | BinaryOp::MatMul => {
                self.obstacle("an operator", "`<<`, `>>` and `@` are not compiled")
            }
            BinaryOp::Pow => self.power(&left, &right),
            _ if a == Kinds::FLOAT || b == Kinds::FLOAT => {
                let (a, b) = (self.float_of(&left, false)?, self.float_of(&right, false)?);
                Ok(Val::float(self.float_op(op, a, b)))
            }
            _ if !a.has(Kinds::FLOAT) && !b.has(Kinds::FLOAT) => {
                let (left, right) = (self.as_int(&left), self.as_int(&right));
                let (a, b) = (self.word(&left), self.word(&right));
                Ok(Val::int(self.int_op(op, a, b)))
            }
            // Int or float is not known: as the tags say.
            _ => {
                let is_a = self.is_one_of(&left, Kinds::FLOAT);
                let is_b = self.is_one_of(&right, Kinds::FLOAT);
                let site = self.site("tags");
                let any = self.b.int(IntOp::Or, is_a, is_b, site);
                let Some(no) = self.split(any) else { return Ok(Val::never()) };
                let (x, y) = (self.float_of(&left, false)?, self.float_of(&right, false)?);
                let value = Val::float(self.float_op(op, x, y));
                let mut ends: Vec<_> = self.part().map(|flow| (flow, value)).into_iter().collect();
                self.follow(no);
                let left = self.assume(&left, Kinds::INT.union(Kinds::BOOL));
                let right = self.assume(&right, Kinds::INT.union(Kinds::BOOL));
                let (left, right) = (self.as_int(&left), self.as_int(&right));
                let (x, y) = (self.word(&left), self.word(&right));
                let value = Val::int(self.int_op(op, x, y));
                ends.extend(self.part().map(|flow| (flow, value)));
                self.meet_with(ends)
            }
        }
    }

    fn float_op(&mut self, op: BinaryOp, a: Reg, b: Reg) -> Reg {
        let op = match op {
            BinaryOp::Sub => FloatOp::Sub,
            BinaryOp::Mul => FloatOp::Mul,
            BinaryOp::FloorDiv => FloatOp::FloorDiv,
            BinaryOp::Mod => FloatOp::Mod,
            _ => FloatOp::Add,
        };
        let site = self.site("float division by zero");
        self.b.float(op, a, b, site)
    }

    fn int_op(&mut self, op: BinaryOp, a: Reg, b: Reg) -> Reg {
        let (op, why) = match op {
            BinaryOp::Sub => (IntOp::Sub, "an integer over 64 bits"),
            BinaryOp::Mul => (IntOp::Mul, "an integer over 64 bits"),
            BinaryOp::FloorDiv => (IntOp::FloorDiv, "integer division by zero"),
            BinaryOp::Mod => (IntOp::Mod, "integer division by zero"),
            _ => (IntOp::Add, "an integer over 64 bits"),
        };
        let site = self.site(why);
        self.b.int(op, a, b, site)
    }

    fn bitwise(&mut self, op: BinaryOp, left: &Val, right: &Val) -> Lower<Val> {
        let (Some(a), Some(b)) = (left.kinds(), right.kinds()) else { return Ok(Val::never()) };
        if a.has(Kinds::FLOAT) || b.has(Kinds::FLOAT) {
            return self.obstacle("a bitwise operator", "on a value that may be a float");
        }
        let bools = a == Kinds::BOOL && b == Kinds::BOOL;
        if !bools && (a != Kinds::INT || b != Kinds::INT) {
            return self.obstacle("a bitwise operator", "on bools and ints together");
        }
        let op = match op {
            BinaryOp::And => IntOp::And,
            BinaryOp::Or => IntOp::Or,
            _ => IntOp::Xor,
        };
        let (x, y, site) = (self.word(left), self.word(right), self.site("bits"));
        let word = self.b.int(op, x, y, site);
        Ok(if bools { Val::bool(word) } else { Val::int(word) })
    }

    /// `**`: floats by the platform's pow; a small power of an int by multiplication.
    fn power(&mut self, left: &Val, right: &Val) -> Lower<Val> {
        let (Some(a), Some(b)) = (left.kinds(), right.kinds()) else { return Ok(Val::never()) };
        if a == Kinds::FLOAT || b == Kinds::FLOAT {
            let (x, y) = (self.float_of(left, false)?, self.float_of(right, false)?);
            let site = self.site("a power that Python raises on");
            return Ok(Val::float(self.b.float(FloatOp::Pow, x, y, site)));
        }
        match right.int_literal() {
            Some(power @ 0..=8) if !a.has(Kinds::FLOAT) => {
                let base = self.as_int(left);
                let base = self.word(&base);
                let mut product = self.b.int_const(1);
                for _ in 0..power {
                    product = self.int_op(BinaryOp::Mul, product, base);
                }
                Ok(Val::int(product))
            }
            Some(_) if a.has(Kinds::FLOAT) => self.by_float_or_int(left, |this, value| this.power(value, right)),
            _ => self.obstacle("a power of ints", "with an exponent that is not a small literal"),
        }
    }

    /// Does one thing where the value is a float and another where it is an int.
    pub fn by_float_or_int(&mut self, value: &Val, mut f: impl FnMut(&mut Self, &Val) -> Lower<Val>) -> Lower<Val> {
        let is_float = self.is_one_of(value, Kinds::FLOAT);
        let Some(no) = self.split(is_float) else { return Ok(Val::never()) };
        let float = self.assume(value, Kinds::FLOAT);
        let result = f(self, &float)?;
        let mut ends: Vec<_> = self.part().map(|flow| (flow, result)).into_iter().collect();
        self.follow(no);
        let int = self.assume(value, Kinds::INT.union(Kinds::BOOL));
        let int = self.as_int(&int);
        let result = f(self, &int)?;
        ends.extend(self.part().map(|flow| (flow, result)));
        self.meet_with(ends)
    }

    /// A bool or int as an int: the same word.
    pub fn as_int(&mut self, value: &Val) -> Val {
        match (value.literal, value.kinds()) {
            (Some(Literal::Bool(truth)), _) => Val::literal(Literal::Int(i64::from(truth))),
            (_, Some(kinds)) if kinds.single() => Val { ty: Ty::INT, ..value.clone() },
            // Bool or int, tagged: the second word is the number either way.
            (_, Some(_)) => Val::int(value.regs[1]),
            _ => value.clone(),
        }
    }

    /// A number as a float. `exact` bails where the float is not equal to the int.
    pub fn float_of(&mut self, value: &Val, exact: bool) -> Lower<Reg> {
        let value = self.narrow(value, Kinds::NUMBERS, "a number was expected")?;
        let Some(kinds) = value.kinds() else { return Ok(self.b.float_const(f64::NAN)) };
        let (op, why) = if exact {
            (UnaryOp::ToFloatExact, "an integer that no float equals")
        } else {
            (UnaryOp::ToFloat, "an integer as a float")
        };
        match value.literal {
            Some(Literal::Int(number)) if number.unsigned_abs() <= 1 << 53 => {
                return Ok(self.b.float_const(number as f64));
            }
            Some(Literal::Bool(truth)) => return Ok(self.b.float_const(f64::from(u8::from(truth)))),
            _ => {}
        }
        if kinds == Kinds::FLOAT {
            return Ok(self.word(&value));
        }
        let site = self.site(why);
        if !kinds.has(Kinds::FLOAT) {
            let int = self.as_int(&value);
            let word = self.word(&int);
            return Ok(self.b.unary(op, word, site));
        }
        let is_float = self.is_one_of(&value, Kinds::FLOAT);
        let Some(no) = self.split(is_float) else { return Ok(self.b.float_const(f64::NAN)) };
        let float = self.assume(&value, Kinds::FLOAT);
        let mut ends: Vec<_> = self.part().map(|flow| (flow, float)).into_iter().collect();
        self.follow(no);
        let bits = value.regs[1];
        let float = Val::float(self.b.unary(op, bits, site));
        ends.extend(self.part().map(|flow| (flow, float)));
        let met = self.meet_with(ends)?;
        Ok(self.word(&met))
    }

    /// An index or a count.
    pub fn index_of(&mut self, value: &Val, why: &str) -> Lower<Reg> {
        let value = self.narrow(value, Kinds::INT.union(Kinds::BOOL), why)?;
        if value.ty == Ty::Never {
            return Ok(self.b.int_const(0));
        }
        let int = self.as_int(&value);
        Ok(self.word(&int))
    }

    fn is_text(&self, value: &Val) -> bool {
        matches!(value.ty, Ty::Known(super::ty::Known::Text)) || value.kinds() == Some(Kinds::STR)
    }
}

/// Literals that can be computed now. Floats too: the compiler's arithmetic is IEEE 754's.
fn fold(op: BinaryOp, left: &Val, right: &Val) -> Option<Literal> {
    let float = |value: &Val| match value.literal? {
        Literal::Float(value) => Some(value),
        Literal::Int(value) if value.unsigned_abs() <= 1 << 53 => Some(value as f64),
        _ => None,
    };
    if let (Some(Literal::Int(a)), Some(Literal::Int(b))) = (left.literal, right.literal) {
        return match op {
            BinaryOp::Add => a.checked_add(b).map(Literal::Int),
            BinaryOp::Sub => a.checked_sub(b).map(Literal::Int),
            BinaryOp::Mul => a.checked_mul(b).map(Literal::Int),
            BinaryOp::Div if b != 0 => Some(Literal::Float(float(left)? / float(right)?)),
            _ => None,
        };
    }
    let (a, b) = (float(left)?, float(right)?);
    match op {
        BinaryOp::Add => Some(Literal::Float(a + b)),
        BinaryOp::Sub => Some(Literal::Float(a - b)),
        BinaryOp::Mul => Some(Literal::Float(a * b)),
        BinaryOp::Div if b != 0.0 => Some(Literal::Float(a / b)),
        _ => None,
    }
}
