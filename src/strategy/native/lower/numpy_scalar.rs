//! numpy's float64 and bool as scalars. Apart from Python's they have types of their own here: `//`, `%` and `**` go by
//! numpy's rules, and are refused. A division by zero bails, which is where Python's floats raise and numpy's do not.

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

/// A numpy float, or a number that may be one.
pub const fn is_numpy_float(value: &Val) -> bool {
    matches!(value.ty, Ty::Pandas(Pandas::Float | Pandas::Number))
}

pub fn is_number(value: &Val) -> bool {
    is_numpy_float(value) || value.kinds().is_some_and(|kinds| kinds.within(Kinds::NUMBERS))
}

/// `np.round` of more digits multiplies by a power that is none.
const MOST_DIGITS: i64 = 22;

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
        let word = self.b.float(op, a, b, site);
        let surely = [left, right].iter().any(|value| value.ty == Ty::Pandas(Pandas::Float));
        Ok(Some(if surely { Val::numpy_float(word) } else { Val::number(word) }))
    }

    pub fn number_beside_numpy(&mut self, value: &Val, exact: bool) -> Lower<Reg> {
        if is_numpy_float(value) { Ok(self.word(value)) } else { self.float_of(value, exact) }
    }

    /// A comparison where at least one side is a numpy float; None where neither is.
    pub fn compare_numpy(&mut self, op: CompareOp, left: &Val, right: &Val) -> Lower<Option<Val>> {
        if !is_numpy_float(left) && !is_numpy_float(right) {
            return Ok(None);
        }
        if op == CompareOp::Eq && !(is_number(left) && is_number(right)) {
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

    /// `round(x)` and `round(x, digits)` of a float64: the int is Python's, digits are numpy's own way (scaled, then half
    /// to even, then scaled back).
    pub fn numpy_round(&mut self, value: &Val, digits: Option<&Val>) -> Lower<Val> {
        let (word, site) = (self.word(value), self.site("round() raises"));
        let Some(digits) = digits.filter(|digits| !digits.is_none()) else {
            return Ok(Val::int(self.b.unary(UnaryOp::Round, word, site)));
        };
        if value.ty != Ty::Pandas(Pandas::Float) {
            return self.obstacle("round()", "of what may be numpy's float or Python's");
        }
        let Some(digits) = digits.int_literal().filter(|digits| (0..=MOST_DIGITS).contains(digits)) else {
            return self.obstacle("round()", "of a numpy float to digits that are no small literal");
        };
        let power = self.b.float_const(10_f64.powi(digits as i32));
        let scaled = self.b.float(FloatOp::Mul, word, power, site);
        let whole = self.b.unary(UnaryOp::Round, scaled, site);
        let whole = self.b.unary(UnaryOp::ToFloat, whole, site);
        let signed = self.b.float(FloatOp::Copysign, whole, scaled, site);
        Ok(Val::numpy_float(self.b.float(FloatOp::Div, signed, power, site)))
    }

    /// `np.clip(x, low, high)` of numbers: NaN stays.
    pub fn clipped(&mut self, args: &[Val]) -> Lower<Val> {
        let [value, low, high] = args else { return self.obstacle("numpy", "`clip` with other arguments") };
        if !args.iter().all(is_number) {
            return self.obstacle("numpy", format!("`clip` of {}", value.ty.name()));
        }
        let mut held = self.number_beside_numpy(value, true)?;
        for (bound, op) in [(low, CompareOp::Lt), (high, CompareOp::Gt)] {
            let bound = self.number_beside_numpy(bound, true)?;
            let beyond = self.b.compare(op, held, bound);
            let Some(no) = self.split(beyond) else { return Ok(Val::never()) };
            let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(bound))).into_iter().collect();
            ends.push((no, Val::float(held)));
            let met = self.meet_with(ends)?;
            held = self.word(&met);
        }
        Ok(Val::numpy_float(held))
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
