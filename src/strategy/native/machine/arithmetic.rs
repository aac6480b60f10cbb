//! What single instructions do to words. None bails.

use crate::strategy::native::ir::{CompareOp, FloatOp, IntOp, UnaryOp};
use crate::strategy::native::numerics;

#[inline(always)]
pub fn int(op: IntOp, a: i64, b: i64) -> Option<i64> {
    match op {
        IntOp::Add => a.checked_add(b),
        IntOp::Sub => a.checked_sub(b),
        IntOp::Mul => a.checked_mul(b),
        IntOp::FloorDiv => numerics::floor_div_int(a, b),
        IntOp::Mod => numerics::modulo_int(a, b),
        IntOp::And => Some(a & b),
        IntOp::Or => Some(a | b),
        IntOp::Xor => Some(a ^ b),
        IntOp::AddWrapping => Some(a.wrapping_add(b)),
    }
}

#[inline(always)]
pub fn float(op: FloatOp, a: f64, b: f64) -> Option<f64> {
    match op {
        FloatOp::Add => Some(a + b),
        FloatOp::Sub => Some(a - b),
        FloatOp::Mul => Some(a * b),
        FloatOp::Div => (b != 0.0).then(|| a / b),
        FloatOp::DivIeee => Some(a / b),
        FloatOp::FloorDiv => numerics::floor_div(a, b),
        FloatOp::Mod => numerics::modulo(a, b),
        FloatOp::Pow => numerics::pow(a, b),
        FloatOp::Atan2 => Some(a.atan2(b)),
        // The sign of a NaN is the hardware's and the compiler's business.
        FloatOp::Copysign => (!b.is_nan()).then(|| a.copysign(b)),
    }
}

#[inline(always)]
pub fn unary(op: UnaryOp, word: u64) -> Option<u64> {
    let (x, i) = (f64::from_bits(word), word as i64);
    let float = |y: f64| Some(y.to_bits());
    let int = |y: Option<i64>| y.map(|y| y as u64);
    let math = |f: fn(f64) -> f64| numerics::math(f, x).map(f64::to_bits);
    match op {
        UnaryOp::Neg => float(-x),
        UnaryOp::Abs => float(x.abs()),
        UnaryOp::Sqrt => math(f64::sqrt),
        UnaryOp::SqrtIeee => float(x.sqrt()),
        UnaryOp::Exp => math(f64::exp),
        UnaryOp::Log => math(f64::ln),
        UnaryOp::Log2 => math(f64::log2),
        UnaryOp::Log10 => math(f64::log10),
        UnaryOp::Log1p => math(f64::ln_1p),
        UnaryOp::Expm1 => math(f64::exp_m1),
        UnaryOp::Sin => math(f64::sin),
        UnaryOp::Cos => math(f64::cos),
        UnaryOp::Tan => math(f64::tan),
        UnaryOp::Atan => math(f64::atan),
        UnaryOp::Tanh => math(f64::tanh),
        UnaryOp::ExpIeee => float(x.exp()),
        UnaryOp::LogIeee => float(x.ln()),
        UnaryOp::Floor => int(numerics::to_int(x.floor())),
        UnaryOp::Ceil => int(numerics::to_int(x.ceil())),
        UnaryOp::Trunc => int(numerics::to_int(x.trunc())),
        UnaryOp::Round => int(numerics::round_half_even(x)),
        UnaryOp::ToFloat => float(i as f64),
        UnaryOp::ToFloatExact => numerics::to_float_exact(i).map(f64::to_bits),
        UnaryOp::FloatOfBits | UnaryOp::BitsOfFloat => Some(word),
        UnaryOp::AbsInt => int(i.checked_abs()),
        UnaryOp::Not => int(Some(i64::from(i == 0))),
        UnaryOp::IsNan => int(Some(i64::from(x.is_nan()))),
        UnaryOp::IsInf => int(Some(i64::from(x.is_infinite()))),
    }
}

#[inline(always)]
pub fn compare<T: PartialOrd>(op: CompareOp, a: T, b: T) -> bool {
    match op {
        CompareOp::Eq => a == b,
        CompareOp::Ne => a != b,
        CompareOp::Lt => a < b,
        CompareOp::Le => a <= b,
        CompareOp::Gt => a > b,
        CompareOp::Ge => a >= b,
    }
}
