use super::{
    Block, BlockId, ColumnId, End, Function, Inst, Intrinsic, Kind, LayoutId, ObservedValue, Program, Reg, SiteId, Slot,
};

/// Refuses a program whose execution would not be defined: registers, blocks, slots and the like that are not
/// there, kinds that do not fit, registers read before they are written, columns in the constructor.
///
/// # Errors
/// What is wrong with the program, in words.
pub fn check(program: &Program) -> Result<(), String> {
    for observed in &program.observed {
        let at = |reason: String| format!("observed {}: {reason}", observed.attribute);
        match observed.value {
            ObservedValue::Float(slot) => program.slot(slot, Kind::F).map_err(at)?,
            ObservedValue::Int(slot) => program.slot(slot, Kind::I).map_err(at)?,
            ObservedValue::Any { tag, bits } => {
                program.slot(tag, Kind::I).map_err(at)?;
                program.slot(bits, Kind::I).map_err(at)?;
            }
        }
    }
    Checker { program, function: &program.init, constructs: true }
        .check()
        .map_err(|reason| format!("init, {reason}"))?;
    Checker { program, function: &program.step, constructs: false }.check().map_err(|reason| format!("step, {reason}"))
}

impl Program {
    fn slot(&self, slot: Slot, kind: Kind) -> Result<(), String> {
        let state = self.state.get(slot.0 as usize).ok_or_else(|| format!("there is no slot s{}", slot.0))?;
        if state.word.kind() == kind { Ok(()) } else { Err(format!("slot s{} is not of kind {kind:?}", slot.0)) }
    }

    /// Kind of a column's words.
    pub fn column_kind(&self, column: ColumnId) -> Option<Kind> {
        match column {
            ColumnId::TIMESTAMP => Some(Kind::I),
            ColumnId(index) if index < ColumnId::MARKET => Some(Kind::F),
            ColumnId(index) => self.extras.get((index - ColumnId::MARKET) as usize).map(|extra| extra.kind),
        }
    }
}

struct Checker<'a> {
    program: &'a Program,
    function: &'a Function,
    /// No column, no answer.
    constructs: bool,
}

type Checked = Result<(), String>;

