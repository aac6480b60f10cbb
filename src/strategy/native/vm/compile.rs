use super::code::{Call, Code, Fixed, Op};
use crate::strategy::native::ir::{
    BlockId, CompareOp, End, FloatOp, Function, Inst, IntOp, Intrinsic, Kind, Reg, SiteId, UnaryOp,
};

/// # Errors
/// Where the function is too large for the ops' fields.
pub fn compile(function: &Function) -> Result<Code, String> {
    let mut compiler = Compiler {
        function,
        code: Code::default(),
        starts: Vec::with_capacity(function.blocks.len()),
        open: Vec::new(),
        back: Vec::new(),
        fixed: fixed(function),
    };
    for index in 0..function.blocks.len() {
        compiler.block(BlockId(index as u32));
    }
    compiler.finish()
}

/// Per register, the value that it holds throughout, where a single instruction writes it.
fn fixed(function: &Function) -> Vec<Option<Fixed>> {
    let mut writes = vec![0; function.regs.len()];
    let mut values = vec![None; function.regs.len()];
    for inst in function.blocks.iter().flat_map(|block| &block.insts) {
        for reg in inst.writes() {
            writes[reg.0 as usize] += 1;
        }
        match inst {
            Inst::Const { d, bits } => values[d.0 as usize] = Some(Fixed::Bits(*bits)),
            Inst::Param { d, param } => values[d.0 as usize] = Some(Fixed::Param(param.0 as usize)),
            _ => {}
        }
    }
    values.into_iter().zip(writes).map(|(value, writes)| value.filter(|_| writes == 1)).collect()
}

struct Compiler<'a> {
    function: &'a Function,
    code: Code,
    /// First op of each block.
    starts: Vec<u32>,
    /// Ops whose `to` is still the number of a block.
    open: Vec<usize>,
    /// Ops whose `to` is the number of a block before them: a conditional jump cannot cost a round itself.
    back: Vec<usize>,
    fixed: Vec<Option<Fixed>>,
}

/// `check` refuses registers beyond the file, and `Vm::new` files beyond 2^16.
fn r(reg: Reg) -> u16 {
    reg.0 as u16
}

