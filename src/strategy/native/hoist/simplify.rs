//! What the lowering leaves to be found out at run time though the program itself settles it.

use crate::strategy::native::ir::{BlockId, End, Function, Inst, Reg};
use std::collections::{BTreeMap, BTreeSet};

/// The present bar is read as such, and answers that never carry a confidence carry none.
pub(super) fn settle(function: &mut Function) {
    let writes = writes(function);
    let is_now = |reg: &Reg| matches!(writes.get(reg).map(Vec::as_slice), Some([Inst::Now { .. }]));
    for block in &mut function.blocks {
        for inst in &mut block.insts {
            if let Inst::Column { index, .. } = inst
                && index.as_ref().is_some_and(is_now)
            {
                *index = None;
            }
        }
        if let End::Return { confidence, .. } = &mut block.end
            && confidence.is_some_and(|reg| is_nan(&writes, reg))
        {
            *confidence = None;
        }
    }
}

fn writes(function: &Function) -> BTreeMap<Reg, Vec<Inst>> {
    let mut found: BTreeMap<Reg, Vec<Inst>> = BTreeMap::new();
    for inst in function.blocks.iter().flat_map(|block| &block.insts) {
        for reg in inst.writes() {
            found.entry(*reg).or_default().push(inst.clone());
        }
    }
    found
}

/// Whether every value that a register may have is NaN.
fn is_nan(writes: &BTreeMap<Reg, Vec<Inst>>, reg: Reg) -> bool {
    let (mut seen, mut pending) = (BTreeSet::new(), vec![reg]);
    while let Some(reg) = pending.pop() {
        if !seen.insert(reg) {
            continue;
        }
        let Some(writes) = writes.get(&reg) else { return false };
        for inst in writes {
            match inst {
                Inst::Copy { a, .. } => pending.push(*a),
                Inst::Const { bits, .. } if f64::from_bits(*bits).is_nan() => {}
                _ => return false,
            }
        }
    }
    true
}

/// Where a block only hands on what it was given as the answer, those before it answer themselves: what a way answers
/// is then known on it.
pub(super) fn answer_early(function: &mut Function) {
    loop {
        let answers: Vec<Option<Option<Reg>>> = function
            .blocks
            .iter()
            .map(|block| match block.end {
                End::Return { target, confidence: None } => {
                    let only_copies = block.insts.iter().all(|inst| matches!(inst, Inst::Copy { .. }));
                    only_copies.then(|| target.map(|reg| before(&block.insts, reg)))
                }
                _ => None,
            })
            .collect();
        let mut changed = false;
        for block in &mut function.blocks {
            if let End::Jump(BlockId(to)) = block.end
                && let Some(target) = answers[to as usize]
            {
                let target = target.map(|reg| before(&block.insts, reg));
                block.end = End::Return { target, confidence: None };
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// Where a register's value comes from at the end of these instructions, as far as they only copy it.
fn before(insts: &[Inst], mut reg: Reg) -> Reg {
    for (at, inst) in insts.iter().enumerate().rev() {
        if !inst.writes().contains(&reg) {
            continue;
        }
        match inst {
            // Unless what it was copied from is another value by then.
            Inst::Copy { a, .. } if !insts[at + 1..].iter().any(|later| later.writes().contains(a)) => reg = *a,
            _ => break,
        }
    }
    reg
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::native::ir::parse;

    #[test]
    fn answers_are_known_where_they_are_given() {
        let text = "site \"x.py\" 1 \"x\"\ninit\nb0:\n  return\nstep I F I F F F F F\nb0:\n  r0 = now\n  r1 = column c4 \
                    r0 @0\n  r2 = is_nan r1 @0\n  branch r2 b1 b2\nb1:\n  r3 = const 0x7ff8000000000000\n  r4 = copy \
                    r3\n  r5 = copy r3\n  jump b3\nb2:\n  r6 = const 1.0\n  r4 = copy r6\n  r7 = const \
                    0x7ff8000000000000\n  r5 = copy r7\n  jump b3\nb3:\n  return r4 r5\n";
        let mut step = parse(text).unwrap().step;
        settle(&mut step);
        assert!(matches!(step.blocks[0].insts[1], Inst::Column { index: None, .. }));
        assert_eq!(step.blocks[3].end, End::Return { target: Some(Reg(4)), confidence: None });
        answer_early(&mut step);
        assert_eq!(step.blocks[1].end, End::Return { target: Some(Reg(3)), confidence: None });
        assert_eq!(step.blocks[2].end, End::Return { target: Some(Reg(6)), confidence: None });
    }

    #[test]
    fn a_register_that_changed_meanwhile_is_no_source() {
        let copy = |d: u32, a: u32| Inst::Copy { d: Reg(d), a: Reg(a) };
        assert_eq!(before(&[copy(1, 0), copy(2, 1)], Reg(2)), Reg(0));
        assert_eq!(before(&[copy(2, 1), copy(1, 0)], Reg(2)), Reg(2));
        assert_eq!(before(&[copy(2, 1), copy(2, 3), copy(3, 9)], Reg(2)), Reg(2));
        assert_eq!(before(&[copy(2, 1)], Reg(5)), Reg(5));
    }
}
