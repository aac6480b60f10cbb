use super::{
    ADDED, COUNTERS, DEPTH, FLOAT_SLOTS, FLOATS, INT_SLOTS, LISTS, NODE, PAIRS, POOL, REFERENCES, SCRATCH,
    SCRATCH_FLOAT, Statement,
};
use crate::strategy::native::ir::intrinsic::{FROM_START, TO_END};
use crate::strategy::native::ir::{
    Block, BlockId, ColumnId, End, Function, Inst, IntOp, Intrinsic, Kind, ParamId, Reg, SiteId, Slot, UnaryOp,
};

/// One function in the making.
pub(super) struct Builder {
    function: Function,
    open: Vec<Inst>,
    depth: u32,
    /// None in the constructor; in a bar, whether it answers with a confidence.
    answers: Option<bool>,
    sites: u32,
}

fn int(index: u32) -> Reg {
    Reg(index)
}

fn float(index: u32) -> Reg {
    Reg(POOL + index)
}

impl Builder {
    pub(super) fn build(body: &[Statement], answers: Option<bool>) -> Function {
        let kind = |reg: u32| {
            let of_float = (POOL..2 * POOL).contains(&reg) || reg == SCRATCH_FLOAT.0;
            if of_float { Kind::F } else { Kind::I }
        };
        let function = Function {
            regs: (0..COUNTERS + DEPTH + 1).map(kind).collect(),
            blocks: vec![Block { insts: Vec::new(), end: End::Bail(SiteId(0)) }],
        };
        let mut builder = Self { function, open: Vec::new(), depth: 0, answers, sites: 0 };
        for index in 0..POOL {
            builder.open.push(Inst::Const { d: int(index), bits: u64::from(index) });
            builder.open.push(Inst::Const { d: float(index), bits: (f64::from(index) + 0.5).to_bits() });
        }
        if answers.is_none() {
            builder.make_lists();
        }
        let last = builder.statements(body, BlockId(0));
        let end = builder.answer(0);
        builder.close(last, end);
        builder.function
    }

    fn make_lists(&mut self) {
        // What is taken at once should be there.
        for (slot, layout) in LISTS.into_iter().enumerate() {
            let handle = SCRATCH[0];
            if slot == 1 {
                self.open.push(Inst::Const { d: SCRATCH[1], bits: 3 });
                self.call(Intrinsic::DequeNew(layout), &[handle], &[SCRATCH[1]]);
            } else {
                self.call(Intrinsic::ListNew(layout), &[handle], &[]);
            }
            self.open.push(Inst::Set { slot: Slot(slot as u32), a: handle });
            for a in 0..4 {
                self.grow(Intrinsic::ListPush, slot, a, &[]);
            }
        }
    }

    fn site(&mut self) -> SiteId {
        self.sites += 1;
        SiteId(self.sites % 40)
    }

    fn call(&mut self, f: Intrinsic, d: &[Reg], a: &[Reg]) {
        let site = self.site();
        self.open.push(Inst::Call { f, d: d.to_vec(), a: a.to_vec(), site });
    }

    fn handle(&mut self, list: usize, d: Reg) -> Reg {
        self.open.push(Inst::Get { d, slot: Slot(list as u32) });
        d
    }

    fn answer(&self, target: u32) -> End {
        let confidence = self.answers.filter(|confident| *confident).map(|_| float(1));
        End::Return { target: self.answers.map(|_| float(target)), confidence }
    }

    fn block(&mut self) -> BlockId {
        self.function.blocks.push(Block { insts: Vec::new(), end: End::Bail(SiteId(0)) });
        BlockId(self.function.blocks.len() as u32 - 1)
    }

    fn close(&mut self, block: BlockId, end: End) {
        self.function.blocks[block.0 as usize] = Block { insts: std::mem::take(&mut self.open), end };
    }

    /// The block in which what follows stands.
    fn statements(&mut self, body: &[Statement], mut at: BlockId) -> BlockId {
        for statement in body {
            at = match statement {
                Statement::If(test, yes, no) => {
                    let (yes_block, no_block) = (self.block(), self.block());
                    self.close(at, End::Branch { test: int(*test), yes: yes_block, no: no_block });
                    let yes_end = self.statements(yes, yes_block);
                    let after = self.block();
                    self.close(yes_end, End::Jump(after));
                    let no_end = self.statements(no, no_block);
                    self.close(no_end, End::Jump(after));
                    after
                }
                Statement::Repeatedly(times, body) => self.repeat(*times, body, at),
                Statement::ReturnIf(test, target) => {
                    let (leave, after) = (self.block(), self.block());
                    self.close(at, End::Branch { test: int(*test), yes: leave, no: after });
                    let end = self.answer(*target);
                    self.close(leave, end);
                    after
                }
                simple => {
                    self.simple(simple);
                    at
                }
            };
        }
        at
    }

