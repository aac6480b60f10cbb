//! Floats as IEEE 754 has them, in the order the program says: nothing is fused, reordered or assumed finite.
//! What the processor has no instruction for is the function of `numerics` that the interpreter calls too.

use super::super::doorway::{self, Plain};
use super::Translator;
use crate::strategy::native::ir::{FloatOp, Reg, SiteId, UnaryOp};
use crate::strategy::native::numerics::pow;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};

/// The least float above every i64.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;
/// Up to it in magnitude every i64 is a float.
const EXACT: i64 = 1 << 53;

impl Translator<'_> {
    pub(super) fn float(&mut self, op: FloatOp, a: Reg, b: Reg, site: SiteId) -> Value {
        let (x, y) = (self.get(a), self.get(b));
        match op {
            FloatOp::Add => self.b.ins().fadd(x, y),
            FloatOp::Sub => self.b.ins().fsub(x, y),
            FloatOp::Mul => self.b.ins().fmul(x, y),
            FloatOp::DivIeee => self.b.ins().fdiv(x, y),
            // The sign of a NaN is the hardware's and the compiler's business.
            FloatOp::Copysign => {
                let nan = self.b.ins().fcmp(FloatCC::NotEqual, y, y);
                self.bail_if(nan, site);
                self.b.ins().fcopysign(x, y)
            }
            FloatOp::Div => {
                if self.constants.get(&b).is_none_or(|bits| f64::from_bits(*bits) == 0.0) {
                    let zero = self.b.ins().f64const(0.0);
                    let by_zero = self.b.ins().fcmp(FloatCC::Equal, y, zero);
                    self.bail_if(by_zero, site);
                }
                self.b.ins().fdiv(x, y)
            }
            FloatOp::Pow if self.constants.get(&b) == Some(&2.0_f64.to_bits()) && pow::holds_here() => {
                self.square(x, y, site)
            }
            FloatOp::Pow | FloatOp::FloorDiv | FloatOp::Mod | FloatOp::Atan2 => {
                self.numeric(Plain::Float(op), &[x, y], site)
            }
        }
    }

    /// `x ** 2`: the product where its error, by Dekker's product, says that the platform's pow gives it too; see
    /// [`pow::NEAR`].
    fn square(&mut self, x: Value, two: Value, site: SiteId) -> Value {
        let constants = [pow::SQUARED.start, pow::SQUARED.end, pow::SPLIT, pow::NEAR, 2.0];
        let [least, beyond, split, near, double] = constants.map(|value| self.b.ins().f64const(value));
        let product = self.b.ins().fmul(x, x);
        let scaled = self.b.ins().fmul(split, x);
        let rest = self.b.ins().fsub(scaled, x);
        let high = self.b.ins().fsub(scaled, rest);
        let low = self.b.ins().fsub(x, high);
        let highs = self.b.ins().fmul(high, high);
        let off = self.b.ins().fsub(highs, product);
        let twice = self.b.ins().fmul(double, high);
        let mixed = self.b.ins().fmul(twice, low);
        let off = self.b.ins().fadd(off, mixed);
        let lows = self.b.ins().fmul(low, low);
        let error = self.b.ins().fadd(off, lows);
        let error = self.b.ins().fabs(error);

        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), product);
        let exponent = self.b.ins().band_imm_u(bits, pow::EXPONENT as i64);
        let ulp = self.b.ins().iadd_imm_s(exponent, -(52 << 52));
        let ulp = self.b.ins().bitcast(types::F64, MemFlagsData::new(), ulp);
        let limit = self.b.ins().fmul(near, ulp);
        let magnitude = self.b.ins().fabs(x);
        // A power of two has neighbours unequally far.
        let odd = self.b.ins().icmp(IntCC::NotEqual, bits, exponent);
        let tests = [
            odd,
            self.b.ins().fcmp(FloatCC::LessThan, error, limit),
            self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, magnitude, least),
            self.b.ins().fcmp(FloatCC::LessThan, magnitude, beyond),
        ];
        let answer = self.b.declare_var(types::F64);
        self.b.def_var(answer, product);
        let (other, go_on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        for test in tests {
            let next = self.b.create_block();
            self.b.ins().brif(test, next, &[], other, &[]);
            self.switch_to_sealed(next);
        }
        self.b.ins().jump(go_on, &[]);
        self.switch_to_sealed(other);
        let called = self.numeric(Plain::Float(FloatOp::Pow), &[x, two], site);
        self.b.def_var(answer, called);
        self.b.ins().jump(go_on, &[]);
        self.switch_to_sealed(go_on);
        self.b.use_var(answer)
    }

    pub(super) fn unary(&mut self, op: UnaryOp, a: Reg, site: SiteId) -> Value {
        let x = self.get(a);
        match op {
            UnaryOp::Neg => self.b.ins().fneg(x),
            UnaryOp::Abs => self.b.ins().fabs(x),
            UnaryOp::Sqrt => {
                let zero = self.b.ins().f64const(0.0);
                let below = self.b.ins().fcmp(FloatCC::LessThan, x, zero);
                self.bail_if(below, site);
                self.b.ins().sqrt(x)
            }
            UnaryOp::SqrtIeee => self.b.ins().sqrt(x),
            UnaryOp::Floor => {
                let whole = self.b.ins().floor(x);
                self.int_of(whole, site)
            }
            UnaryOp::Ceil => {
                let whole = self.b.ins().ceil(x);
                self.int_of(whole, site)
            }
            UnaryOp::Trunc => self.int_of(x, site),
            UnaryOp::Round => {
                let whole = self.b.ins().nearest(x);
                self.int_of(whole, site)
            }
            UnaryOp::ToFloat => self.b.ins().fcvt_from_sint(types::F64, x),
            UnaryOp::ToFloatExact => self.exact_float_of(x, site),
            UnaryOp::FloatOfBits => self.b.ins().bitcast(types::F64, MemFlagsData::new(), x),
            UnaryOp::BitsOfFloat => self.b.ins().bitcast(types::I64, MemFlagsData::new(), x),
            UnaryOp::AbsInt => {
                let lowest = self.b.ins().icmp_imm_s(IntCC::Equal, x, i64::MIN);
                self.bail_if(lowest, site);
                self.b.ins().iabs(x)
            }
            UnaryOp::Not => {
                let test = self.b.ins().icmp_imm_s(IntCC::Equal, x, 0);
                self.truth(test)
            }
            UnaryOp::IsNan => {
                let test = self.b.ins().fcmp(FloatCC::NotEqual, x, x);
                self.truth(test)
            }
            UnaryOp::IsInf => {
                let magnitude = self.b.ins().fabs(x);
                let infinity = self.b.ins().f64const(f64::INFINITY);
                let test = self.b.ins().fcmp(FloatCC::Equal, magnitude, infinity);
                self.truth(test)
            }
            UnaryOp::Exp
            | UnaryOp::Log
            | UnaryOp::Log2
            | UnaryOp::Log10
            | UnaryOp::Log1p
            | UnaryOp::Expm1
            | UnaryOp::Sin
            | UnaryOp::Cos
            | UnaryOp::Tan
            | UnaryOp::Atan
            | UnaryOp::Tanh
            | UnaryOp::ExpIeee
            | UnaryOp::LogIeee => self.numeric(Plain::Unary(op), &[x], site),
        }
    }

    /// NaN, infinities and what does not fit bail.
    fn int_of(&mut self, x: Value, site: SiteId) -> Value {
        let (least, beyond) = (self.b.ins().f64const(-BEYOND), self.b.ins().f64const(BEYOND));
        let above = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, least);
        let below = self.b.ins().fcmp(FloatCC::LessThan, x, beyond);
        let fits = self.b.ins().band(above, below);
        self.bail_unless(fits, site);
        self.b.ins().fcvt_to_sint_sat(types::I64, x)
    }

    fn exact_float_of(&mut self, x: Value, site: SiteId) -> Value {
        let float = self.b.ins().fcvt_from_sint(types::F64, x);
        let shifted = self.b.ins().iadd_imm_s(x, EXACT);
        let large = self.b.ins().icmp_imm_s(IntCC::UnsignedGreaterThan, shifted, 2 * EXACT);
        let (check, go_on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(check);
        self.b.ins().brif(large, check, &[], go_on, &[]);
        self.switch_to_sealed(check);
        // What rounded up to 2^63 would come back as the largest i64.
        let back = self.b.ins().fcvt_to_sint_sat(types::I64, float);
        let same = self.b.ins().icmp(IntCC::Equal, back, x);
        let largest = self.b.ins().icmp_imm_s(IntCC::NotEqual, x, i64::MAX);
        let exact = self.b.ins().band(same, largest);
        let out = self.bail(site);
        self.b.ins().brif(exact, go_on, &[], out, &[]);
        self.switch_to_sealed(go_on);
        float
    }

    /// The answer of a function that may have none.
    pub(super) fn numeric(&mut self, door: Plain, arguments: &[Value], site: SiteId) -> Value {
        if door.always_answers() {
            return self.call(door.address(), arguments, Some(types::F64)).expect("it answers");
        }
        let context = self.context;
        let arguments: Vec<Value> = [context].into_iter().chain(arguments.iter().copied()).collect();
        let failed = self.call(door.address(), &arguments, Some(types::I32)).expect("it answers");
        self.bail_if(failed, site);
        self.load_field(doorway::ANSWER, types::F64)
    }
}
