use super::code::{Call, Code, Fixed, Op};
use super::fuse::Fusion;
use super::walk::Known;
use crate::strategy::native::ir::{
    BlockId, CompareOp, End, FloatOp, Function, Inst, IntOp, Intrinsic, Kind, Reg, SiteId, UnaryOp,
};
use std::collections::BTreeMap;

/// # Errors
/// Where the function is too large for the ops' fields.
pub fn compile(function: &Function) -> Result<Code, String> {
    let mut compiler = Compiler {
        function,
        code: Code::default(),
        starts: Vec::with_capacity(function.blocks.len()),
        entries: Vec::with_capacity(function.blocks.len()),
        bodies: BTreeMap::new(),
        open: Vec::new(),
        back: Vec::new(),
        fixed: fixed(function),
        fusion: Fusion::of(function),
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
    /// Where a block is entered: before its first op there may be a walk.
    entries: Vec<u32>,
    /// For each block with a walk the body of its loop, which goes back behind the walk.
    bodies: BTreeMap<BlockId, BlockId>,
    /// Ops whose `to` is still the number of a block, and the block they leave.
    open: Vec<(usize, BlockId)>,
    /// Ops whose `to` is the number of a block before them: a conditional jump cannot cost a round itself.
    back: Vec<(usize, BlockId)>,
    fixed: Vec<Option<Fixed>>,
    fusion: Fusion,
}

/// How a block that ends in a branch tests.
enum Fused {
    Compare(CompareOp, Reg, Reg, Reg),
    /// Index and list.
    Below(Reg, Reg),
}

impl Compiler<'_> {
    /// `check` refuses registers beyond the file, and `Vm::new` files beyond 2^16.
    fn r(&self, reg: Reg) -> u16 {
        self.fusion.name(reg).0 as u16
    }

    fn emit(&mut self, op: Op, site: SiteId) {
        self.code.ops.push(op);
        self.code.sites.push(site);
    }

    fn block(&mut self, id: BlockId) {
        self.entries.push(self.code.ops.len() as u32);
        let known = Known { function: self.function, fusion: &self.fusion, fixed: &self.fixed };
        if let Some((walk, body)) = known.walk(id) {
            self.bodies.insert(id, body);
            self.code.walks.push(walk);
            self.emit(Op::Walk { index: self.code.walks.len() as u32 - 1 }, SiteId(0));
        }
        self.starts.push(self.code.ops.len() as u32);
        let block = &self.function.blocks[id.0 as usize];
        let below = self.fusion.below(&block.insts, &block.end);
        let (fused, insts) = match (&block.end, &block.insts[..]) {
            (_, [rest @ .., _, _]) if below.is_some() => (below.map(|(index, list)| Fused::Below(index, list)), rest),
            (End::Branch { test, .. }, [rest @ .., Inst::Compare { op, d, a, b }]) if d == test => {
                (Some(Fused::Compare(*op, *d, *a, *b)), rest)
            }
            (_, insts) => (None, insts),
        };
        let mut at = 0;
        while let Some(inst) = insts.get(at) {
            if let (Some((d, h, a)), Inst::Call { site, .. }) = (self.fusion.item(inst, insts.get(at + 1)), inst) {
                self.emit(Op::Item { d: self.r(d), h: self.r(h), a: self.r(a) }, *site);
                at += 2;
                continue;
            }
            if !self.fusion.is_idle(id.0 as usize, at) {
                self.inst(inst);
            }
            at += 1;
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
                self.emit(Op::Const { d: self.r(*d), index }, none);
            }
            Inst::Param { d, param } => self.emit(Op::Param { d: self.r(*d), index: param.0 }, none),
            Inst::Copy { d, a } => self.emit(Op::Copy { d: self.r(*d), a: self.r(*a) }, none),
            Inst::Int { op, d, a, b, site } => {
                let (d, a, b) = (self.r(*d), self.r(*a), self.r(*b));
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
            Inst::Float { op: FloatOp::Pow, d, a, b, site }
                if self.fixed[b.0 as usize] == Some(Fixed::Bits(2.0_f64.to_bits())) =>
            {
                self.emit(Op::Square { d: self.r(*d), a: self.r(*a) }, *site);
            }
            Inst::Float { op, d, a, b, site } => {
                let (d, a, b) = (self.r(*d), self.r(*a), self.r(*b));
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
                let (d, a) = (self.r(*d), self.r(*a));
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
            Inst::Now { d } => self.emit(Op::Now { d: self.r(*d) }, none),
            Inst::Column { d, column, index: None, site } => {
                self.emit(Op::Column { d: self.r(*d), column: column.0 }, *site);
            }
            Inst::Column { d, column, index: Some(index), site } => {
                self.emit(Op::ColumnAt { d: self.r(*d), a: self.r(*index), column: column.0 }, *site);
            }
            Inst::ColumnAddress { d, column } => self.emit(Op::ColumnAddress { d: self.r(*d), column: column.0 }, none),
            Inst::Get { d, slot } => self.emit(Op::Get { d: self.r(*d), slot: slot.0 }, none),
            Inst::Set { slot, a } => self.emit(Op::Set { a: self.r(*a), slot: slot.0 }, none),
            Inst::Load { d, address, offset } => {
                self.emit(Op::Load { d: self.r(*d), a: self.r(*address), offset: *offset }, none);
            }
            Inst::Store { address, offset, a } => {
                self.emit(Op::Store { a: self.r(*address), b: self.r(*a), offset: *offset }, none);
            }
            Inst::Guard { test, site } => self.emit(Op::Guard { a: self.r(*test) }, *site),
            Inst::Call { f, d, a, site } => self.call(*f, d, a, *site),
        }
    }

    fn call(&mut self, f: Intrinsic, d: &[Reg], a: &[Reg], site: SiteId) {
        let op = match (f, d, a) {
            (Intrinsic::ListPush, [d], [h]) => Op::Push { d: self.r(*d), h: self.r(*h) },
            (Intrinsic::ListAt, [d], [h, a]) => Op::At { d: self.r(*d), h: self.r(*h), a: self.r(*a) },
            (Intrinsic::ListLength, [d], [h]) => Op::Length { d: self.r(*d), h: self.r(*h) },
            (Intrinsic::ListView, [d, e], [h]) => Op::View { d: self.r(*d), e: self.r(*e), h: self.r(*h) },
            _ => {
                let mut call = Call { f, d: [0; 2], gives: d.len(), a: [0; 5], takes: a.len() };
                call.d.iter_mut().zip(d).for_each(|(to, reg)| *to = self.r(*reg));
                call.a.iter_mut().zip(a).for_each(|(to, reg)| *to = self.r(*reg));
                self.code.calls.push(call);
                Op::Call { index: self.code.calls.len() as u32 - 1 }
            }
        };
        self.emit(op, site);
    }

    /// `>` and `>=` are `<` and `<=` the other way round, with NaN too.
    fn comparison(&self, op: CompareOp, d: Reg, a: Reg, b: Reg) -> Op {
        let floats = self.function.regs[a.0 as usize] == Kind::F;
        let (d, a, b) = (self.r(d), self.r(a), self.r(b));
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

    fn end(&mut self, id: BlockId, end: &End, fused: Option<Fused>) {
        let none = SiteId(0);
        match end {
            End::Jump(to) => self.jump(id, *to),
            End::Branch { test, yes, no } => {
                let to = no.0;
                let op = match fused {
                    None if yes.0 != id.0 + 1 && no.0 == id.0 + 1 => {
                        self.conditional(id, Op::If { a: self.r(*test), to: yes.0 }, *yes);
                        return;
                    }
                    None => Op::Unless { a: self.r(*test), to },
                    Some(Fused::Compare(op, d, a, b)) => unless(self.comparison(op, d, a, b), to),
                    Some(Fused::Below(index, list)) => Op::UnlessBelow { a: self.r(index), h: self.r(list), to },
                };
                self.conditional(id, op, *no);
                self.jump(id, *yes);
            }
            End::Return { target: Some(target), confidence: None } => {
                self.emit(Op::Return { a: self.r(*target) }, none)
            }
            End::Return { target: Some(target), confidence: Some(confidence) } => {
                self.emit(Op::ReturnConfident { a: self.r(*target), b: self.r(*confidence) }, none);
            }
            End::Return { target: None, .. } => self.emit(Op::ReturnNothing, none),
            End::Bail(site) => self.emit(Op::Bail, *site),
        }
    }

    fn conditional(&mut self, from: BlockId, op: Op, to: BlockId) {
        let list = if to <= from { &mut self.back } else { &mut self.open };
        list.push((self.code.ops.len(), from));
        self.emit(op, SiteId(0));
    }

    fn jump(&mut self, from: BlockId, to: BlockId) {
        if to.0 == from.0 + 1 {
            return;
        }
        self.open.push((self.code.ops.len(), from));
        self.emit(if to <= from { Op::JumpBack { to: to.0 } } else { Op::Jump { to: to.0 } }, SiteId(0));
    }

    fn finish(mut self) -> Result<Code, String> {
        for (at, from) in std::mem::take(&mut self.back) {
            let here = self.code.ops.len() as u32;
            if let Some(to) = destination(&mut self.code.ops[at]) {
                let block = std::mem::replace(to, here);
                self.open.push((here as usize, from));
                self.emit(Op::JumpBack { to: block }, SiteId(0));
            }
        }
        for (at, from) in self.open {
            if let Some(to) = destination(&mut self.code.ops[at]) {
                let again = self.bodies.get(&BlockId(*to)) == Some(&from);
                *to = if again { self.starts[*to as usize] } else { self.entries[*to as usize] };
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
        Op::UnlessFloatLt { to, .. } | Op::UnlessFloatLe { to, .. } | Op::UnlessBelow { to, .. } => Some(to),
        _ => None,
    }
}
