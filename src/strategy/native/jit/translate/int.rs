//! Python's integers in 64 bits: what does not fit bails.

use super::Translator;
use crate::strategy::native::ir::{CompareOp, IntOp, Kind, Reg, SiteId};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value, types};

impl Translator<'_> {
    pub(super) fn constant_of(&self, reg: Reg) -> Option<i64> {
        self.constants.get(&reg).map(|bits| *bits as i64)
    }

    /// 0 or 1.
    pub(super) fn truth(&mut self, test: Value) -> Value {
        self.b.ins().uextend(types::I64, test)
    }

    pub(super) fn int(&mut self, op: IntOp, a: Reg, b: Reg, site: SiteId) -> Value {
        let (x, y) = (self.get(a), self.get(b));
        match op {
            IntOp::Add => match (self.constant_of(a), self.constant_of(b)) {
                (_, Some(known)) => self.add_constant(x, known, site),
                (Some(known), None) => self.add_constant(y, known, site),
                (None, None) => {
                    let (sum, over) = self.b.ins().sadd_overflow(x, y);
                    self.bail_if(over, site);
                    sum
                }
            },
            IntOp::Sub => match self.constant_of(b) {
                Some(known) if known != i64::MIN => self.add_constant(x, -known, site),
                _ => {
                    let (difference, over) = self.b.ins().ssub_overflow(x, y);
                    self.bail_if(over, site);
                    difference
                }
            },
            IntOp::Mul => {
                let (product, over) = self.b.ins().smul_overflow(x, y);
                self.bail_if(over, site);
                product
            }
            IntOp::FloorDiv | IntOp::Mod => self.divide(op, x, y, self.constant_of(b), site),
            IntOp::And => self.b.ins().band(x, y),
            IntOp::Or => self.b.ins().bor(x, y),
            IntOp::Xor => self.b.ins().bxor(x, y),
            IntOp::AddWrapping => self.b.ins().iadd(x, y),
        }
    }

    /// One comparison tells whether adding a known number went over the edge.
    fn add_constant(&mut self, x: Value, known: i64, site: SiteId) -> Value {
        let sum = self.b.ins().iadd_imm_s(x, known);
        if known != 0 {
            let edge = if known > 0 { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
            let over = self.b.ins().icmp(edge, sum, x);
            self.bail_if(over, site);
        }
        sum
    }

    /// Rounds towards minus infinity; the remainder has the divisor's sign.
    fn divide(&mut self, op: IntOp, x: Value, y: Value, divisor: Option<i64>, site: SiteId) -> Value {
        if divisor.is_none_or(|known| known == 0) {
            let zero = self.b.ins().icmp_imm_s(IntCC::Equal, y, 0);
            self.bail_if(zero, site);
        }
        if op == IntOp::FloorDiv && divisor.is_none_or(|known| known == -1) {
            // i64::MIN // -1 does not fit.
            let lowest = self.b.ins().icmp_imm_s(IntCC::Equal, x, i64::MIN);
            let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, y, -1);
            let over = self.b.ins().band(lowest, minus_one);
            self.bail_if(over, site);
        }
        let (quotient, rest) = if op == IntOp::FloorDiv {
            let quotient = self.b.ins().sdiv(x, y);
            let product = self.b.ins().imul(quotient, y);
            (quotient, self.b.ins().isub(x, product))
        } else {
            // Zero for i64::MIN and -1: only the quotient does not fit.
            let rest = self.b.ins().srem(x, y);
            (rest, rest)
        };
        let uneven = self.b.ins().icmp_imm_s(IntCC::NotEqual, rest, 0);
        let signs = self.b.ins().bxor(rest, y);
        let differ = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let down = self.b.ins().band(uneven, differ);
        if op == IntOp::FloorDiv {
            let one = self.truth(down);
            self.b.ins().isub(quotient, one)
        } else {
            let raised = self.b.ins().iadd(rest, y);
            self.b.ins().select(down, raised, rest)
        }
    }

    pub(super) fn compare(&mut self, op: CompareOp, a: Reg, b: Reg, kind: Kind) -> Value {
        let (x, y) = (self.get(a), self.get(b));
        let test = match kind {
            Kind::I => {
                let condition = match op {
                    CompareOp::Eq => IntCC::Equal,
                    CompareOp::Ne => IntCC::NotEqual,
                    CompareOp::Lt => IntCC::SignedLessThan,
                    CompareOp::Le => IntCC::SignedLessThanOrEqual,
                    CompareOp::Gt => IntCC::SignedGreaterThan,
                    CompareOp::Ge => IntCC::SignedGreaterThanOrEqual,
                };
                self.b.ins().icmp(condition, x, y)
            }
            Kind::F => {
                let condition = match op {
                    CompareOp::Eq => FloatCC::Equal,
                    CompareOp::Ne => FloatCC::NotEqual,
                    CompareOp::Lt => FloatCC::LessThan,
                    CompareOp::Le => FloatCC::LessThanOrEqual,
                    CompareOp::Gt => FloatCC::GreaterThan,
                    CompareOp::Ge => FloatCC::GreaterThanOrEqual,
                };
                self.b.ins().fcmp(condition, x, y)
            }
        };
        self.truth(test)
    }

    pub(super) fn bail_if(&mut self, test: Value, site: SiteId) {
        let out = self.bail(site);
        self.leave_if(test, out);
    }

    pub(super) fn bail_unless(&mut self, test: Value, site: SiteId) {
        let out = self.bail(site);
        self.leave_unless(test, out);
    }
}
