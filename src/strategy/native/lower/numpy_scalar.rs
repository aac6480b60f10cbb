//! numpy's float64 and bool as scalars. Apart from Python's they have a type of their own here: `round`, `//`, `%`,
//! `**`, `isinstance` and a sum of them go by numpy's rules, and are refused. A division by zero bails, which is where
//! Python's floats raise and numpy's do not.

use super::ty::{Kinds, Pandas, Ty};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::BinaryOp;
use crate::strategy::native::ir::{CompareOp, FloatOp, Reg, UnaryOp};

/// One of numpy's or pandas' own, or None instead of it.
pub fn is_foreign(ty: &Ty) -> bool {
    match ty {
        Ty::Pandas(_) => true,
        Ty::Opt(inner) => is_foreign(inner),
        _ => false,
    }
}

pub const fn is_numpy_float(value: &Val) -> bool {
    matches!(value.ty, Ty::Pandas(Pandas::Float))
}

impl Pass<'_> {
    /// `+ - * /` where at least one side is a numpy float; None where neither is.
    pub fn binary_on_numpy(&mut self, op: BinaryOp, left: &Val, right: &Val) -> Lower<Option<Val>> {
        if !is_numpy_float(left) && !is_numpy_float(right) {
            return Ok(None);
        }
        let op = match op {
            BinaryOp::Add => FloatOp::Add,
            BinaryOp::Sub => FloatOp::Sub,
            BinaryOp::Mul => FloatOp::Mul,
            BinaryOp::Div => FloatOp::Div,
            _ => return self.obstacle("a numpy float", "`//`, `%` or `**` of one"),
        };
        let (a, b) = (self.number_beside_numpy(left, false)?, self.number_beside_numpy(right, false)?);
        let site = self.site("float division by zero");
        Ok(Some(Val::numpy_float(self.b.float(op, a, b, site))))
    }

    fn number_beside_numpy(&mut self, value: &Val, exact: bool) -> Lower<Reg> {
        if is_numpy_float(value) { Ok(self.word(value)) } else { self.float_of(value, exact) }
    }

    /// A comparison where at least one side is a numpy float; None where neither is.
    pub fn compare_numpy(&mut self, op: CompareOp, left: &Val, right: &Val) -> Lower<Option<Val>> {
        if !is_numpy_float(left) && !is_numpy_float(right) {
            return Ok(None);
        }
        let numbers = |value: &Val| is_numpy_float(value) || value.kinds().is_some_and(|k| k.within(Kinds::NUMBERS));
        if op == CompareOp::Eq && !(numbers(left) && numbers(right)) {
            return self.obstacle("a numpy float", "compared with what may be no number");
        }
        let (a, b) = (self.number_beside_numpy(left, true)?, self.number_beside_numpy(right, true)?);
        Ok(Some(Val::numpy_bool(self.b.compare(op, a, b))))
    }

    /// numpy's functions of one float64.
    pub fn numpy_function(&mut self, function: &str, value: &Val) -> Lower<Val> {
        let (word, site) = (self.word(value), self.site(&format!("numpy.{function} raises")));
        let op = match function {
            "sqrt" => UnaryOp::SqrtIeee,
            "log" => UnaryOp::LogIeee,
            "exp" => UnaryOp::ExpIeee,
            "abs" | "absolute" | "fabs" => UnaryOp::Abs,
            "isnan" => return Ok(Val::numpy_bool(self.b.unary(UnaryOp::IsNan, word, site))),
            _ => return self.obstacle("numpy", format!("`{function}`")),
        };
        Ok(Val::numpy_float(self.b.unary(op, word, site)))
    }

    /// `pd.isna(x)` and `pd.notna(x)` of one number, which give Python's own bool.
    pub fn missing(&mut self, name: &str, args: &[Val]) -> Lower<Val> {
        let word = match args {
            [value] if is_numpy_float(value) || value.ty == Ty::FLOAT => self.word(value),
            [value] if value.ty == Ty::Never => return Ok(Val::never()),
            _ => return self.obstacle("pandas", format!("`{name}` of what is no float")),
        };
        let site = self.site("isna");
        let nan = self.b.unary(UnaryOp::IsNan, word, site);
        Ok(Val::bool(if name.contains("not") { self.b.unary(UnaryOp::Not, nan, site) } else { nan }))
    }
}
