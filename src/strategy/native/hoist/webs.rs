//! One register per value: writes of a register that no read can confuse get registers of their own (Muchnick 1997,
//! Advanced Compiler Design and Implementation, 16.3.3), and where several writes meet, a copy stands for them.

use super::graph::Graph;
use crate::strategy::native::ir::{End, Function, Inst, Reg};
use std::collections::{BTreeMap, BTreeSet};

/// A write: its number in the order of blocks and instructions.
type Write = usize;
type Known = BTreeMap<Reg, BTreeSet<Write>>;

/// The same function, its values told apart.
pub(super) fn separate(function: &Function) -> Function {
    let mut separated = renamed(function);
    meet(&mut separated);
    separated
}

fn renamed(function: &Function) -> Function {
    let first = numbers(function);
    let arriving = arriving(function, &first);
    let count = first.last().copied().unwrap_or(0);
    let mut webs: Vec<Write> = (0..count).collect();
    let mut found = function.clone();
    // Writes that one read can see are one value.
    walk(function, &first, &arriving, &mut |known, reg, _| {
        let mut seen = known.get(&reg).into_iter().flatten();
        if let Some(&one) = seen.next() {
            seen.for_each(|&other| join(&mut webs, one, other));
        }
    });
    let name = |write: Write| Reg(function.regs.len() as u32 + root(&webs, write) as u32);
    found.regs.resize(function.regs.len() + count, crate::strategy::native::ir::Kind::I);
    for (block, it) in found.blocks.iter_mut().enumerate() {
        let Some(mut known) = arriving[block].clone() else { continue };
        let mut write = first[block];
        for inst in &mut it.insts {
            let read = |reg: Reg| known.get(&reg).and_then(|writes| writes.first()).map_or(reg, |write| name(*write));
            let before = inst.clone();
            operands(inst, &mut |reg, writes| {
                if writes {
                    let index = before.writes().iter().position(|written| written == reg).unwrap_or(0);
                    *reg = name(write + index);
                } else {
                    *reg = read(*reg);
                }
            });
            for (was, is) in before.writes().iter().zip(inst.writes()) {
                found.regs[is.0 as usize] = function.regs[was.0 as usize];
                known.insert(*was, BTreeSet::from([write]));
                write += 1;
            }
        }
        let read = |reg: &mut Reg| {
            if let Some(seen) = known.get(reg).and_then(BTreeSet::first) {
                *reg = name(*seen);
            }
        };
        match &mut it.end {
            End::Branch { test, .. } => read(test),
            End::Return { target, confidence } => target.iter_mut().chain(confidence).for_each(read),
            End::Jump(_) | End::Bail(_) => {}
        }
    }
    found
}

/// Per block the number of its first write; at the end that of all.
fn numbers(function: &Function) -> Vec<Write> {
    let mut first = vec![0];
    for block in &function.blocks {
        let writes: usize = block.insts.iter().map(|inst| inst.writes().len()).sum();
        first.push(first[first.len() - 1] + writes);
    }
    first
}

/// Per block the writes that its first instruction can see; None where nothing leads.
fn arriving(function: &Function, first: &[Write]) -> Vec<Option<Known>> {
    let mut arriving: Vec<Option<Known>> = vec![None; function.blocks.len()];
    arriving[0] = Some(Known::new());
    let mut pending = BTreeSet::from([0]);
    while let Some(block) = pending.pop_first() {
        let mut known = arriving[block].clone().unwrap_or_default();
        for (write, reg) in (first[block]..).zip(function.blocks[block].insts.iter().flat_map(Inst::writes)) {
            known.insert(*reg, BTreeSet::from([write]));
        }
        for next in function.blocks[block].end.successors() {
            let there = &mut arriving[next.0 as usize];
            let mut grown = there.is_none();
            let there = there.get_or_insert_default();
            for (reg, writes) in &known {
                let seen = there.entry(*reg).or_default();
                let before = seen.len();
                seen.extend(writes);
                grown |= seen.len() != before;
            }
            if grown {
                pending.insert(next.0 as usize);
            }
        }
    }
    arriving
}

/// Tells of every read what is known there, and in which block it stands.
fn walk(function: &Function, first: &[Write], arriving: &[Option<Known>], hear: &mut dyn FnMut(&Known, Reg, usize)) {
    for (block, it) in function.blocks.iter().enumerate() {
        let Some(mut known) = arriving[block].clone() else { continue };
        let mut write = first[block];
        for inst in &it.insts {
            inst.reads().into_iter().for_each(|reg| hear(&known, reg, block));
            for reg in inst.writes() {
                known.insert(*reg, BTreeSet::from([write]));
                write += 1;
            }
        }
        it.end.reads().for_each(|reg| hear(&known, reg, block));
    }
}

