//! Which branches of a program were taken, and the program that leaves where none was seen to go.

use crate::strategy::native::ir::{
    Block, BlockId, End, Function, Inst, Kind, Program, Reg, Site, SiteId, Slot, State, Word,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Why a restricted program bails.
pub const NEVER_SEEN: &str = "never seen in verification";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Init,
    Step,
}

/// One way out of a block that has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edge {
    pub part: Part,
    pub block: u32,
    pub yes: bool,
}

impl Edge {
    /// Every edge of `program`, in order.
    pub fn all(program: &Program) -> Vec<Self> {
        [(Part::Init, &program.init), (Part::Step, &program.step)]
            .into_iter()
            .flat_map(|(part, function)| {
                let branches = (0..).zip(&function.blocks).filter(|(_, block)| matches!(block.end, End::Branch { .. }));
                branches.flat_map(move |(block, _)| [false, true].map(|yes| Self { part, block, yes }))
            })
            .collect()
    }
}

/// `program` with one state word more for each of its edges, which becomes 1 when the edge is taken.
///
/// An edge of a bar that did not end shows in no observation, so it counts as not taken.
pub struct Instrumented {
    pub program: Program,
    edges: Vec<Edge>,
    first: usize,
}

impl Instrumented {
    pub fn new(program: &Program) -> Self {
        let edges = Edge::all(program);
        let first = program.state.len();
        let mut program = program.clone();
        let mut add = |edge: &Edge| {
            let slot = Slot(id(program.state.len()));
            program.state.push(State { name: format!("edge {edge:?}"), word: Word::I });
            slot
        };
        let slots: Vec<(Edge, Slot)> = edges.iter().map(|edge| (*edge, add(edge))).collect();
        mark(&mut program.init, &slots, Part::Init);
        mark(&mut program.step, &slots, Part::Step);
        clear(&mut program.init, &slots);
        Self { program, edges, first }
    }

    /// Keeps what a run has taken so far, from its state words after a bar.
    pub fn keep(&self, state: &[u64], taken: &mut Vec<u64>) {
        taken.clear();
        taken.extend_from_slice(&state[self.first..]);
    }

    /// Adds the edges that were kept to `reached`.
    pub fn read(&self, taken: &[u64], reached: &mut BTreeSet<Edge>) {
        reached.extend(self.edges.iter().zip(taken).filter(|(_, word)| **word != 0).map(|(edge, _)| edge));
    }
}

/// Splits every edge of `function` by a block that sets the edge's word.
fn mark(function: &mut Function, slots: &[(Edge, Slot)], part: Part) {
    let one = Reg(id(function.regs.len()));
    function.regs.push(Kind::I);
    for (edge, slot) in slots.iter().filter(|(edge, _)| edge.part == part) {
        let added = BlockId(id(function.blocks.len()));
        let End::Branch { yes, no, .. } = &mut function.blocks[edge.block as usize].end else { continue };
        let way = if edge.yes { yes } else { no };
        let insts = vec![Inst::Const { d: one, bits: 1 }, Inst::Set { slot: *slot, a: one }];
        let block = Block { insts, end: End::Jump(*way) };
        *way = added;
        function.blocks.push(block);
    }
}

/// Sets every edge's word to 0 before anything else runs.
fn clear(init: &mut Function, slots: &[(Edge, Slot)]) {
    if init.blocks.is_empty() {
        return;
    }
    // The entry may be the target of a jump: what was there moves to the end.
    let moved = BlockId(id(init.blocks.len()));
    let zero = Reg(id(init.regs.len()));
    init.regs.push(Kind::I);
    for block in &mut init.blocks {
        for target in targets(&mut block.end) {
            if target.0 == 0 {
                *target = moved;
            }
        }
    }
    let mut insts = vec![Inst::Const { d: zero, bits: 0 }];
    insts.extend(slots.iter().map(|(_, slot)| Inst::Set { slot: *slot, a: zero }));
    let entry = std::mem::replace(&mut init.blocks[0], Block { insts, end: End::Jump(moved) });
    init.blocks.push(entry);
}

fn targets(end: &mut End) -> Vec<&mut BlockId> {
    match end {
        End::Jump(to) => vec![to],
        End::Branch { yes, no, .. } => vec![yes, no],
        End::Return { .. } | End::Bail(_) => Vec::new(),
    }
}

/// `program`, bailing on every edge that is not in `reached`.
pub fn restrict(program: &Program, reached: &BTreeSet<Edge>) -> Program {
    let mut restricted = program.clone();
    for edge in Edge::all(program).into_iter().filter(|edge| !reached.contains(edge)) {
        let original = function(program, edge.part);
        let End::Branch { yes, no, .. } = original.blocks[edge.block as usize].end else { continue };
        let (file, line) = place(program, original, if edge.yes { yes } else { no }, BlockId(edge.block));
        let site = Site { file, line, why: NEVER_SEEN.to_owned() };
        let site = site_of(&mut restricted.sites, site);
        let changed = match edge.part {
            Part::Init => &mut restricted.init,
            Part::Step => &mut restricted.step,
        };
        let bail = BlockId(id(changed.blocks.len()));
        changed.blocks.push(Block { insts: Vec::new(), end: End::Bail(site) });
        if let End::Branch { yes, no, .. } = &mut changed.blocks[edge.block as usize].end {
            *(if edge.yes { yes } else { no }) = bail;
        }
    }
    restricted
}

fn function(program: &Program, part: Part) -> &Function {
    match part {
        Part::Init => &program.init,
        Part::Step => &program.step,
    }
}

fn site_of(sites: &mut Vec<Site>, site: Site) -> SiteId {
    let at = sites.iter().position(|other| *other == site).unwrap_or_else(|| {
        sites.push(site);
        sites.len() - 1
    });
    SiteId(id(at))
}

/// The first place in the source that the way to `target` passes, else the last before it.
fn place(program: &Program, function: &Function, target: BlockId, from: BlockId) -> (String, u32) {
    let site = |id: SiteId| program.sites.get(id.0 as usize).map(|site| (site.file.clone(), site.line));
    let (mut at, mut steps) = (target, 0);
    while steps < function.blocks.len() {
        let block = &function.blocks[at.0 as usize];
        if let Some(found) = block.insts.iter().find_map(site_in).and_then(site) {
            return found;
        }
        match block.end {
            End::Jump(next) => at = next,
            End::Bail(found) => return site(found).unwrap_or_default(),
            End::Branch { .. } | End::Return { .. } => break,
        }
        steps += 1;
    }
    let before = function.blocks[from.0 as usize].insts.iter().rev().find_map(site_in).and_then(site);
    before.or_else(|| program.sites.first().map(|site| (site.file.clone(), site.line))).unwrap_or_default()
}

const fn site_in(inst: &Inst) -> Option<SiteId> {
    match inst {
        Inst::Int { site, .. }
        | Inst::Float { site, .. }
        | Inst::Unary { site, .. }
        | Inst::Column { site, .. }
        | Inst::Guard { site, .. }
        | Inst::Call { site, .. } => Some(*site),
        _ => None,
    }
}

fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
