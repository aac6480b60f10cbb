//! Answers told where the target changes: the same rules as [`Moves`](crate::strategy::native::machine::Moves) has.

use super::super::context::Context;
use super::Translator;
use crate::strategy::Change;
use crate::strategy::native::ir::Reg;
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::Variable;
use std::mem::offset_of;

/// Variables of a run that tells changes.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// The target so far.
    last: Variable,
    /// Changes so far.
    changed: Variable,
    clipped: Variable,
    /// First change.
    start: Value,
}

impl Translator<'_> {
    pub(super) fn begin_to_tell(&mut self) -> Told {
        let told = Told {
            last: self.b.declare_var(types::F64),
            changed: self.b.declare_var(types::I64),
            clipped: self.b.declare_var(types::I64),
            start: self.load_field(offset_of!(Context, changes), types::I64),
        };
        let (flat, none) = (self.b.ins().f64const(0.0), self.int_constant(0));
        self.b.def_var(told.last, flat);
        self.b.def_var(told.changed, none);
        self.b.def_var(told.clipped, none);
        told
    }

    pub(super) fn tell(&mut self, told: Told, target: Reg) {
        let known = self.constants.get(&target).map(|bits| f64::from_bits(*bits));
        if known.is_some_and(f64::is_nan) {
            return;
        }
        let (target, last) = (self.get(target), self.b.use_var(told.last));
        let (differs, go_on) = (self.b.create_block(), self.b.create_block());
        // NaN differs from everything.
        let test = self.b.ins().fcmp(FloatCC::NotEqual, target, last);
        self.b.ins().brif(test, differs, &[], go_on, &[]);
        self.switch_to_sealed(differs);
        if known.is_none_or(|known| known.abs() > 1.0) {
            self.clip(told, target, go_on);
        } else {
            self.push_change(told, target);
            self.b.ins().jump(go_on, &[]);
        }
        self.switch_to_sealed(go_on);
    }

    fn clip(&mut self, told: Told, target: Value, go_on: Block) {
        let (number, differs) = (self.b.create_block(), self.b.create_block());
        let test = self.b.ins().fcmp(FloatCC::Equal, target, target);
        self.b.ins().brif(test, number, &[], go_on, &[]);
        self.switch_to_sealed(number);
        let (one, infinity) = (self.b.ins().f64const(1.0), self.b.ins().f64const(f64::INFINITY));
        let size = self.b.ins().fabs(target);
        let beyond = self.b.ins().fcmp(FloatCC::GreaterThan, size, one);
        let finite = self.b.ins().fcmp(FloatCC::LessThan, size, infinity);
        let beyond = self.b.ins().band(beyond, finite);
        // It is counted at every bar that says it.
        let more = self.b.ins().uextend(types::I64, beyond);
        self.stir_if(more);
        let clipped = self.b.use_var(told.clipped);
        let clipped = self.b.ins().iadd(clipped, more);
        self.b.def_var(told.clipped, clipped);
        let edge = self.b.ins().fcopysign(one, target);
        let target = self.b.ins().select(beyond, edge, target);
        let last = self.b.use_var(told.last);
        let test = self.b.ins().fcmp(FloatCC::NotEqual, target, last);
        self.b.ins().brif(test, differs, &[], go_on, &[]);
        self.switch_to_sealed(differs);
        self.push_change(told, target);
        self.b.ins().jump(go_on, &[]);
    }

    /// There is room for one in every bar.
    fn push_change(&mut self, told: Told, target: Value) {
        let zero = self.b.ins().f64const(0.0);
        let target = self.b.ins().fadd(target, zero);
        let changed = self.b.use_var(told.changed);
        let bytes = self.b.ins().imul_imm_u(changed, size_of::<Change>() as i64);
        let place = self.b.ins().iadd(told.start, bytes);
        let flags = MemFlagsData::trusted();
        self.b.ins().store(flags, self.now, place, offset_of!(Change, bar) as i32);
        self.b.ins().store(flags, target, place, offset_of!(Change, target) as i32);
        let changed = self.b.ins().iadd_imm_s(changed, 1);
        self.b.def_var(told.changed, changed);
        self.b.def_var(told.last, target);
    }

    pub(super) fn end_to_tell(&mut self, told: Told) {
        let changed = self.b.use_var(told.changed);
        self.store_field(changed, offset_of!(Context, changed));
        let clipped = self.b.use_var(told.clipped);
        self.store_field(clipped, offset_of!(Context, clipped));
    }
}