impl Compiler<'_> {
    fn emit(&mut self, op: Op, site: SiteId) {
        self.code.ops.push(op);
        self.code.sites.push(site);
    }

    fn block(&mut self, id: BlockId) {
        self.starts.push(self.code.ops.len() as u32);
        let block = &self.function.blocks[id.0 as usize];
        let (fused, insts) = match (&block.end, block.insts.split_last()) {
            (End::Branch { test, .. }, Some((Inst::Compare { op, d, a, b }, rest))) if d == test => {
                (Some((*op, *d, *a, *b)), rest)
            }
            _ => (None, &block.insts[..]),
        };
        for inst in insts {
            self.inst(inst);
        }
        self.end(id, &block.end, fused);
    }

    fn inst(&mut self, inst: &Inst) {
        let none = SiteId(0);
        match inst {
            Inst::Const { d, .. } | Inst::Param { d, .. } if self.fixed[d.0 as usize].is_some() => {}
            Inst::Const { d, bits } => {
                let index = self.code.constants.len() as u32;
                self.code.constants.push(*bits);
                self.emit(Op::Const { d: r(*d), index }, none);
            }
            Inst::Param { d, param } => self.emit(Op::Param { d: r(*d), index: param.0 }, none),
            Inst::Copy { d, a } => self.emit(Op::Copy { d: r(*d), a: r(*a) }, none),
            Inst::Int { op, d, a, b, site } => {
                let (d, a, b) = (r(*d), r(*a), r(*b));
                let op = match op {
                    IntOp::Add => Op::IntAdd { d, a, b },
                    IntOp::Sub => Op::IntSub { d, a, b },
                    IntOp::Mul => Op::IntMul { d, a, b },
                    IntOp::FloorDiv => Op::IntFloorDiv { d, a, b },
                    IntOp::Mod => Op::IntMod { d, a, b },
                    IntOp::And => Op::IntAnd { d, a, b },
                    IntOp::Or => Op::IntOr { d, a, b },
                    IntOp::Xor => Op::IntXor { d, a, b },
                    IntOp::AddWrapping => Op::IntAddWrapping { d, a, b },
                };
                self.emit(op, *site);
            }
            Inst::Float { op, d, a, b, site } => {
                let (d, a, b) = (r(*d), r(*a), r(*b));
                let op = match op {
                    FloatOp::Add => Op::FloatAdd { d, a, b },
                    FloatOp::Sub => Op::FloatSub { d, a, b },
                    FloatOp::Mul => Op::FloatMul { d, a, b },
                    FloatOp::Div => Op::FloatDiv { d, a, b },
                    _ => Op::Float { op: *op, d, a, b },
                };
                self.emit(op, *site);
            }
            Inst::Unary { op, d, a, site } => {
                let (d, a) = (r(*d), r(*a));
                let op = match op {
                    UnaryOp::Neg => Op::Neg { d, a },
                    UnaryOp::Abs => Op::Abs { d, a },
                    UnaryOp::ToFloat => Op::ToFloat { d, a },
                    UnaryOp::Not => Op::Not { d, a },
                    UnaryOp::FloatOfBits | UnaryOp::BitsOfFloat => Op::Copy { d, a },
                    _ => Op::Unary { op: *op, d, a },
                };
                self.emit(op, *site);
            }
            Inst::Compare { op, d, a, b } => {
                let op = self.comparison(*op, *d, *a, *b);
                self.emit(op, none);
            }
            Inst::Now { d } => self.emit(Op::Now { d: r(*d) }, none),
            Inst::Column { d, column, index: None, site } => {
                self.emit(Op::Column { d: r(*d), column: column.0 }, *site);
            }
            Inst::Column { d, column, index: Some(index), site } => {
                self.emit(Op::ColumnAt { d: r(*d), a: r(*index), column: column.0 }, *site);
            }
            Inst::ColumnAddress { d, column } => self.emit(Op::ColumnAddress { d: r(*d), column: column.0 }, none),
            Inst::Get { d, slot } => self.emit(Op::Get { d: r(*d), slot: slot.0 }, none),
            Inst::Set { slot, a } => self.emit(Op::Set { a: r(*a), slot: slot.0 }, none),
            Inst::Load { d, address, offset } => {
                self.emit(Op::Load { d: r(*d), a: r(*address), offset: *offset }, none);
            }
            Inst::Store { address, offset, a } => {
                self.emit(Op::Store { a: r(*address), b: r(*a), offset: *offset }, none);
            }
            Inst::Guard { test, site } => self.emit(Op::Guard { a: r(*test) }, *site),
            Inst::Call { f, d, a, site } => self.call(*f, d, a, *site),
        }
    }

    fn call(&mut self, f: Intrinsic, d: &[Reg], a: &[Reg], site: SiteId) {
        let op = match (f, d, a) {
            (Intrinsic::ListPush, [d], [h]) => Op::Push { d: r(*d), h: r(*h) },
            (Intrinsic::ListAt, [d], [h, a]) => Op::At { d: r(*d), h: r(*h), a: r(*a) },
            (Intrinsic::ListLength, [d], [h]) => Op::Length { d: r(*d), h: r(*h) },
            (Intrinsic::ListView, [d, e], [h]) => Op::View { d: r(*d), e: r(*e), h: r(*h) },
            _ => {
                let mut call = Call { f, d: [0; 2], gives: d.len(), a: [0; 5], takes: a.len() };
                call.d.iter_mut().zip(d).for_each(|(to, reg)| *to = r(*reg));
                call.a.iter_mut().zip(a).for_each(|(to, reg)| *to = r(*reg));
                self.code.calls.push(call);
                Op::Call { index: self.code.calls.len() as u32 - 1 }
            }
        };
        self.emit(op, site);
    }

    /// `>` and `>=` are `<` and `<=` the other way round, with NaN too.
    fn comparison(&self, op: CompareOp, d: Reg, a: Reg, b: Reg) -> Op {
        let floats = self.function.regs[a.0 as usize] == Kind::F;
        let (d, a, b) = (r(d), r(a), r(b));
        match (op, floats) {
            (CompareOp::Eq, false) => Op::IntEq { d, a, b },
            (CompareOp::Ne, false) => Op::IntNe { d, a, b },
            (CompareOp::Lt, false) => Op::IntLt { d, a, b },
            (CompareOp::Le, false) => Op::IntLe { d, a, b },
            (CompareOp::Gt, false) => Op::IntLt { d, a: b, b: a },
            (CompareOp::Ge, false) => Op::IntLe { d, a: b, b: a },
            (CompareOp::Eq, true) => Op::FloatEq { d, a, b },
            (CompareOp::Ne, true) => Op::FloatNe { d, a, b },
            (CompareOp::Lt, true) => Op::FloatLt { d, a, b },
            (CompareOp::Le, true) => Op::FloatLe { d, a, b },
            (CompareOp::Gt, true) => Op::FloatLt { d, a: b, b: a },
            (CompareOp::Ge, true) => Op::FloatLe { d, a: b, b: a },
        }
    }

    fn end(&mut self, id: BlockId, end: &End, fused: Option<(CompareOp, Reg, Reg, Reg)>) {
        let none = SiteId(0);
        match end {
            End::Jump(to) => self.jump(id, *to),
            End::Branch { test, yes, no } => {
                let to = no.0;
                let op = match fused.map(|(op, d, a, b)| self.comparison(op, d, a, b)) {
                    None if yes.0 != id.0 + 1 && no.0 == id.0 + 1 => {
                        self.conditional(id, Op::If { a: r(*test), to: yes.0 }, *yes);
                        return;
                    }
                    None => Op::Unless { a: r(*test), to },
                    Some(comparison) => unless(comparison, to),
                };
                self.conditional(id, op, *no);
                self.jump(id, *yes);
            }
            End::Return { target: Some(target), confidence: None } => self.emit(Op::Return { a: r(*target) }, none),
            End::Return { target: Some(target), confidence: Some(confidence) } => {
                self.emit(Op::ReturnConfident { a: r(*target), b: r(*confidence) }, none);
            }
            End::Return { target: None, .. } => self.emit(Op::ReturnNothing, none),
            End::Bail(site) => self.emit(Op::Bail, *site),
        }
    }

    fn conditional(&mut self, from: BlockId, op: Op, to: BlockId) {
        let list = if to <= from { &mut self.back } else { &mut self.open };
        list.push(self.code.ops.len());
        self.emit(op, SiteId(0));
    }

    fn jump(&mut self, from: BlockId, to: BlockId) {
        if to.0 == from.0 + 1 {
            return;
        }
        self.open.push(self.code.ops.len());
        self.emit(if to <= from { Op::JumpBack { to: to.0 } } else { Op::Jump { to: to.0 } }, SiteId(0));
    }

    fn finish(mut self) -> Result<Code, String> {
        for at in std::mem::take(&mut self.back) {
            let here = self.code.ops.len() as u32;
            if let Some(to) = destination(&mut self.code.ops[at]) {
                let block = std::mem::replace(to, here);
                self.open.push(here as usize);
                self.emit(Op::JumpBack { to: block }, SiteId(0));
            }
        }
        for at in self.open {
            if let Some(to) = destination(&mut self.code.ops[at]) {
                *to = self.starts[*to as usize];
            }
        }
        if u32::try_from(self.code.ops.len()).is_err() {
            return Err("the function is too long".to_owned());
        }
        let fixed = self.fixed.into_iter().enumerate();
        self.code.fixed = fixed.filter_map(|(reg, value)| Some((reg as u16, value?))).collect();
        Ok(self.code)
    }
}

