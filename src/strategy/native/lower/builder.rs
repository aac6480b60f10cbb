use crate::strategy::native::ir::{
    Block, BlockId, ColumnId, CompareOp, End, FloatOp, Function, Inst, IntOp, Intrinsic, Kind, Reg, SiteId, Slot,
    UnaryOp, Word,
};

/// A function while it is made. `current` is None where control cannot come.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    regs: Vec<Kind>,
    blocks: Vec<(Vec<Inst>, Option<End>)>,
    pub current: Option<BlockId>,
}

pub const fn kind_of(word: Word) -> Kind {
    match word {
        Word::F => Kind::F,
        Word::I | Word::Ref => Kind::I,
    }
}

impl Builder {
    pub fn begin() -> Self {
        let mut builder = Self::default();
        let entry = builder.block();
        builder.current = Some(entry);
        builder
    }

    pub fn size(&self) -> usize {
        self.blocks.iter().map(|(insts, _)| insts.len() + 1).sum()
    }

    pub fn kind(&self, reg: Reg) -> Kind {
        self.regs[reg.0 as usize]
    }

    pub fn reg(&mut self, kind: Kind) -> Reg {
        self.regs.push(kind);
        Reg(u32::try_from(self.regs.len() - 1).unwrap_or(u32::MAX))
    }

    pub fn block(&mut self) -> BlockId {
        self.blocks.push((Vec::new(), None));
        BlockId(u32::try_from(self.blocks.len() - 1).unwrap_or(u32::MAX))
    }

    pub fn emit(&mut self, inst: Inst) {
        if let Some(block) = self.current {
            self.blocks[block.0 as usize].0.push(inst);
        }
    }

    /// Ends the present block; control goes on nowhere until `current` is set.
    pub fn end(&mut self, end: End) {
        if let Some(block) = self.current.take() {
            self.blocks[block.0 as usize].1 = Some(end);
        }
    }

    pub fn jump(&mut self, to: BlockId) {
        self.end(End::Jump(to));
    }

    /// Two new blocks; `current` is the first.
    pub fn branch(&mut self, test: Reg) -> (BlockId, BlockId) {
        let (yes, no) = (self.block(), self.block());
        self.end(End::Branch { test, yes, no });
        self.current = Some(yes);
        (yes, no)
    }

    pub fn int_const(&mut self, value: i64) -> Reg {
        self.constant(Kind::I, value as u64)
    }

    pub fn float_const(&mut self, value: f64) -> Reg {
        self.constant(Kind::F, value.to_bits())
    }

    pub fn constant(&mut self, kind: Kind, bits: u64) -> Reg {
        let d = self.reg(kind);
        self.emit(Inst::Const { d, bits });
        d
    }

    pub fn copy(&mut self, d: Reg, a: Reg) {
        self.emit(Inst::Copy { d, a });
    }

    pub fn int(&mut self, op: IntOp, a: Reg, b: Reg, site: SiteId) -> Reg {
        let d = self.reg(Kind::I);
        self.emit(Inst::Int { op, d, a, b, site });
        d
    }

    pub fn float(&mut self, op: FloatOp, a: Reg, b: Reg, site: SiteId) -> Reg {
        let d = self.reg(Kind::F);
        self.emit(Inst::Float { op, d, a, b, site });
        d
    }

    pub fn unary(&mut self, op: UnaryOp, a: Reg, site: SiteId) -> Reg {
        let d = self.reg(match op {
            UnaryOp::Floor
            | UnaryOp::Ceil
            | UnaryOp::Trunc
            | UnaryOp::Round
            | UnaryOp::BitsOfFloat
            | UnaryOp::AbsInt
            | UnaryOp::Not
            | UnaryOp::IsNan
            | UnaryOp::IsInf => Kind::I,
            _ => Kind::F,
        });
        self.emit(Inst::Unary { op, d, a, site });
        d
    }

    pub fn compare(&mut self, op: CompareOp, a: Reg, b: Reg) -> Reg {
        let d = self.reg(Kind::I);
        self.emit(Inst::Compare { op, d, a, b });
        d
    }

    pub fn equals(&mut self, a: Reg, value: i64) -> Reg {
        let b = self.int_const(value);
        self.compare(CompareOp::Eq, a, b)
    }

    pub fn now(&mut self) -> Reg {
        let d = self.reg(Kind::I);
        self.emit(Inst::Now { d });
        d
    }

    pub fn column(&mut self, column: ColumnId, index: Option<Reg>, site: SiteId) -> Reg {
        let d = self.reg(if column == ColumnId::TIMESTAMP { Kind::I } else { Kind::F });
        self.emit(Inst::Column { d, column, index, site });
        d
    }

    pub fn column_address(&mut self, column: ColumnId) -> Reg {
        let d = self.reg(Kind::I);
        self.emit(Inst::ColumnAddress { d, column });
        d
    }

    pub fn get(&mut self, slot: Slot, kind: Kind) -> Reg {
        let d = self.reg(kind);
        self.emit(Inst::Get { d, slot });
        d
    }

    pub fn load(&mut self, kind: Kind, address: Reg, offset: u32) -> Reg {
        let d = self.reg(kind);
        self.emit(Inst::Load { d, address, offset });
        d
    }

    pub fn store(&mut self, address: Reg, offset: u32, a: Reg) {
        self.emit(Inst::Store { address, offset, a });
    }

    pub fn guard(&mut self, test: Reg, site: SiteId) {
        self.emit(Inst::Guard { test, site });
    }

    pub fn call(&mut self, f: Intrinsic, a: &[Reg], site: SiteId) -> Vec<Reg> {
        let d: Vec<Reg> = f.signature().1.iter().map(|&kind| self.reg(kind)).collect();
        self.emit(Inst::Call { f, d: d.clone(), a: a.to_vec(), site });
        d
    }

    /// With one result.
    pub fn call1(&mut self, f: Intrinsic, a: &[Reg], site: SiteId) -> Reg {
        self.call(f, a, site).first().copied().unwrap_or(Reg(0))
    }

    pub fn finish(self, unreachable: SiteId) -> Function {
        let blocks = self
            .blocks
            .into_iter()
            .map(|(insts, end)| Block { insts, end: end.unwrap_or(End::Bail(unreachable)) })
            .collect();
        Function { regs: self.regs, blocks }
    }
}