    fn repeat(&mut self, times: u8, body: &[Statement], at: BlockId) -> BlockId {
        let counter = Reg(COUNTERS + self.depth);
        self.open.push(Inst::Const { d: counter, bits: u64::from(times) });
        let (head, inside) = (self.block(), self.block());
        self.close(at, End::Jump(head));
        self.depth += 1;
        let last = self.statements(body, inside);
        self.depth -= 1;
        self.open.push(Inst::Const { d: SCRATCH[0], bits: -1_i64 as u64 });
        let site = self.site();
        self.open.push(Inst::Int { op: IntOp::Add, d: counter, a: counter, b: SCRATCH[0], site });
        self.close(last, End::Jump(head));
        let after = self.block();
        self.close(head, End::Branch { test: counter, yes: inside, no: after });
        after
    }

    /// Writes an element: a float, a pair, or a node of its own.
    fn store(&mut self, list: usize, at: Reg, a: u32) {
        let store = |offset, a| Inst::Store { address: at, offset, a };
        match LISTS[list] {
            PAIRS => self.open.extend([store(0, int(a)), store(1, float(a))]),
            REFERENCES => self.open.push(store(0, ADDED)),
            _ => self.open.push(store(0, float(a))),
        }
    }

    /// Reads what [`Builder::store`] wrote.
    fn load(&mut self, list: usize, at: Reg, d: u32) {
        let load = |d, offset| Inst::Load { d, address: at, offset };
        match LISTS[list] {
            PAIRS => self.open.extend([load(int(d), 0), load(float(d), 1)]),
            REFERENCES => {
                self.open.push(load(SCRATCH[3], 0));
                self.open.push(Inst::Load { d: float(d), address: SCRATCH[3], offset: 0 });
            }
            _ => self.open.push(load(float(d), 0)),
        }
    }

    /// The node a push into a list of nodes adds: made before the push, which may move what it gives.
    fn added(&mut self, list: usize, a: u32) {
        if LISTS[list] == REFERENCES {
            self.call(Intrinsic::ObjectNew(NODE), &[ADDED], &[]);
            self.open.push(Inst::Store { address: ADDED, offset: 0, a: float(a) });
        }
    }

    fn bound(&mut self, d: Reg, bound: Option<u32>, otherwise: i64) {
        self.open.push(match bound {
            Some(a) => Inst::Copy { d, a: int(a) },
            None => Inst::Const { d, bits: otherwise as u64 },
        });
    }

    /// Small indexes are 0 and 1.
    fn index(&mut self, i: u32, small: bool) -> Reg {
        if !small {
            return int(i);
        }
        let site = self.site();
        self.open.push(Inst::Const { d: SCRATCH[2], bits: 1 });
        self.open.push(Inst::Int { op: IntOp::And, d: SCRATCH[2], a: SCRATCH[2], b: int(i), site });
        SCRATCH[2]
    }

    /// A list of the same layout.
    fn akin(list: usize, other: usize) -> usize {
        if LISTS[list] == LISTS[other] { other } else { list }
    }

