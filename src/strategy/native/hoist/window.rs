//! A deque that takes in one column's value at every bar holds that column's last bars: what is asked of it over and
//! over, its length and its sum, is a column too, and many bars of it are made at once.

use crate::strategy::native::ir::{
    BlockId, ColumnId, End, Extra, Function, Inst, Intrinsic, Kind, Program, Reduction, Reg, SiteId, Slot, Word,
};
use crate::strategy::native::machine::{Columns, SharedColumn};
use crate::strategy::native::numerics::{SumPolicy, max, min, rolling_sum};
use std::collections::{BTreeMap, BTreeSet};

/// A column that needs no program.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    what: Asked,
    /// What the deque takes in.
    column: ColumnId,
    maxlen: Length,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Asked {
    Length,
    Sum(SumPolicy),
    Min,
    Max,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Length {
    Param(usize),
    Constant(i64),
}

impl Window {
    /// None where the deque could not be made.
    pub fn words(self, columns: &Columns, params: &[u64]) -> Option<SharedColumn> {
        let maxlen = match self.maxlen {
            Length::Param(param) => params[param].cast_signed(),
            Length::Constant(maxlen) => maxlen,
        };
        let maxlen = usize::try_from(maxlen).ok()?;
        let values: Vec<f64> = columns.column(self.column.0).iter().map(|word| f64::from_bits(*word)).collect();
        let held = |bar: usize| &values[(bar + 1).saturating_sub(maxlen)..=bar];
        let words = match self.what {
            Asked::Length => (0..values.len()).map(|bar| maxlen.min(bar + 1) as u64).collect(),
            Asked::Sum(policy) => rolling_sum(policy, &values, maxlen).into_iter().map(f64::to_bits).collect(),
            Asked::Min => (0..values.len()).map(|bar| Some(min(held(bar))?.to_bits())).collect::<Option<_>>()?,
            Asked::Max => (0..values.len()).map(|bar| Some(max(held(bar))?.to_bits())).collect::<Option<_>>()?,
        };
        Some(SharedColumn::new(words))
    }
}

/// Makes columns of what `program`, which has none but the market's, asks of such deques; what they are comes back in
/// the order of the program's extra columns.
pub(super) fn take_out(program: &mut Program) -> Vec<Window> {
    let mut windows = Vec::new();
    for slot in (0..program.state.len() as u32).map(Slot) {
        if let Some(deque) = Deque::of(program, slot) {
            deque.take_out(program, &mut windows);
        }
    }
    windows
}

/// A slot that holds nothing but one deque, which only the bars' own values go into.
struct Deque {
    slot: Slot,
    column: ColumnId,
    maxlen: Length,
    /// Block, push, and the store into what it made room for.
    push: (usize, usize, usize),
    /// Blocks that every bar goes through first, in this order.
    spine: Vec<usize>,
    /// Registers of the step that hold its address.
    handles: Vec<Reg>,
}

impl Deque {
    fn of(program: &Program, slot: Slot) -> Option<Self> {
        let maxlen = made(program, slot)?;
        let step = &program.step;
        let values = Values::of(program);
        let mut handles = Vec::new();
        for inst in step.blocks.iter().flat_map(|block| &block.insts) {
            match inst {
                Inst::Set { slot: other, .. } if *other == slot => return None,
                Inst::Get { d, slot: other } if *other == slot => handles.push(*d),
                _ => {}
            }
        }
        // One register, one value, or it may hold something else as well.
        if handles.is_empty() || handles.iter().any(|reg| !values.0.contains_key(reg)) {
            return None;
        }
        let mut push = None;
        for (block, it) in step.blocks.iter().enumerate() {
            for (index, inst) in it.insts.iter().enumerate() {
                if !inst.reads().iter().any(|reg| handles.contains(reg)) {
                    continue;
                }
                match inst {
                    Inst::Call { f: Intrinsic::ListLength | Intrinsic::ListView, .. } => {}
                    Inst::Call { f: Intrinsic::ListPush, d, .. } if push.is_none() => {
                        let (column, store) = pushed(&values, step, (block, index), d[0])?;
                        push = Some((block, index, store, column));
                    }
                    _ => return None,
                }
            }
            if it.end.reads().any(|reg| handles.contains(&reg)) {
                return None;
            }
        }
        let (block, index, store, column) = push?;
        let spine = spine(step)?;
        spine.contains(&block).then_some(Self { slot, column, maxlen, push: (block, index, store), spine, handles })
    }

    /// Whether an instruction comes after the push in every bar that reaches it.
    fn is_after(&self, block: usize, index: usize) -> bool {
        let (pushed, _, store) = self.push;
        let place = |block: usize| self.spine.iter().position(|other| *other == block);
        match (place(block), place(pushed)) {
            (Some(one), Some(other)) if one == other => index > store,
            (Some(one), Some(other)) => one > other,
            _ => true,
        }
    }

    fn take_out(&self, program: &mut Program, windows: &mut Vec<Window>) {
        let values = Values::of(program);
        let mut found: Vec<(usize, usize, Reg, Asked)> = Vec::new();
        for (block, it) in program.step.blocks.iter().enumerate() {
            for (index, inst) in it.insts.iter().enumerate() {
                let Inst::Call { f, d, a, .. } = inst else { continue };
                let of_this = |reg: &Reg| self.handles.contains(reg) && self.is_after(block, index);
                let asked = match f {
                    Intrinsic::ListLength if of_this(&a[0]) => Asked::Length,
                    Intrinsic::Reduce(reduction) if self.is_view_of(&values, program, a, (block, index)) => {
                        match reduction {
                            Reduction::Sum(policy) => Asked::Sum(*policy),
                            Reduction::Min => Asked::Min,
                            Reduction::Max => Asked::Max,
                            _ => continue,
                        }
                    }
                    _ => continue,
                };
                found.push((block, index, d[0], asked));
            }
        }
        for (block, index, d, what) in found {
            let window = Window { what, column: self.column, maxlen: self.maxlen };
            let number = windows.iter().position(|known| *known == window).unwrap_or_else(|| {
                let kind = if what == Asked::Length { Kind::I } else { Kind::F };
                program.extras.push(Extra { name: format!("w{}", windows.len()), kind });
                windows.push(window);
                windows.len() - 1
            });
            let column = ColumnId(ColumnId::MARKET + number as u32);
            program.step.blocks[block].insts[index] = Inst::Column { d, column, index: None, site: SiteId(0) };
        }
        self.drop_push(program);
    }

    /// Whether `a` is address and length of the deque after its push.
    fn is_view_of(&self, values: &Values, program: &Program, a: &[Reg], at: (usize, usize)) -> bool {
        let &[address, count] = a else { return false };
        let Some(&(block, index)) = values.0.get(&address) else { return false };
        let taken = block != at.0 || index < at.1;
        let inst = &program.step.blocks[block].insts[index];
        matches!(inst, Inst::Call { f: Intrinsic::ListView, d, a, .. }
            if d[..] == [address, count] && self.handles.contains(&a[0]))
            && values.0.contains_key(&count)
            && taken
            && self.is_after(block, index)
    }

    /// Where nothing is left to ask of it, it need not be filled.
    fn drop_push(&self, program: &mut Program) {
        let read = |program: &Program, reg: Reg| {
            let blocks = &program.step.blocks;
            blocks.iter().any(|block| {
                block.insts.iter().any(|inst| inst.reads().contains(&reg))
                    || block.end.reads().any(|other| other == reg)
            })
        };
        let asks = |program: &Program, inst: &Inst| match inst {
            Inst::Call { f: Intrinsic::ListPush, .. } => false,
            Inst::Call { f: Intrinsic::ListView, d, .. } => d.iter().any(|reg| read(program, *reg)),
            _ => true,
        };
        let of_this = |inst: &Inst| inst.reads().iter().any(|reg| self.handles.contains(reg));
        let insts = || program.step.blocks.iter().flat_map(|block| &block.insts);
        if insts().any(|inst| of_this(inst) && asks(program, inst)) {
            return;
        }
        let (block, push, store) = self.push;
        let gone = |at: (usize, usize), inst: &Inst| {
            at == (block, push) || at == (block, store) || of_this(inst) || {
                matches!(inst, Inst::Get { slot, .. } if *slot == self.slot)
            }
        };
        for (block, it) in program.step.blocks.iter_mut().enumerate() {
            let mut index = 0;
            it.insts.retain(|inst| {
                index += 1;
                !gone((block, index - 1), inst)
            });
        }
    }
}

/// Where the only instruction of the step that writes a register stands.
struct Values(BTreeMap<Reg, (usize, usize)>);

impl Values {
    fn of(program: &Program) -> Self {
        let mut found: BTreeMap<Reg, Option<(usize, usize)>> = BTreeMap::new();
        for (block, it) in program.step.blocks.iter().enumerate() {
            for (index, inst) in it.insts.iter().enumerate() {
                for reg in inst.writes() {
                    found.entry(*reg).and_modify(|known| *known = None).or_insert(Some((block, index)));
                }
            }
        }
        Self(found.into_iter().filter_map(|(reg, place)| Some((reg, place?))).collect())
    }
}

/// The maximal length of the deque that the constructor puts into the slot and leaves alone.
fn made(program: &Program, slot: Slot) -> Option<Length> {
    let insts = || program.init.blocks.iter().flat_map(|block| &block.insts);
    let mut set = insts().filter_map(|inst| match inst {
        Inst::Set { slot: other, a } if *other == slot => Some(*a),
        _ => None,
    });
    let (Some(deque), None) = (set.next(), set.next()) else { return None };
    let written = |reg: Reg| {
        let mut by = insts().filter(move |inst| inst.writes().contains(&reg));
        by.next().filter(|_| by.next().is_none())
    };
    let Inst::Call { f: Intrinsic::DequeNew(layout), a, .. } = written(deque)? else { return None };
    let reads = insts().flat_map(Inst::reads).filter(|reg| *reg == deque).count();
    // Read by nothing but the one that keeps it, and nobody else takes it out of the slot.
    let taken = insts().any(|inst| matches!(inst, Inst::Get { slot: other, .. } if *other == slot));
    let floats = program.layouts.get(layout.0 as usize).is_some_and(|layout| layout.words == [Word::F]);
    // It has to be there whichever way the constructor goes.
    let spine = spine(&program.init)?;
    let kept = |inst: &Inst| matches!(inst, Inst::Set { slot: other, .. } if *other == slot);
    let always = spine.iter().any(|block| program.init.blocks[*block].insts.iter().any(kept));
    if reads != 1 || taken || !floats || !always {
        return None;
    }
    match written(a[0])? {
        Inst::Param { param, .. } => Some(Length::Param(param.0 as usize)),
        Inst::Const { bits, .. } => Some(Length::Constant(bits.cast_signed())),
        _ => None,
    }
}

/// Blocks that every run of the function goes through first, in this order: one after another, and past branches one
/// arm of which only bails. None where one of them can run twice.
fn spine(function: &Function) -> Option<Vec<usize>> {
    let bails = |block: BlockId| matches!(function.blocks[block.0 as usize].end, End::Bail(_));
    let (mut spine, mut block) = (Vec::new(), 0);
    loop {
        if spine.contains(&block) {
            return None;
        }
        spine.push(block);
        block = match function.blocks[block].end {
            End::Jump(to) => to,
            End::Branch { yes, no, .. } if bails(yes) != bails(no) => {
                if bails(yes) {
                    no
                } else {
                    yes
                }
            }
            _ => break,
        }
        .0 as usize;
    }
    // What is left of branches that a column does without goes nowhere and comes from nowhere.
    let (mut reached, mut pending) = (BTreeSet::new(), vec![0]);
    while let Some(block) = pending.pop() {
        if reached.insert(block) {
            pending.extend(function.blocks[block].end.successors().map(|next| next.0 as usize));
        }
    }
    let again = reached.into_iter().any(|from| {
        function.blocks[from].end.successors().any(|to| {
            let place = spine.iter().position(|block| *block == to.0 as usize);
            place.is_some_and(|place| place == 0 || spine[place - 1] != from)
        })
    });
    (!again).then_some(spine)
}

/// The column whose present value is stored where the push made `room`, and where in its block that store stands.
fn pushed(values: &Values, step: &Function, (block, push): (usize, usize), room: Reg) -> Option<(ColumnId, usize)> {
    values.0.get(&room)?;
    let reads = |inst: &Inst| inst.reads().iter().filter(|reg| **reg == room).count();
    let uses: usize = step.blocks.iter().flat_map(|block| &block.insts).map(reads).sum();
    let (store, inst) = step.blocks[block].insts.iter().enumerate().find(|(_, inst)| reads(inst) == 1)?;
    let Inst::Store { address, offset: 0, a } = inst else { return None };
    if uses != 1 || *address != room || store < push {
        return None;
    }
    let mut value = *a;
    loop {
        let (block, index) = *values.0.get(&value)?;
        match &step.blocks[block].insts[index] {
            Inst::Copy { a, .. } => value = *a,
            Inst::Column { column, index: None, .. } if (1..ColumnId::MARKET).contains(&column.0) => {
                return Some((*column, store));
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::native::ir::{check, parse};

    /// An average once the window is full.
    const AVERAGE: &str = r#"
program "Average"
param "period" I
state "window" Ref
layout F
site "average.py" 4 "float division by zero"

init I I
b0:
  r0 = param p0
  r1 = call deque.new:0 r0 @0
  set s0 r1
  return

step I I F I I I F I I F F
b0:
  r0 = get s0
  r1 = call list.push r0 @0
  r2 = column c4 @0
  store r1 +0 r2
  r3 = call list.length r0 @0
  r7 = param p0
  r8 = is.lt r3 r7
  branch r8 b1 b2
b1:
  r9 = const 0x7ff8000000000000
  return r9
b2:
  r4 r5 = call list.view r0 @0
  r6 = call sum.ordered r4 r5 @0
  r10 = to_float r7 @0
  r10 = float.div r6 r10 @0
  return r10
"#;

    fn calls(program: &Program) -> usize {
        let insts = program.step.blocks.iter().flat_map(|block| &block.insts);
        insts.filter(|inst| matches!(inst, Inst::Call { .. })).count()
    }

    #[test]
    fn what_is_asked_of_a_deque_of_closes_is_taken_out() {
        let mut program = parse(AVERAGE).unwrap();
        let windows = take_out(&mut program);
        let asked: Vec<Asked> = windows.iter().map(|window| window.what).collect();
        assert_eq!(asked, [Asked::Length, Asked::Sum(SumPolicy::Ordered)]);
        assert!(windows.iter().all(|window| window.maxlen == Length::Param(0) && window.column == ColumnId::CLOSE));
        assert_eq!(check(&program), Ok(()));
        assert_eq!(calls(&program), 0, "{program}");
    }

    /// As a column has them that does without a branch.
    #[test]
    fn blocks_that_nothing_leads_to_change_nothing() {
        let dead = AVERAGE
            .replace("  branch r8 b1 b2", "  jump b2")
            .replace("b1:\n  r9 = const 0x7ff8000000000000\n  return r9", "b1:\n  jump b2");
        let mut program = parse(&dead).unwrap();
        assert_eq!(take_out(&mut program).len(), 2);
        assert_eq!((check(&program), calls(&program)), (Ok(()), 0), "{program}");
        // A way back to a block makes it one that can run twice.
        let back = dead.replace("  jump b2\nb1:\n  jump b2", "  branch r8 b1 b2\nb1:\n  jump b0");
        assert_ne!(back, dead);
        let mut again = parse(&back).unwrap();
        assert_eq!(take_out(&mut again), []);
    }

    #[test]
    fn a_deque_that_others_touch_is_left_alone() {
        for (from, to) in [
            // A second element a bar.
            ("  r3 = call list.length r0 @0", "  r1 = call list.push r0 @0\n  r3 = call list.length r0 @0"),
            // Not the present value.
            ("  r2 = column c4 @0", "  r3 = const 0\n  r2 = column c4 r3 @0"),
            // Not in every bar.
            ("  r4 r5 = call list.view r0 @0", "  r1 = call list.pop r0 @0\n  r4 r5 = call list.view r0 @0"),
            // Another one in the next bar.
            ("  r9 = const 0x7ff8000000000000", "  set s0 r0\n  r9 = const 0x7ff8000000000000"),
        ] {
            let text = AVERAGE.replace(from, to);
            assert_ne!(text, AVERAGE, "{from}");
            let Ok(mut program) = parse(&text) else { panic!("{text}") };
            let before = program.clone();
            assert_eq!(take_out(&mut program), [], "{to}");
            assert_eq!(program, before);
        }
    }
}