fn root(webs: &[Write], mut write: Write) -> Write {
    while webs[write] != write {
        write = webs[write];
    }
    write
}

fn join(webs: &mut [Write], one: Write, other: Write) {
    let (one, other) = (root(webs, one), root(webs, other));
    webs[one.max(other)] = one.min(other);
}

/// Where all writes of a register have met and every read comes later, the reads are of a copy.
fn meet(function: &mut Function) {
    let graph = Graph::of(function);
    let mut writes: BTreeMap<Reg, Vec<usize>> = BTreeMap::new();
    let mut reads: BTreeMap<Reg, BTreeSet<usize>> = BTreeMap::new();
    for (block, it) in function.blocks.iter().enumerate().filter(|(block, _)| graph.live[*block]) {
        for inst in &it.insts {
            inst.writes().iter().for_each(|reg| writes.entry(*reg).or_default().push(block));
            for reg in inst.reads() {
                reads.entry(reg).or_default().insert(block);
            }
        }
        for reg in it.end.reads() {
            reads.entry(reg).or_default().insert(block);
        }
    }
    for (reg, blocks) in writes.into_iter().filter(|(_, blocks)| blocks.len() > 1) {
        let Some(reads) = reads.get(&reg) else { continue };
        let mut place = blocks.last().copied();
        while let Some(at) = place.filter(|at| !is_behind(function, &graph, *at, &blocks, reads)) {
            place = graph.postdominator[at];
        }
        let Some(place) = place else { continue };
        let copy = Reg(function.regs.len() as u32);
        function.regs.push(function.regs[reg.0 as usize]);
        for (block, it) in function.blocks.iter_mut().enumerate() {
            // Blocks that only bail may be reached without the copy; they read nothing that matters.
            if graph.live[block] {
                let read = |found: &mut Reg| {
                    if *found == reg {
                        *found = copy;
                    }
                };
                it.insts.iter_mut().for_each(|inst| {
                    operands(inst, &mut |found, writes| {
                        if !writes {
                            read(found);
                        }
                    });
                });
                match &mut it.end {
                    End::Branch { test, .. } => read(test),
                    End::Return { target, confidence } => target.iter_mut().chain(confidence).for_each(read),
                    End::Jump(_) | End::Bail(_) => {}
                }
            }
        }
        function.blocks[place].insts.insert(0, Inst::Copy { d: copy, a: reg });
    }
}

/// Whether no write stands at or after block `at` in this bar, and every way from a write to a read passes it.
fn is_behind(function: &Function, graph: &Graph, at: usize, writes: &[usize], reads: &BTreeSet<usize>) -> bool {
    if graph.cyclic[at] || writes.contains(&at) {
        return false;
    }
    let next = |block: usize| function.blocks[block].end.successors().map(|next| next.0 as usize);
    let reach = |from: Vec<usize>, without: Option<usize>| {
        let (mut seen, mut pending) = (BTreeSet::new(), from);
        while let Some(block) = pending.pop() {
            if Some(block) != without && graph.live[block] && seen.insert(block) {
                pending.extend(next(block));
            }
        }
        seen
    };
    let after = reach(vec![at], None);
    let around = reach(writes.to_vec(), Some(at));
    !writes.iter().any(|write| after.contains(write)) && !reads.iter().any(|read| around.contains(read))
}

/// Every register of an instruction, with whether it is written.
fn operands(inst: &mut Inst, visit: &mut dyn FnMut(&mut Reg, bool)) {
    match inst {
        Inst::Const { d, .. }
        | Inst::Now { d }
        | Inst::Param { d, .. }
        | Inst::ColumnAddress { d, .. }
        | Inst::Get { d, .. } => visit(d, true),
        Inst::Copy { d, a } | Inst::Unary { d, a, .. } | Inst::Load { d, address: a, .. } => {
            visit(a, false);
            visit(d, true);
        }
        Inst::Int { d, a, b, .. } | Inst::Float { d, a, b, .. } | Inst::Compare { d, a, b, .. } => {
            visit(a, false);
            visit(b, false);
            visit(d, true);
        }
        Inst::Column { d, index, .. } => {
            index.iter_mut().for_each(|index| visit(index, false));
            visit(d, true);
        }
        Inst::Set { a, .. } | Inst::Guard { test: a, .. } => visit(a, false),
        Inst::Store { address, a, .. } => {
            visit(address, false);
            visit(a, false);
        }
        Inst::Call { d, a, .. } => {
            a.iter_mut().for_each(|reg| visit(reg, false));
            d.iter_mut().for_each(|reg| visit(reg, true));
        }
    }
}