impl Checker<'_> {
    fn check(&self) -> Checked {
        if self.function.blocks.is_empty() {
            return Err("there is no block".to_owned());
        }
        for (index, block) in self.function.blocks.iter().enumerate() {
            self.block(block).map_err(|reason| format!("block b{index}, {reason}"))?;
        }
        match self.function.unassigned() {
            Some((reg, block)) => Err(format!("block b{}: r{} is read before it is written", block.0, reg.0)),
            None => Ok(()),
        }
    }

    fn block(&self, block: &Block) -> Checked {
        for (index, inst) in block.insts.iter().enumerate() {
            self.inst(inst).map_err(|reason| format!("instruction {index}: {reason}"))?;
        }
        self.end(&block.end).map_err(|reason| format!("end: {reason}"))
    }

    fn end(&self, end: &End) -> Checked {
        end.successors().try_for_each(|BlockId(to)| {
            let there = (to as usize) < self.function.blocks.len();
            if there { Ok(()) } else { Err(format!("there is no block b{to}")) }
        })?;
        match end {
            End::Jump(_) => Ok(()),
            End::Branch { test, .. } => self.reg(*test, Kind::I),
            End::Bail(site) => self.site(*site),
            End::Return { target, confidence } => {
                if target.is_some() == self.constructs || (self.constructs && confidence.is_some()) {
                    let should =
                        if self.constructs { "the constructor returns nothing" } else { "a target is missing" };
                    return Err(should.to_owned());
                }
                target.iter().chain(confidence).try_for_each(|reg| self.reg(*reg, Kind::F))
            }
        }
    }

    fn inst(&self, inst: &Inst) -> Checked {
        use Kind::{F, I};
        match inst {
            Inst::Const { d, .. } => self.kind(*d).map(|_| ()),
            Inst::Copy { d, a } => self.reg(*a, self.kind(*d)?),
            Inst::Int { d, a, b, site, .. } => self.regs(&[*d, *a, *b], I).and_then(|()| self.site(*site)),
            Inst::Float { d, a, b, site, .. } => self.regs(&[*d, *a, *b], F).and_then(|()| self.site(*site)),
            Inst::Unary { op, d, a, site } => {
                let (takes, gives) = op.signature();
                self.reg(*a, takes)?;
                self.reg(*d, gives)?;
                self.site(*site)
            }
            Inst::Compare { d, a, b, .. } => {
                self.reg(*b, self.kind(*a)?)?;
                self.reg(*d, I)
            }
            Inst::Now { d } => self.market().and_then(|()| self.reg(*d, I)),
            Inst::Param { d, param } => {
                let param =
                    self.program.params.get(param.0 as usize).ok_or_else(|| format!("there is no p{}", param.0))?;
                self.reg(*d, param.kind)
            }
            Inst::Column { d, column, index, site } => {
                self.market()?;
                self.reg(*d, self.column(*column)?)?;
                index.iter().try_for_each(|index| self.reg(*index, I))?;
                self.site(*site)
            }
            Inst::ColumnAddress { d, column } => {
                self.market()?;
                self.column(*column)?;
                if column.0 >= ColumnId::MARKET {
                    return Err(format!("c{} is hoisted and has no address", column.0));
                }
                self.reg(*d, I)
            }
            Inst::Get { d, slot } => self.program.slot(*slot, self.kind(*d)?),
            Inst::Set { slot, a } => self.program.slot(*slot, self.kind(*a)?),
            Inst::Load { d, address, .. } => self.kind(*d).and_then(|_| self.reg(*address, I)),
            Inst::Store { address, a, .. } => self.kind(*a).and_then(|_| self.reg(*address, I)),
            Inst::Guard { test, site } => self.reg(*test, I).and_then(|()| self.site(*site)),
            Inst::Call { f, d, a, site } => self.call(*f, d, a).and_then(|()| self.site(*site)),
        }
    }

    fn call(&self, f: Intrinsic, d: &[Reg], a: &[Reg]) -> Checked {
        if let Intrinsic::ListNew(layout)
        | Intrinsic::DequeNew(layout)
        | Intrinsic::ListFromView(layout)
        | Intrinsic::ObjectNew(layout)
        | Intrinsic::Column(_, layout) = f
        {
            self.layout(layout)?;
        }
        let (takes, gives) = f.signature();
        for (what, regs, kinds) in [("takes", a, takes), ("gives", d, gives)] {
            if regs.len() != kinds.len() {
                return Err(format!("{f:?} {what} {} words, not {}", kinds.len(), regs.len()));
            }
            regs.iter().zip(kinds).try_for_each(|(reg, kind)| self.reg(*reg, *kind))?;
        }
        if d.len() == 2 && d[0] == d[1] { Err(format!("{f:?} gives both words to r{}", d[0].0)) } else { Ok(()) }
    }

    fn kind(&self, reg: Reg) -> Result<Kind, String> {
        let kind = self.function.regs.get(reg.0 as usize);
        kind.copied().ok_or_else(|| format!("there is no register r{}", reg.0))
    }

    fn reg(&self, reg: Reg, kind: Kind) -> Checked {
        if self.kind(reg)? == kind { Ok(()) } else { Err(format!("r{} is not of kind {kind:?}", reg.0)) }
    }

    fn regs(&self, regs: &[Reg], kind: Kind) -> Checked {
        regs.iter().try_for_each(|reg| self.reg(*reg, kind))
    }

    fn site(&self, SiteId(site): SiteId) -> Checked {
        let there = (site as usize) < self.program.sites.len();
        if there { Ok(()) } else { Err(format!("there is no site @{site}")) }
    }

    fn layout(&self, LayoutId(layout): LayoutId) -> Checked {
        let there = (layout as usize) < self.program.layouts.len();
        if there { Ok(()) } else { Err(format!("there is no layout {layout}")) }
    }

    fn column(&self, column: ColumnId) -> Result<Kind, String> {
        self.program.column_kind(column).ok_or_else(|| format!("there is no column c{}", column.0))
    }

    fn market(&self) -> Checked {
        if self.constructs { Err("the constructor sees no bar".to_owned()) } else { Ok(()) }
    }
}
