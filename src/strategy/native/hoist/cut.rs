use super::graph::arms;
use super::node::{Node, PARTS, Part};
use super::slice::{Analysis, Slice};
use super::{Column, Draft, window};
use crate::strategy::native::ir::{
    Block, BlockId, ColumnId, End, Extra, Function, Inst, Kind, Program, Reg, SiteId, UnaryOp,
};

/// The program that returns the value of `draft` at each bar. None where a branch that it does without has to go both
/// ways.
pub(super) fn column(analysis: &Analysis<'_>, draft: &Draft) -> Option<Column> {
    let mut program = bare(analysis.program);
    let kind = analysis.program.step.regs[draft.reg.0 as usize];
    let out = Reg(id(analysis.program.step.regs.len()));
    let keep = match kind {
        Kind::F => Inst::Copy { d: out, a: draft.reg },
        Kind::I => Inst::Unary { op: UnaryOp::FloatOfBits, d: out, a: draft.reg, site: SiteId(0) },
    };
    for part in PARTS {
        let put = |node: Node, inst: &Inst| match draft.slice.contains(&node) {
            true if node == draft.value => vec![inst.clone(), keep.clone()],
            true => vec![inst.clone()],
            false => Vec::new(),
        };
        *part.function_mut(&mut program) = part_of(analysis, part, &draft.slice, Some(draft), &put)?;
    }
    let step = &mut program.step;
    step.regs.push(Kind::F);
    for block in &mut step.blocks {
        if let End::Return { target, confidence } = &mut block.end {
            (*target, *confidence) = (Some(out), None);
        }
    }
    begin_with(step, Inst::Const { d: out, bits: 0 });
    let windows = window::take_out(&mut program);
    Some(Column { program, windows, params: draft.params.iter().copied().collect() })
}

/// What is left of the program once the values of `drafts` are columns.
pub(super) fn residue(analysis: &Analysis<'_>, slice: &Slice, drafts: &[Draft]) -> Option<Program> {
    let mut program = bare(analysis.program);
    let step = analysis.program.step.regs.as_slice();
    program.extras = drafts
        .iter()
        .enumerate()
        .map(|(index, draft)| Extra { name: format!("h{index}"), kind: step[draft.reg.0 as usize] })
        .collect();
    let put = |node: Node, inst: &Inst| {
        if slice.contains(&node) {
            return vec![inst.clone()];
        }
        let hoisted = (0..).zip(drafts).find(|(_, draft)| draft.value == node);
        let read = hoisted.map(|(index, draft)| {
            let column = ColumnId(ColumnId::MARKET + index);
            Inst::Column { d: draft.reg, column, index: None, site: SiteId(0) }
        });
        read.into_iter().collect()
    };
    program.init = part_of(analysis, Part::Init, slice, None, &put)?;
    program.step = part_of(analysis, Part::Step, slice, None, &put)?;
    Some(program)
}

/// Without what only the whole program has: code and what is compared of it.
fn bare(program: &Program) -> Program {
    Program { observed: Vec::new(), init: Function::default(), step: Function::default(), ..program.clone() }
}

/// The function with nothing but `slice` in it. Branches that are not in it go where all their ways meet, or towards
/// the value of `draft`.
fn part_of(
    analysis: &Analysis<'_>,
    part: Part,
    slice: &Slice,
    draft: Option<&Draft>,
    put: &dyn Fn(Node, &Inst) -> Vec<Inst>,
) -> Option<Function> {
    let function = part.function(analysis.program);
    let graph = analysis.graph(part);
    let mut blocks = Vec::with_capacity(function.blocks.len());
    for (index, block) in function.blocks.iter().enumerate() {
        if !graph.live[index] {
            blocks.push(Block { insts: Vec::new(), end: End::Bail(exit(function, index)) });
            continue;
        }
        let insts = block.insts.iter().enumerate().flat_map(|(at, inst)| put((part, index, at), inst)).collect();
        let branch = analysis.branch(part, index);
        let end = match arms(&block.end) {
            Some(arms) if !slice.contains(&branch) => {
                let alive: Vec<_> = arms.iter().filter(|(to, _)| graph.live[*to]).collect();
                let towards = draft.filter(|_| part == Part::Step).map(|draft| analysis.control(draft.value));
                let on_the_way = |yes: bool| towards.is_some_and(|ways| ways.contains(&(index, yes)));
                let to = match (alive.as_slice(), on_the_way(true), on_the_way(false)) {
                    (_, true, true) => return None,
                    (&[(only, _)], ..) => *only,
                    (_, yes @ true, false) | (_, yes @ false, true) => {
                        arms.iter().find(|(_, arm)| *arm == yes).map(|(to, _)| *to)?
                    }
                    _ => match graph.postdominator[index] {
                        Some(next) => next,
                        None if draft.is_none() && part == Part::Step => return None,
                        // Behind every way is the end.
                        None => {
                            blocks.push(Block { insts, end: End::Return { target: None, confidence: None } });
                            continue;
                        }
                    },
                };
                End::Jump(BlockId(id(to)))
            }
            _ => block.end.clone(),
        };
        blocks.push(Block { insts, end });
    }
    Some(Function { regs: function.regs.clone(), blocks })
}

/// The first bail on the way from a block that leads to nothing else.
fn exit(function: &Function, from: usize) -> SiteId {
    let (mut seen, mut pending) = (vec![false; function.blocks.len()], vec![from]);
    while let Some(block) = pending.pop() {
        if std::mem::replace(&mut seen[block], true) {
            continue;
        }
        if let End::Bail(site) = function.blocks[block].end {
            return site;
        }
        pending.extend(function.blocks[block].end.successors().map(|next| next.0 as usize));
    }
    SiteId(0)
}

/// Before anything else, even where the first block is jumped to.
fn begin_with(function: &mut Function, inst: Inst) {
    let moved = id(function.blocks.len());
    for block in &mut function.blocks {
        match &mut block.end {
            End::Jump(to) if to.0 == 0 => to.0 = moved,
            End::Branch { yes, no, .. } => {
                [yes, no].into_iter().filter(|to| to.0 == 0).for_each(|to| to.0 = moved);
            }
            _ => {}
        }
    }
    let first = std::mem::replace(&mut function.blocks[0], Block { insts: vec![inst], end: End::Jump(BlockId(moved)) });
    function.blocks.push(first);
}

fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
