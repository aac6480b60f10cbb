//! Arithmetic and comparison of single numbers: Python's own, and numpy's, which never raise but overflow.

use super::run::{Run, Step};
use super::value::{Kind, Number, Value};
use crate::discovery::code::{BinaryOp, CompareOp};
use crate::strategy::native::numerics;
use std::hint::black_box;

impl<'a> Run<'a> {
    pub fn scalar_binary(&mut self, op: BinaryOp, left: Number, right: Number) -> Step<Value<'a>> {
        let numpy = left.numpy || right.numpy;
        if let (Kind::Bool(a), Kind::Bool(b)) = (left.kind, right.kind) {
            let result = match op {
                BinaryOp::And => Some(a & b),
                BinaryOp::Or => Some(a | b),
                BinaryOp::Xor => Some(a ^ b),
                // numpy: `True + True` is True.
                BinaryOp::Add if left.numpy && right.numpy => Some(a | b),
                BinaryOp::Mul if left.numpy && right.numpy => Some(a & b),
                _ if left.numpy && right.numpy => return self.unknown("numpy's bool", format!("{op:?} of two")),
                _ => None,
            };
            if let Some(result) = result {
                return Ok(Value::Number(Number { kind: Kind::Bool(result), numpy }));
            }
        }
        let kind = match (left.kind.int(), right.kind.int()) {
            (Some(a), Some(b)) => self.int_binary(op, a, b, numpy)?,
            _ => Kind::Float(self.float_binary(op, left.kind.float(), right.kind.float(), numpy)?),
        };
        Ok(Value::Number(Number { kind, numpy }))
    }

    fn int_binary(&mut self, op: BinaryOp, a: i64, b: i64, numpy: bool) -> Step<Kind> {
        let whole = match op {
            BinaryOp::Add => a.checked_add(b),
            BinaryOp::Sub => a.checked_sub(b),
            BinaryOp::Mul => a.checked_mul(b),
            BinaryOp::Div => {
                if b == 0 && !numpy {
                    return self.raises("division by zero");
                }
                let exact = 1_i64 << 53;
                if a.abs() > exact || b.abs() > exact {
                    return self.raises("a quotient of large integers");
                }
                return Ok(Kind::Float(a as f64 / b as f64));
            }
            BinaryOp::FloorDiv if b != 0 => numerics::floor_div_int(a, b),
            BinaryOp::Mod if b != 0 => numerics::modulo_int(a, b),
            BinaryOp::Pow if b >= 0 => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            BinaryOp::Pow if !numpy => {
                return Ok(Kind::Float(self.float_binary(op, a as f64, b as f64, false)?));
            }
            BinaryOp::And => Some(a & b),
            BinaryOp::Or => Some(a | b),
            BinaryOp::Xor => Some(a ^ b),
            _ => None,
        };
        match whole {
            Some(whole) => Ok(Kind::Int(whole)),
            None => self.raises(format!("{a} {op:?} {b}")),
        }
    }

    fn float_binary(&mut self, op: BinaryOp, a: f64, b: f64, numpy: bool) -> Step<f64> {
        let result = match op {
            BinaryOp::Add => Some(a + b),
            BinaryOp::Sub => Some(a - b),
            BinaryOp::Mul => Some(a * b),
            BinaryOp::Div => (numpy || b != 0.0).then(|| a / b),
            BinaryOp::FloorDiv => numerics::floor_div(a, b),
            BinaryOp::Mod => numerics::modulo(a, b),
            BinaryOp::Pow if numpy => {
                let pow: fn(f64, f64) -> f64 = black_box(f64::powf);
                Some(pow(a, b))
            }
            BinaryOp::Pow => numerics::pow(a, b),
            _ => None,
        };
        match result {
            Some(result) => Ok(result),
            None => self.raises(format!("{a:?} {op:?} {b:?}")),
        }
    }
}

/// `==`, `<` and their kin of two numbers; an int and a float compare exactly.
pub fn compares(op: CompareOp, left: Kind, right: Kind) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left.int(), right.int()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        (None, None) => left.float().partial_cmp(&right.float()),
        (Some(a), None) => int_float(a, right.float()),
        (None, Some(b)) => int_float(b, left.float()).map(std::cmp::Ordering::reverse),
    };
    match op {
        CompareOp::Eq | CompareOp::Is => order == Some(Equal),
        CompareOp::Ne | CompareOp::IsNot => order != Some(Equal),
        CompareOp::Lt => order == Some(Less),
        CompareOp::Le => matches!(order, Some(Less | Equal)),
        CompareOp::Gt => order == Some(Greater),
        CompareOp::Ge => matches!(order, Some(Greater | Equal)),
        CompareOp::In | CompareOp::NotIn => false,
    }
}

fn int_float(a: i64, b: f64) -> Option<std::cmp::Ordering> {
    if b.is_nan() {
        return None;
    }
    let whole = b.floor();
    if whole >= 9.3e18 {
        return Some(std::cmp::Ordering::Less);
    }
    if whole < -9.3e18 {
        return Some(std::cmp::Ordering::Greater);
    }
    Some(i128::from(a).cmp(&(whole as i128)).then(if b > whole {
        std::cmp::Ordering::Less
    } else {
        std::cmp::Ordering::Equal
    }))
}
