//! A branch around an assignment or two, such as a trailing maximum's, becomes a choice between both values: which way
//! prices send it cannot be foretold, and a processor that guessed wrong loses more time than the assignment takes.

use super::{Translator, calm};
use crate::strategy::native::ir::{BlockId, End, FloatOp, Function, Inst, Kind, Reg};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};

/// Instructions that are done without need where the branch would not have been taken.
const MOST: usize = 4;

/// A block that one branch alone leads to, and that leads on to where the branch's other way goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arm {
    pub block: BlockId,
    pub join: BlockId,
    test: Reg,
    /// Taken where the test is not zero.
    if_true: bool,
}

impl Arm {
    /// Of the block `id`'s branch, where all that its instructions leave behind is in slots, and none can end the run.
    pub fn of(function: &Function, ways_in: &[u32], id: BlockId) -> Option<Self> {
        let End::Branch { test, yes, no } = function.blocks[id.0 as usize].end else { return None };
        let arm = |block: BlockId, join: BlockId, if_true: bool| Self { block, join, test, if_true };
        [arm(yes, no, true), arm(no, yes, false)].into_iter().find(|arm| {
            let it = &function.blocks[arm.block.0 as usize];
            id < arm.block
                && arm.block < arm.join
                && ways_in[arm.block.0 as usize] == 1
                && it.end == End::Jump(arm.join)
                && it.insts.len() <= MOST
                && it.insts.iter().all(is_harmless)
                && it.insts.iter().flat_map(Inst::writes).all(|reg| !is_read_outside(function, arm.block, *reg))
        })
    }
}

fn is_harmless(inst: &Inst) -> bool {
    matches!(
        inst,
        Inst::Set { .. }
            | Inst::Get { .. }
            | Inst::Const { .. }
            | Inst::Copy { .. }
            | Inst::Param { .. }
            | Inst::Column { index: None, .. }
            | Inst::Float { op: FloatOp::Add | FloatOp::Sub | FloatOp::Mul, .. }
    )
}

fn is_read_outside(function: &Function, block: BlockId, reg: Reg) -> bool {
    function.blocks.iter().enumerate().filter(|(other, _)| *other != block.0 as usize).any(|(_, other)| {
        other.insts.iter().any(|inst| inst.reads().contains(&reg)) || other.end.reads().any(|read| read == reg)
    })
}

/// What decides between two values.
#[derive(Clone, Copy)]
struct Choice {
    test: Value,
    /// The same for floats, all bits of a lane, where it is a comparison of floats.
    mask: Option<Value>,
    if_true: bool,
}

impl Translator<'_> {
    /// Does what the arm of the block `id` does, where it is taken.
    pub(super) fn choose(&mut self, function: &Function, id: BlockId, arm: Arm) {
        let mask = self.mask(function, id, arm.test);
        let choice = Choice { test: self.get(arm.test), mask, if_true: arm.if_true };
        let mut stirs = false;
        for (index, inst) in function.blocks[arm.block.0 as usize].insts.iter().enumerate() {
            stirs |= self.stirs(arm.block.0 as usize, index);
            let Inst::Set { slot, a } = inst else {
                self.inst(inst);
                continue;
            };
            let (value, held) = (self.get(*a), self.b.use_var(self.slots[slot.0 as usize]));
            let value = self.either(choice, value, held);
            self.stir_if_new(*slot, value);
            self.b.def_var(self.slots[slot.0 as usize], value);
        }
        if stirs {
            let taken = if choice.if_true {
                choice.test
            } else {
                let zero = self.b.ins().icmp_imm_s(IntCC::Equal, choice.test, 0);
                self.b.ins().uextend(types::I64, zero)
            };
            self.stir_if(taken);
        }
    }

    /// `value` where the arm is taken, else `held`.
    fn either(&mut self, choice: Choice, value: Value, held: Value) -> Value {
        let (yes, no) = if choice.if_true { (value, held) } else { (held, value) };
        if self.b.func.dfg.value_type(value) != types::F64 {
            return self.b.ins().select(choice.test, yes, no);
        }
        let flags = MemFlagsData::new();
        let Some(mask) = choice.mask else {
            // A choice between floats would be made by a branch.
            let [yes, no] = [yes, no].map(|float| self.b.ins().bitcast(types::I64, flags, float));
            let bits = self.b.ins().select(choice.test, yes, no);
            return self.b.ins().bitcast(types::F64, flags, bits);
        };
        let [yes, no] = [yes, no].map(|float| self.b.ins().scalar_to_vector(types::F64X2, float));
        let both = self.b.ins().bitselect(mask, yes, no);
        self.b.ins().extractlane(both, 0)
    }

    /// Of a comparison in the block that still holds at its end.
    fn mask(&mut self, function: &Function, id: BlockId, test: Reg) -> Option<Value> {
        let insts = &function.blocks[id.0 as usize].insts;
        let at = insts.iter().rposition(|inst| inst.writes().contains(&test))?;
        let Inst::Compare { op, a, b, .. } = insts[at] else { return None };
        let written = |reg: Reg| insts[at + 1..].iter().any(|inst| inst.writes().contains(&reg));
        if function.regs[a.0 as usize] != Kind::F || written(a) || written(b) {
            return None;
        }
        let [x, y] = [a, b].map(|reg| {
            let float = self.get(reg);
            self.b.ins().scalar_to_vector(types::F64X2, float)
        });
        let mask = self.b.ins().fcmp(calm::condition(op), x, y);
        Some(self.b.ins().bitcast(types::F64X2, MemFlagsData::new(), mask))
    }
}
