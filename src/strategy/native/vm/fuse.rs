//! What several instructions say and one op can do: fewer ops are fewer rounds of the interpreter's loop.

use crate::strategy::native::ir::{CompareOp, End, Function, Inst, Intrinsic, Reg};
use std::collections::BTreeSet;

pub(super) struct Fusion {
    /// For each register the one that stands for it.
    names: Vec<Reg>,
    /// Copies that copy nothing any more, by block and instruction.
    idle: BTreeSet<(usize, usize)>,
    /// Instructions and ends that read each register.
    reads: Vec<usize>,
}

impl Fusion {
    pub fn of(function: &Function) -> Self {
        let mut writes = vec![0; function.regs.len()];
        let mut fusion = Self {
            names: (0..function.regs.len() as u32).map(Reg).collect(),
            idle: BTreeSet::new(),
            reads: vec![0; function.regs.len()],
        };
        for block in &function.blocks {
            for inst in &block.insts {
                inst.writes().iter().for_each(|reg| writes[reg.0 as usize] += 1);
                inst.reads().iter().for_each(|reg| fusion.reads[reg.0 as usize] += 1);
            }
            block.end.reads().for_each(|reg| fusion.reads[reg.0 as usize] += 1);
        }
        for (number, block) in function.blocks.iter().enumerate() {
            for (at, inst) in block.insts.iter().enumerate() {
                if let Inst::Copy { d, a } = inst
                    && writes[a.0 as usize] == 1
                    && fusion.reads[a.0 as usize] == 1
                    && *d != *a
                    && made_for(&block.insts[..at], *d, *a)
                {
                    fusion.names[a.0 as usize] = *d;
                    fusion.idle.insert((number, at));
                }
            }
        }
        fusion
    }

    pub fn name(&self, reg: Reg) -> Reg {
        self.names[reg.0 as usize]
    }

    pub fn is_idle(&self, block: usize, inst: usize) -> bool {
        self.idle.contains(&(block, inst))
    }

    pub fn is_read_once(&self, reg: Reg) -> bool {
        self.reads[reg.0 as usize] == 1
    }

    /// A list's element whose address is asked for nothing else: `(d, list, index)`.
    pub fn item(&self, at: &Inst, load: Option<&Inst>) -> Option<(Reg, Reg, Reg)> {
        let (Inst::Call { f: Intrinsic::ListAt, d, a, .. }, Some(Inst::Load { d: word, address, offset: 0 })) =
            (at, load)
        else {
            return None;
        };
        (d[0] == *address && self.is_read_once(*address)).then_some((*word, a[0], a[1]))
    }

    /// A block that ends by whether an index is below a list's length: `(index, list)`.
    pub fn below(&self, insts: &[Inst], end: &End) -> Option<(Reg, Reg)> {
        let (End::Branch { test, .. }, [.., length, compare]) = (end, insts) else { return None };
        let Inst::Call { f: Intrinsic::ListLength, d, a, .. } = length else { return None };
        let Inst::Compare { op: CompareOp::Lt, d: holds, a: index, b } = compare else { return None };
        let once = self.is_read_once(*holds) && self.is_read_once(*b);
        (holds == test && d[0] == *b && index != b && once).then_some((*index, a[0]))
    }
}

/// Whether `from` is made in these instructions, which come before its copy into `to`, and `to` is left alone since.
fn made_for(insts: &[Inst], to: Reg, from: Reg) -> bool {
    for inst in insts.iter().rev() {
        if inst.writes().contains(&from) {
            // Constants are set once, before the first op; behind a copy there may be another register to stand for.
            let other = matches!(inst, Inst::Const { .. } | Inst::Param { .. } | Inst::Copy { .. });
            return !other && !inst.writes().contains(&to);
        }
        if inst.writes().contains(&to) || inst.reads().contains(&to) {
            return false;
        }
    }
    false
}
