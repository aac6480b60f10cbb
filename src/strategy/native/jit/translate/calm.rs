//! Bars on which nothing can happen are not run.
//!
//! A bar whose run left every slot as it was, and decided by nothing but slots, parameters, hoisted integers and
//! comparisons of columns with what never changes, is followed by its like until one of these integers or comparisons
//! turns out otherwise.
//! Which bars those are is found beforehand, two bars to an instruction; what lies between is skipped.

use super::super::context::Context;
use super::Translator;
use crate::strategy::native::ir::{
    ColumnId, CompareOp, End, FloatOp, Function, Inst, Kind, Program, Reg, Slot, UnaryOp,
};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, Endianness, InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::Variable;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::offset_of;

/// Bars of a word of events.
const WORD: i64 = 64;
/// Bars of a round of the search: as many as a vector has bytes.
const ROUND: i64 = 16;
/// Steps from columns to a comparison beyond which it is made bar by bar.
const MOST_STEPS: usize = 12;
/// Comparisons beyond which looking ahead takes as long as running.
const MOST_TESTS: usize = 8;

/// What a program's answers wait for.
#[derive(Debug)]
pub(in super::super) struct Calm {
    /// Hoisted integers that decide something, by number behind the market's columns.
    pub flips: Vec<u32>,
    tests: Vec<Test>,
    /// The only instruction that writes a register.
    definitions: BTreeMap<Reg, Inst>,
    /// Slots that a bar can change.
    changing: BTreeSet<Slot>,
    /// Block and instruction, the block's end being one past the last: after it the next bar has to be run.
    stirring: BTreeSet<(usize, usize)>,
}

/// A comparison of what only columns, parameters and slots that no bar changes decide.
#[derive(Debug, Clone, Copy)]
enum Test {
    Compare { op: CompareOp, a: Reg, b: Reg },
    IsNan(Reg),
    IsInf(Reg),
}

impl Test {
    const fn of(inst: &Inst) -> Option<Self> {
        match inst {
            Inst::Compare { op, a, b, .. } => Some(Self::Compare { op: *op, a: *a, b: *b }),
            Inst::Unary { op: UnaryOp::IsNan, a, .. } => Some(Self::IsNan(*a)),
            Inst::Unary { op: UnaryOp::IsInf, a, .. } => Some(Self::IsInf(*a)),
            _ => None,
        }
    }
}