fn unless(comparison: Op, to: u32) -> Op {
    match comparison {
        Op::IntEq { d, a, b } => Op::UnlessIntEq { d, a, b, to },
        Op::IntNe { d, a, b } => Op::UnlessIntNe { d, a, b, to },
        Op::IntLt { d, a, b } => Op::UnlessIntLt { d, a, b, to },
        Op::IntLe { d, a, b } => Op::UnlessIntLe { d, a, b, to },
        Op::FloatEq { d, a, b } => Op::UnlessFloatEq { d, a, b, to },
        Op::FloatNe { d, a, b } => Op::UnlessFloatNe { d, a, b, to },
        Op::FloatLt { d, a, b } => Op::UnlessFloatLt { d, a, b, to },
        Op::FloatLe { d, a, b } => Op::UnlessFloatLe { d, a, b, to },
        other => other,
    }
}

fn destination(op: &mut Op) -> Option<&mut u32> {
    match op {
        Op::Jump { to } | Op::JumpBack { to } | Op::If { to, .. } | Op::Unless { to, .. } => Some(to),
        Op::UnlessIntEq { to, .. } | Op::UnlessIntNe { to, .. } | Op::UnlessIntLt { to, .. } => Some(to),
        Op::UnlessIntLe { to, .. } | Op::UnlessFloatEq { to, .. } | Op::UnlessFloatNe { to, .. } => Some(to),
        Op::UnlessFloatLt { to, .. } | Op::UnlessFloatLe { to, .. } => Some(to),
        _ => None,
    }
}