    fn simple(&mut self, statement: &Statement) {
        let site = self.site();
        let [s0, s1, s2, s3] = SCRATCH;
        let bars = self.answers.is_some();
        match *statement {
            Statement::Int(op, d, a, b) => self.open.push(Inst::Int { op, d: int(d), a: int(a), b: int(b), site }),
            Statement::Float(op, d, a, b) => {
                self.open.push(Inst::Float { op, d: float(d), a: float(a), b: float(b), site });
            }
            // Not into a register of kind I, where bits of NaN, which are nobody's business, could be seen.
            Statement::Unary(UnaryOp::BitsOfFloat, d, a) => {
                self.open.push(Inst::Unary { op: UnaryOp::BitsOfFloat, d: s0, a: float(a), site });
                self.open.push(Inst::Unary { op: UnaryOp::FloatOfBits, d: float(d), a: s0, site });
            }
            Statement::Unary(op, d, a) => {
                let reg = |kind, index| if kind == Kind::F { float(index) } else { int(index) };
                let (takes, gives) = op.signature();
                self.open.push(Inst::Unary { op, d: reg(gives, d), a: reg(takes, a), site });
            }
            Statement::CompareInts(op, d, a, b) => {
                self.open.push(Inst::Compare { op, d: int(d), a: int(a), b: int(b) })
            }
            Statement::CompareFloats(op, d, a, b) => {
                self.open.push(Inst::Compare { op, d: int(d), a: float(a), b: float(b) });
            }
            Statement::ConstInt(d, value) => self.open.push(Inst::Const { d: int(d), bits: value as u64 }),
            Statement::ConstFloat(d, bits) => self.open.push(Inst::Const { d: float(d), bits }),
            Statement::Now(d) if bars => self.open.push(Inst::Now { d: int(d) }),
            Statement::Column(d, column) if bars => {
                let column = ColumnId(column);
                let d = if column == ColumnId::TIMESTAMP { int(d) } else { float(d) };
                self.open.push(Inst::Column { d, column, index: None, site });
            }
            Statement::ColumnAt(d, column, a) if bars => {
                let column = ColumnId(column);
                let d = if column == ColumnId::TIMESTAMP { int(d) } else { float(d) };
                self.open.push(Inst::Column { d, column, index: Some(int(a)), site });
            }
            Statement::ReduceColumn(d, column, of) if bars => {
                self.open.push(Inst::ColumnAddress { d: s0, column: ColumnId(column) });
                self.open.push(Inst::Now { d: s1 });
                self.call(Intrinsic::Reduce(of), &[float(d)], &[s0, s1]);
            }
            Statement::Now(_) | Statement::Column(..) | Statement::ColumnAt(..) | Statement::ReduceColumn(..) => {}
            Statement::Param(d) => {
                self.open.push(Inst::Param { d: float(d), param: ParamId(0) });
                self.open.push(Inst::Param { d: int(d), param: ParamId(1) });
            }
            Statement::Get(d, slot) if slot < 2 => {
                self.open.push(Inst::Get { d: float(d), slot: Slot(FLOAT_SLOTS + slot) });
            }
            Statement::Get(d, slot) => self.open.push(Inst::Get { d: int(d), slot: Slot(INT_SLOTS + slot - 2) }),
            Statement::Set(a, slot) if slot < 2 => {
                self.open.push(Inst::Set { slot: Slot(FLOAT_SLOTS + slot), a: float(a) });
            }
            Statement::Set(a, slot) => self.open.push(Inst::Set { slot: Slot(INT_SLOTS + slot - 2), a: int(a) }),
            Statement::Guard(a) => self.open.push(Inst::Guard { test: int(a), site }),
            Statement::RoundDigits(d, a, digits) => {
                self.open.push(Inst::Const { d: s0, bits: digits as u64 });
                self.call(Intrinsic::RoundDigits, &[float(d)], &[float(a), s0]);
            }
            Statement::Push(list, a) => self.grow(Intrinsic::ListPush, list, a, &[]),
            Statement::PushFront(list, a) => self.grow(Intrinsic::ListPushFront, list, a, &[]),
            Statement::Insert(list, a, i) => self.grow(Intrinsic::ListInsert, list, a, &[int(i)]),
            Statement::Pop(list, d) => self.take(Intrinsic::ListPop, list, d, &[]),
            Statement::PopFront(list, d) => self.take(Intrinsic::ListPopFront, list, d, &[]),
            Statement::PopAt(list, d, i, small) => {
                let index = self.index(i, small);
                self.take(Intrinsic::ListPopAt, list, d, &[index]);
            }
            Statement::At(list, d, i, small) => {
                let index = self.index(i, small);
                self.take(Intrinsic::ListAt, list, d, &[index]);
            }
            Statement::Length(list, d) => {
                let handle = self.handle(list, s0);
                self.call(Intrinsic::ListLength, &[int(d)], &[handle]);
            }
            Statement::Clear(list) => {
                let handle = self.handle(list, s0);
                self.call(Intrinsic::ListClear, &[], &[handle]);
            }
            Statement::Reverse(list) => {
                let handle = self.handle(list, s0);
                self.call(Intrinsic::ListReverse, &[], &[handle]);
            }
            Statement::Sort(list, reverse) => {
                // The others have wider elements or hold addresses.
                let handle = self.handle(list % 2, s0);
                self.open.push(Inst::Const { d: s1, bits: u64::from(reverse) });
                self.call(Intrinsic::ListSortFloat, &[], &[handle, s1]);
            }
            Statement::Delete(list, start, stop) => {
                let handle = self.handle(list, s0);
                self.bound(s1, start, FROM_START);
                self.bound(s2, stop, TO_END);
                self.call(Intrinsic::ListDeleteRange, &[], &[handle, s1, s2]);
            }
            Statement::Slice(list, to, start, stop) => {
                let handle = self.handle(list, s0);
                self.bound(s1, start, FROM_START);
                self.bound(s2, stop, TO_END);
                self.call(Intrinsic::ListSlice, &[s0], &[handle, s1, s2]);
                self.open.push(Inst::Set { slot: Slot(Self::akin(list, to) as u32), a: s0 });
            }
            Statement::SliceStep(list, to, start, stop, step) => {
                let handle = self.handle(list, s0);
                self.bound(s1, start, FROM_START);
                self.bound(s2, stop, TO_END);
                self.open.push(Inst::Const { d: s3, bits: step as u64 });
                self.call(Intrinsic::ListSliceStep, &[s0], &[handle, s1, s2, s3]);
                self.open.push(Inst::Set { slot: Slot(Self::akin(list, to) as u32), a: s0 });
            }
            Statement::SliceView(list, start, stop) => {
                let list = list % 2;
                let handle = self.handle(list, s0);
                self.call(Intrinsic::ListView, &[s2, s3], &[handle]);
                self.bound(s0, start, FROM_START);
                self.bound(s1, stop, TO_END);
                self.call(Intrinsic::SliceBounds, &[s0, s1], &[s3, s0, s1]);
                self.open.push(Inst::Int { op: IntOp::AddWrapping, d: s2, a: s2, b: s0, site });
                self.call(Intrinsic::ListFromView(FLOATS), &[s0], &[s2, s1]);
                self.open.push(Inst::Set { slot: Slot(list as u32), a: s0 });
            }
            Statement::Repeat(list, times) => {
                let handle = self.handle(list, s0);
                self.open.push(Inst::Const { d: s1, bits: times as u64 });
                self.call(Intrinsic::ListRepeat, &[s0], &[handle, s1]);
                self.open.push(Inst::Set { slot: Slot(list as u32), a: s0 });
            }
            Statement::Concat(list, other) => {
                let handle = self.handle(list, s0);
                let other = self.handle(Self::akin(list, other), s1);
                self.call(Intrinsic::ListConcat, &[s0], &[handle, other]);
                self.open.push(Inst::Set { slot: Slot(list as u32), a: s0 });
            }
            Statement::Extend(list, other) => {
                let handle = self.handle(list, s0);
                let other = self.handle(Self::akin(list, other), s1);
                self.call(Intrinsic::ListExtend, &[], &[handle, other]);
            }
            Statement::Copy(list, maxlen) => {
                let handle = self.handle(list, s0);
                self.open.push(Inst::Const { d: s1, bits: maxlen as u64 });
                self.call(Intrinsic::ListCopy, &[s0], &[handle, s1]);
                self.open.push(Inst::Set { slot: Slot(list as u32), a: s0 });
            }
            Statement::Reduce(list, d, of) => {
                let handle = self.handle(list % 2, s0);
                self.call(Intrinsic::ListView, &[s1, s2], &[handle]);
                self.call(Intrinsic::Reduce(of), &[float(d)], &[s1, s2]);
            }
            Statement::Quantile(list, d, a) => {
                let handle = self.handle(list % 2, s0);
                if a % 2 == 0 {
                    self.open.push(Inst::Const { d: float(a), bits: (f64::from(a) / 6.0).to_bits() });
                }
                self.call(Intrinsic::ListView, &[s1, s2], &[handle]);
                self.call(Intrinsic::NumpyQuantile, &[float(d)], &[s1, s2, float(a)]);
            }
            Statement::Chain(d) => {
                // The first node's next becomes the last one's; both may be the same.
                let handle = self.handle(3, s0);
                self.open.push(Inst::Const { d: s1, bits: 0 });
                self.call(Intrinsic::ListAt, &[s2], &[handle, s1]);
                self.open.push(Inst::Load { d: s2, address: s2, offset: 0 });
                self.open.push(Inst::Const { d: s1, bits: -1_i64 as u64 });
                self.call(Intrinsic::ListAt, &[s3], &[handle, s1]);
                self.open.push(Inst::Load { d: s3, address: s3, offset: 0 });
                self.open.push(Inst::Store { address: s2, offset: 1, a: s3 });
                self.open.push(Inst::Load { d: s3, address: s2, offset: 1 });
                self.open.push(Inst::Load { d: float(d), address: s3, offset: 0 });
            }
            Statement::If(..) | Statement::Repeatedly(..) | Statement::ReturnIf(..) => {
                unreachable!("statements() makes blocks of them")
            }
        }
    }

    fn grow(&mut self, f: Intrinsic, list: usize, a: u32, more: &[Reg]) {
        self.added(list, a);
        let handle = self.handle(list, SCRATCH[0]);
        let taken: Vec<Reg> = std::iter::once(handle).chain(more.iter().copied()).collect();
        self.call(f, &[SCRATCH[1]], &taken);
        self.store(list, SCRATCH[1], a);
    }

    fn take(&mut self, f: Intrinsic, list: usize, d: u32, more: &[Reg]) {
        let handle = self.handle(list, SCRATCH[0]);
        let taken: Vec<Reg> = std::iter::once(handle).chain(more.iter().copied()).collect();
        self.call(f, &[SCRATCH[1]], &taken);
        self.load(list, SCRATCH[1], d);
    }
}