impl Calm {
    /// None where no bar is followed by its like, or nothing is known of it.
    pub fn of(program: &Program) -> Option<Self> {
        // Elsewhere there may be no instructions for two bars at once.
        if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
            return None;
        }
        let step = &program.step;
        let insts = || step.blocks.iter().flat_map(|block| &block.insts);
        let in_memory = |inst: &Inst| {
            matches!(inst, Inst::Call { .. } | Inst::Load { .. } | Inst::Store { .. } | Inst::ColumnAddress { .. })
        };
        let confident = |end: &End| matches!(end, End::Return { confidence: Some(_), .. });
        if insts().any(in_memory) || step.blocks.iter().any(|block| confident(&block.end)) {
            return None;
        }
        let definitions = definitions(step);
        let set = |inst: &Inst| if let Inst::Set { slot, .. } = inst { Some(*slot) } else { None };
        let changing = insts().filter_map(set).collect();
        let mut calm = Self { flips: Vec::new(), tests: Vec::new(), definitions, changing, stirring: BTreeSet::new() };
        let restless = calm.restless(program);
        for inst in insts() {
            match inst {
                Inst::Column { column, index: None, .. } if calm.is_watched(program, *column) => {
                    calm.flips.push(column.0 - ColumnId::MARKET);
                }
                _ if inst.reads().iter().any(|reg| restless.contains(reg)) => {
                    calm.tests.extend(Test::of(inst).filter(|_| calm.is_test(program, inst)));
                }
                _ => {}
            }
        }
        calm.flips.sort_unstable();
        calm.flips.dedup();
        calm.stirring = stirring(step, &restless);
        (calm.tests.len() <= MOST_TESTS && calm.can_rest(step)).then_some(calm)
    }

    /// Registers that may hold something else at every bar, and are not watched.
    fn restless(&self, program: &Program) -> BTreeSet<Reg> {
        let mut found = BTreeSet::new();
        loop {
            let before = found.len();
            for inst in program.step.blocks.iter().flat_map(|block| &block.insts) {
                let restless = match inst {
                    Inst::Now { .. } | Inst::Column { index: Some(_), .. } => true,
                    Inst::Column { column, .. } => !self.is_watched(program, *column),
                    _ => inst.reads().iter().any(|reg| found.contains(reg)) && !self.is_test(program, inst),
                };
                if restless {
                    found.extend(inst.writes());
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    fn is_watched(&self, program: &Program, column: ColumnId) -> bool {
        column.0 >= ColumnId::MARKET && program.column_kind(column) == Some(Kind::I)
    }

    fn is_test(&self, program: &Program, inst: &Inst) -> bool {
        let steps = |reg: Reg| self.steps(program, reg, 0);
        match Test::of(inst) {
            Some(Test::Compare { a, b, .. }) => {
                let float = program.step.regs[a.0 as usize] == Kind::F;
                float && steps(a).zip(steps(b)).is_some_and(|(a, b)| a + b <= MOST_STEPS)
            }
            Some(Test::IsNan(a) | Test::IsInf(a)) => steps(a).is_some_and(|steps| steps <= MOST_STEPS),
            None => false,
        }
    }

    /// Steps from columns and what never changes to a register; None where something else is on the way.
    fn steps(&self, program: &Program, reg: Reg, depth: usize) -> Option<usize> {
        if depth > MOST_STEPS {
            return None;
        }
        let of = |reg: Reg| self.steps(program, reg, depth + 1);
        match self.definitions.get(&reg)? {
            Inst::Const { .. } => Some(0),
            inst @ (Inst::Param { .. } | Inst::Get { .. }) => (self.constant(program, inst)? == Kind::F).then_some(0),
            Inst::Column { column, index: None, .. } => (program.column_kind(*column) == Some(Kind::F)).then_some(1),
            Inst::Copy { a, .. } => of(*a),
            Inst::Unary { op: UnaryOp::Neg | UnaryOp::Abs | UnaryOp::SqrtIeee, a, .. } => Some(of(*a)? + 1),
            Inst::Unary { op: UnaryOp::ToFloat, a, .. } => self.whole(program, *a).map(|_| 1),
            Inst::Float { op: FloatOp::Add | FloatOp::Sub | FloatOp::Mul | FloatOp::DivIeee, a, b, .. } => {
                Some(of(*a)? + of(*b)? + 1)
            }
            _ => None,
        }
    }

    /// The kind of a parameter, or of a slot that no bar changes.
    fn constant(&self, program: &Program, inst: &Inst) -> Option<Kind> {
        match inst {
            Inst::Param { param, .. } => Some(program.params[param.0 as usize].kind),
            Inst::Get { slot, .. } if !self.changing.contains(slot) => Some(program.state[slot.0 as usize].word.kind()),
            _ => None,
        }
    }

    /// The instruction that an integer comes from which never changes.
    fn whole(&self, program: &Program, reg: Reg) -> Option<&Inst> {
        match self.definitions.get(&reg)? {
            Inst::Copy { a, .. } if *a != reg => self.whole(program, *a),
            inst => (self.constant(program, inst)? == Kind::I).then_some(inst),
        }
    }

    /// Whether some way through a bar has nothing on it after which the next has to be run.
    fn can_rest(&self, step: &Function) -> bool {
        let stirs = |block: usize| self.stirring.range((block, 0)..=(block, usize::MAX)).next().is_some();
        let (mut seen, mut pending) = (BTreeSet::new(), vec![0]);
        while let Some(block) = pending.pop() {
            if stirs(block) || !seen.insert(block) {
                continue;
            }
            if matches!(step.blocks[block].end, End::Return { .. }) {
                return true;
            }
            pending.extend(step.blocks[block].end.successors().map(|next| next.0 as usize));
        }
        false
    }
}

fn definitions(step: &Function) -> BTreeMap<Reg, Inst> {
    let mut found: BTreeMap<Reg, Option<Inst>> = BTreeMap::new();
    for inst in step.blocks.iter().flat_map(|block| &block.insts) {
        for reg in inst.writes() {
            found.entry(*reg).and_modify(|known| *known = None).or_insert_with(|| Some(inst.clone()));
        }
    }
    found.into_iter().filter_map(|(reg, inst)| Some((reg, inst?))).collect()
}

/// Where something restless reaches the state, the answer, the way through the bar, or the end of the run.
fn stirring(step: &Function, restless: &BTreeSet<Reg>) -> BTreeSet<(usize, usize)> {
    let mut found = BTreeSet::new();
    for (block, it) in step.blocks.iter().enumerate() {
        for (index, inst) in it.insts.iter().enumerate() {
            let counts = inst.can_bail() || matches!(inst, Inst::Set { .. });
            if counts && inst.reads().iter().any(|reg| restless.contains(reg)) {
                found.insert((block, index));
            }
        }
        if it.end.reads().any(|reg| restless.contains(&reg)) {
            found.insert((block, it.insts.len()));
        }
    }
    found
}

/// Variables of a run that skips bars.
#[derive(Clone, Copy)]
pub(super) struct Watch {
    /// Not zero: the next bar has to be run.
    stirred: Variable,
    /// First word of the events, and their number.
    events: Value,
    words: Value,
}

impl<'a> Translator<'a> {
    /// Finds the events: bars at which something that decides is other than before.
    pub(super) fn look_ahead(&mut self, calm: &'a Calm) {
        let events = self.load_field(offset_of!(Context, events), types::I64);
        let up = self.b.ins().iadd_imm_s(self.fixed.bars, WORD - 1);
        let words = self.b.ins().ushr_imm_u(up, 6);
        let full = self.b.ins().ushr_imm_u(self.fixed.bars, 6);
        let stirred = self.b.declare_var(types::I64);
        let zero = self.int_constant(0);
        self.b.def_var(stirred, zero);

        let flips = self.load_field(offset_of!(Context, flips), types::I64);
        let flags = MemFlagsData::trusted().with_readonly();
        let flips: Vec<Value> =
            (0..calm.flips.len()).map(|at| self.b.ins().load(types::I64, flags, flips, 8 * at as i32)).collect();
        let befores: Vec<Variable> = calm.tests.iter().map(|_| self.b.declare_var(types::I64)).collect();
        // What the first bar is compared with does not matter: it is run.
        befores.iter().for_each(|before| self.b.def_var(*before, zero));

        let (head, body, rest, end) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block(), self.b.create_block());
        let word = self.b.append_block_param(head, types::I64);
        self.b.ins().jump(head, &[zero.into()]);
        self.b.switch_to_block(head);
        let more = self.b.ins().icmp(IntCC::UnsignedLessThan, word, full);
        self.b.ins().brif(more, body, &[], rest, &[]);
        self.switch_to_sealed(body);
        let masks = self.masks(calm, word);
        let mut found = zero;
        for (mask, before) in masks.into_iter().zip(&befores) {
            let last = self.b.use_var(*before);
            let last = self.b.ins().ushr_imm_u(last, WORD - 1);
            let shifted = self.b.ins().ishl_imm_u(mask, 1);
            let shifted = self.b.ins().bor(shifted, last);
            let turned = self.b.ins().bxor(mask, shifted);
            found = self.b.ins().bor(found, turned);
            self.b.def_var(*before, mask);
        }
        for flips in flips {
            let place = self.word(flips, word);
            let turned = self.b.ins().load(types::I64, flags, place, 0);
            found = self.b.ins().bor(found, turned);
        }
        let place = self.word(events, word);
        self.b.ins().store(MemFlagsData::trusted(), found, place, 0);
        let after = self.b.ins().iadd_imm_s(word, 1);
        self.b.ins().jump(head, &[after.into()]);
        self.b.seal_block(head);

        // The bars of a word that is not full are run one by one.
        self.switch_to_sealed(rest);
        let all = self.int_constant(-1);
        let partly = self.b.ins().icmp(IntCC::NotEqual, full, words);
        let last = self.b.create_block();
        self.b.ins().brif(partly, last, &[], end, &[]);
        self.switch_to_sealed(last);
        let place = self.word(events, full);
        self.b.ins().store(MemFlagsData::trusted(), all, place, 0);
        self.b.ins().jump(end, &[]);
        self.switch_to_sealed(end);
        self.watch = Some((calm, Watch { stirred, events, words }));
    }

    /// Of each test a bit per bar, for the bars of one word.
    fn masks(&mut self, calm: &Calm, word: Value) -> Vec<Value> {
        let first = self.b.ins().ishl_imm_u(word, 6);
        let masks: Vec<Variable> = calm.tests.iter().map(|_| self.b.declare_var(types::I64)).collect();
        if masks.is_empty() {
            return Vec::new();
        }
        let zero = self.int_constant(0);
        masks.iter().for_each(|mask| self.b.def_var(*mask, zero));
        let (round, done) = (self.b.create_block(), self.b.create_block());
        let at = self.b.append_block_param(round, types::I64);
        let end = self.b.ins().iadd_imm_s(first, WORD);
        self.b.ins().jump(round, &[first.into()]);
        self.b.switch_to_block(round);
        for (test, mask) in calm.tests.iter().zip(&masks) {
            let bits = self.round_of_bits(calm, *test, at);
            let before = self.b.use_var(*mask);
            let down = self.b.ins().ushr_imm_u(before, ROUND);
            let up = self.b.ins().ishl_imm_u(bits, WORD - ROUND);
            let now = self.b.ins().bor(down, up);
            self.b.def_var(*mask, now);
        }
        let after = self.b.ins().iadd_imm_s(at, ROUND);
        let more = self.b.ins().icmp(IntCC::UnsignedLessThan, after, end);
        self.b.ins().brif(more, round, &[after.into()], done, &[]);
        self.b.seal_block(round);
        self.switch_to_sealed(done);
        masks.into_iter().map(|mask| self.b.use_var(mask)).collect()
    }

    /// What a test says at the bars of a round from `at` on, in the lowest bits.
    fn round_of_bits(&mut self, calm: &Calm, test: Test, at: Value) -> Value {
        let mut masks = Vec::new();
        for pair in 0..ROUND / 2 {
            let bar = self.b.ins().iadd_imm_s(at, 2 * pair);
            masks.push(self.two_lanes(calm, test, bar));
        }
        // All bits of a lane are alike, so half of a lane says what the whole one does.
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        for lanes in [types::I32X4, types::I32X4, types::I16X8] {
            let mut narrowed = Vec::new();
            for two in masks.as_chunks::<2>().0 {
                let [a, b] = two.map(|mask| match self.b.func.dfg.value_type(mask) {
                    kind if kind == lanes => mask,
                    _ => self.b.ins().bitcast(lanes, flags, mask),
                });
                narrowed.push(self.b.ins().snarrow(a, b));
            }
            masks = narrowed;
        }
        self.b.ins().vhigh_bits(types::I64, masks[0])
    }

    /// What a test says at `bar` and the bar after it, in all bits of a lane each.
    fn two_lanes(&mut self, calm: &Calm, test: Test, bar: Value) -> Value {
        match test {
            Test::Compare { op, a, b } => {
                let (x, y) = (self.lanes(calm, a, bar), self.lanes(calm, b, bar));
                self.b.ins().fcmp(condition(op), x, y)
            }
            Test::IsNan(a) => {
                let x = self.lanes(calm, a, bar);
                self.b.ins().fcmp(FloatCC::NotEqual, x, x)
            }
            Test::IsInf(a) => {
                let x = self.lanes(calm, a, bar);
                let size = self.b.ins().fabs(x);
                let infinity = self.b.ins().f64const(f64::INFINITY);
                let infinity = self.b.ins().splat(types::F64X2, infinity);
                self.b.ins().fcmp(FloatCC::Equal, size, infinity)
            }
        }
    }

    /// A register at `bar` and the bar after it.
    fn lanes(&mut self, calm: &Calm, reg: Reg, bar: Value) -> Value {
        let scalar = match &calm.definitions[&reg] {
            Inst::Const { bits, .. } => self.b.ins().f64const(f64::from_bits(*bits)),
            inst @ (Inst::Param { .. } | Inst::Get { .. }) => self.scalar(inst),
            Inst::Unary { op: UnaryOp::ToFloat, a, .. } => {
                let whole = calm.whole(self.program, *a).expect("it was found to be one");
                let whole = self.scalar(whole);
                self.b.ins().fcvt_from_sint(types::F64, whole)
            }
            Inst::Column { column, .. } => {
                let place = self.word(self.starts[column.0 as usize], bar);
                let flags = MemFlagsData::new().with_readonly().with_notrap();
                return self.b.ins().load(types::F64X2, flags, place, 0);
            }
            Inst::Copy { a, .. } => return self.lanes(calm, *a, bar),
            Inst::Unary { op, a, .. } => {
                let x = self.lanes(calm, *a, bar);
                return match op {
                    UnaryOp::Neg => self.b.ins().fneg(x),
                    UnaryOp::Abs => self.b.ins().fabs(x),
                    _ => self.b.ins().sqrt(x),
                };
            }
            Inst::Float { op, a, b, .. } => {
                let (x, y) = (self.lanes(calm, *a, bar), self.lanes(calm, *b, bar));
                return match op {
                    FloatOp::Add => self.b.ins().fadd(x, y),
                    FloatOp::Sub => self.b.ins().fsub(x, y),
                    FloatOp::Mul => self.b.ins().fmul(x, y),
                    _ => self.b.ins().fdiv(x, y),
                };
            }
            inst => unreachable!("{inst:?} is no step of a test"),
        };
        self.b.ins().splat(types::F64X2, scalar)
    }

    /// A parameter, or what a slot holds after the constructor.
    fn scalar(&mut self, inst: &Inst) -> Value {
        match inst {
            Inst::Param { param, .. } => self.param(*param),
            Inst::Get { slot, .. } => self.b.use_var(self.slots[slot.0 as usize]),
            inst => unreachable!("{inst:?} is no scalar of a test"),
        }
    }

    pub(super) fn calm_down(&mut self) {
        if let Some((_, watch)) = self.watch {
            let zero = self.int_constant(0);
            self.b.def_var(watch.stirred, zero);
        }
    }

    /// After instruction `index` of a block, its end being one past the last.
    pub(super) fn stir_at(&mut self, block: usize, index: usize) {
        if self.in_a_bar
            && let Some((calm, watch)) = self.watch
            && calm.stirring.contains(&(block, index))
        {
            let one = self.int_constant(1);
            self.b.def_var(watch.stirred, one);
        }
    }

    /// Where `test` is not zero.
    pub(super) fn stir_if(&mut self, test: Value) {
        if let Some((_, watch)) = self.watch {
            let before = self.b.use_var(watch.stirred);
            let now = self.b.ins().bor(before, test);
            self.b.def_var(watch.stirred, now);
        }
    }

    /// Before `value` becomes a slot's.
    pub(super) fn stir_if_new(&mut self, slot: Slot, value: Value) {
        if !self.in_a_bar || self.watch.is_none() {
            return;
        }
        let held = self.b.use_var(self.slots[slot.0 as usize]);
        let [held, value] = [held, value].map(|word| match self.b.func.dfg.value_type(word) {
            types::F64 => self.b.ins().bitcast(types::I64, MemFlagsData::new(), word),
            _ => word,
        });
        let other = self.b.ins().bxor(held, value);
        self.stir_if(other);
    }

    /// Goes on to the next bar that has to be run, `after` or later.
    pub(super) fn go_on(&mut self, after: Value, head: Block) {
        let Some((_, Watch { stirred, events, words })) = self.watch else {
            self.b.ins().jump(head, &[after.into()]);
            return;
        };
        let (search, look, found, next, beyond) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        let (stirred, bars) = (self.b.use_var(stirred), self.fixed.bars);
        let last = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, after, bars);
        let last = self.b.ins().uextend(types::I64, last);
        let at_once = self.b.ins().bor(stirred, last);
        self.b.ins().brif(at_once, head, &[after.into()], search, &[]);

        self.switch_to_sealed(search);
        let flags = MemFlagsData::trusted();
        let first = self.b.ins().ushr_imm_u(after, 6);
        let place = self.word(events, first);
        let all = self.b.ins().load(types::I64, flags, place, 0);
        let offset = self.b.ins().band_imm_u(after, WORD - 1);
        let ones = self.int_constant(-1);
        let ahead = self.b.ins().ishl(ones, offset);
        let bits = self.b.ins().band(all, ahead);
        let (index, word) = (self.b.append_block_param(look, types::I64), self.b.append_block_param(look, types::I64));
        self.b.ins().jump(look, &[first.into(), bits.into()]);
        self.b.switch_to_block(look);
        self.b.ins().brif(word, found, &[], next, &[]);

        self.switch_to_sealed(found);
        let bit = self.b.ins().ctz(word);
        let start = self.b.ins().ishl_imm_u(index, 6);
        let bar = self.b.ins().iadd(start, bit);
        self.b.ins().jump(head, &[bar.into()]);

        self.switch_to_sealed(next);
        let index = self.b.ins().iadd_imm_s(index, 1);
        let more = self.b.ins().icmp(IntCC::UnsignedLessThan, index, words);
        let further = self.b.create_block();
        self.b.ins().brif(more, further, &[], beyond, &[]);
        self.switch_to_sealed(further);
        let place = self.word(events, index);
        let bits = self.b.ins().load(types::I64, flags, place, 0);
        self.b.ins().jump(look, &[index.into(), bits.into()]);
        self.b.seal_block(look);
        self.switch_to_sealed(beyond);
        self.b.ins().jump(head, &[bars.into()]);
    }
}

const fn condition(op: CompareOp) -> FloatCC {
    match op {
        CompareOp::Eq => FloatCC::Equal,
        CompareOp::Ne => FloatCC::NotEqual,
        CompareOp::Lt => FloatCC::LessThan,
        CompareOp::Le => FloatCC::LessThanOrEqual,
        CompareOp::Gt => FloatCC::GreaterThan,
        CompareOp::Ge => FloatCC::GreaterThanOrEqual,
    }
}
