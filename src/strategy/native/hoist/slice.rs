//! What a value depends on: a backward slice (Weiser 1984, IEEE TSE 10, 352-357) over registers, state slots, lists
//! and objects, and the branches that decide between their values, across bars and into the constructor.

use super::graph::{Graph, Way, arms};
use super::memory::{Effect, Made, Pointers, effect};
use super::node::{Node, PARTS, Part};
use crate::strategy::native::ir::{Inst, Intrinsic, Program, Reg, Slot};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Slice = BTreeSet<Node>;

pub(super) struct Analysis<'a> {
    pub program: &'a Program,
    graphs: [Graph; 2],
    pointers: Pointers,
    definitions: BTreeMap<(Part, Reg), Vec<Node>>,
    sets: BTreeMap<Slot, Vec<Node>>,
    writers: BTreeMap<Made, Vec<Node>>,
    /// Nodes looked at so far.
    work: Cell<usize>,
}

/// Nodes beyond which the search for columns is given up.
const MOST_WORK: usize = 200_000;

impl<'a> Analysis<'a> {
    /// None where an address is not known to lie in anything, or no bar answers.
    pub fn of(program: &'a Program) -> Option<Self> {
        let mut analysis = Self {
            program,
            graphs: PARTS.map(|part| Graph::of(part.function(program))),
            pointers: Pointers::of(program),
            definitions: BTreeMap::new(),
            sets: BTreeMap::new(),
            writers: BTreeMap::new(),
            work: Cell::new(0),
        };
        if !PARTS.iter().all(|part| analysis.graph(*part).live[0]) {
            return None;
        }
        for node in analysis.nodes() {
            let Some(inst) = analysis.inst(node) else { continue };
            for reg in inst.writes() {
                analysis.definitions.entry((node.0, *reg)).or_default().push(node);
            }
            let places = |reg: &Reg| analysis.pointers.reg(node.0, *reg);
            let written = match inst {
                Inst::Set { slot, .. } => {
                    analysis.sets.entry(*slot).or_default().push(node);
                    continue;
                }
                Inst::Load { address, .. } if places(address).is_empty() => return None,
                Inst::Store { address, .. } => places(address),
                Inst::Call { f, a, .. } => match effect(*f) {
                    Effect::Makes => BTreeSet::from([Some(node)]),
                    Effect::Changes => places(&a[0]),
                    Effect::Looks | Effect::Reads => continue,
                },
                _ => continue,
            };
            if written.is_empty() || written.contains(&None) {
                return None;
            }
            for made in written {
                analysis.writers.entry(made).or_default().push(node);
            }
        }
        // Whatever a call is told to look at has to be known as well.
        let known = analysis.nodes().into_iter().all(|node| match analysis.inst(node) {
            Some(Inst::Call { f, a, .. }) => !takes_address(*f) || !analysis.pointers.reg(node.0, a[0]).is_empty(),
            _ => true,
        });
        known.then_some(analysis)
    }

    pub const fn graph(&self, part: Part) -> &Graph {
        &self.graphs[part as usize]
    }

    /// Live instructions and branches.
    pub fn nodes(&self) -> Vec<Node> {
        let of_part = |part: Part| {
            let blocks = part.function(self.program).blocks.iter().enumerate();
            blocks.filter(move |(block, _)| self.graph(part).live[*block]).flat_map(move |(block, it)| {
                let branch = arms(&it.end).map(|_| it.insts.len());
                (0..it.insts.len()).chain(branch).map(move |index| (part, block, index))
            })
        };
        PARTS.into_iter().flat_map(of_part).collect()
    }

    /// None for a branch.
    pub fn inst(&self, (part, block, index): Node) -> Option<&'a Inst> {
        part.function(self.program).blocks[block].insts.get(index)
    }

    pub fn branch(&self, part: Part, block: usize) -> Node {
        (part, block, part.function(self.program).blocks[block].insts.len())
    }

    /// The one instruction that writes the register.
    pub fn definition(&self, part: Part, reg: Reg) -> Option<Node> {
        match self.definitions.get(&(part, reg)).map(Vec::as_slice) {
            Some(&[node]) => Some(node),
            _ => None,
        }
    }

    pub fn is_address(&self, part: Part, reg: Reg) -> bool {
        !self.pointers.reg(part, reg).is_empty()
    }

    pub fn control(&self, (part, block, _): Node) -> &BTreeSet<Way> {
        &self.graph(part).control[block]
    }

    /// A branch one of whose arms can only bail.
    pub fn is_guard(&self, (part, block, _): Node) -> bool {
        let live = &self.graph(part).live;
        arms(&part.function(self.program).blocks[block].end).is_some_and(|arms| arms.iter().any(|(to, _)| !live[*to]))
    }

    /// Whether a run can end here.
    pub fn bails(&self, node: Node) -> bool {
        self.inst(node).map_or_else(|| self.is_guard(node), Inst::can_bail)
    }

    /// Adds to `slice` what `wanted` depends on, and it. Registers that `cut` answers for are taken as given.
    pub fn close(&self, slice: &mut Slice, wanted: Vec<Node>, cut: &mut dyn FnMut(Node) -> bool) {
        let mut pending = wanted;
        while let Some(node) = pending.pop() {
            if slice.contains(&node) || cut(node) {
                continue;
            }
            slice.insert(node);
            self.work.set(self.work.get() + 1);
            if self.is_exhausted() {
                return;
            }
            let (part, block, _) = node;
            let Some(inst) = self.inst(node) else {
                let reads = part.function(self.program).blocks[block].end.reads();
                reads.for_each(|reg| self.register(part, reg, &mut pending));
                continue;
            };
            inst.reads().into_iter().for_each(|reg| self.register(part, reg, &mut pending));
            match inst {
                Inst::Get { slot, .. } => {
                    let sets = self.sets.get(slot).map(Vec::as_slice).unwrap_or_default();
                    sets.iter().for_each(|set| self.fully(*set, &mut pending));
                }
                Inst::Load { address, .. } => self.memory(part, *address, &mut pending),
                Inst::Call { a, .. } => a.iter().for_each(|reg| self.memory(part, *reg, &mut pending)),
                _ => {}
            }
        }
    }

    /// From then on slices are incomplete.
    pub fn is_exhausted(&self) -> bool {
        self.work.get() > MOST_WORK
    }

    /// With every branch that decides whether it runs.
    pub fn fully(&self, node: Node, pending: &mut Vec<Node>) {
        pending.push(node);
        pending.extend(self.control(node).iter().map(|(block, _)| self.branch(node.0, *block)));
    }

    pub fn register(&self, part: Part, reg: Reg, pending: &mut Vec<Node>) {
        let definitions = self.definitions.get(&(part, reg)).map(Vec::as_slice).unwrap_or_default();
        self.deciding(definitions, part, pending);
        pending.extend(definitions);
    }

    /// The branches that decide which of `nodes` ran, and how often. Those before all of them decide nothing.
    fn deciding(&self, nodes: &[Node], part: Part, pending: &mut Vec<Node>) {
        let Some((first, rest)) = nodes.split_first() else { return };
        let mut common = self.control(*first).clone();
        rest.iter().for_each(|node| common.retain(|way| self.control(*node).contains(way)));
        common.retain(|(block, _)| !self.graph(part).cyclic[*block]);
        for (block, _) in nodes.iter().flat_map(|node| self.control(*node)).filter(|way| !common.contains(way)) {
            pending.push(self.branch(part, *block));
        }
    }

    fn memory(&self, part: Part, reg: Reg, pending: &mut Vec<Node>) {
        for made in self.pointers.reg(part, reg) {
            let Some(writers) = self.writers.get(&made) else { continue };
            if self.pointers.is_passing(made) {
                self.deciding(writers, Part::Step, pending);
                pending.extend(writers);
            } else {
                writers.iter().for_each(|writer| self.fully(*writer, pending));
            }
        }
    }

    /// Parameters that a slice reads.
    pub fn params(&self, slice: &Slice) -> BTreeSet<usize> {
        let read = |node: &Node| match self.inst(*node) {
            Some(Inst::Param { param, .. }) => Some(param.0 as usize),
            _ => None,
        };
        slice.iter().filter_map(read).collect()
    }
}

const fn takes_address(f: Intrinsic) -> bool {
    !matches!(
        f,
        Intrinsic::ListNew(_)
            | Intrinsic::DequeNew(_)
            | Intrinsic::ObjectNew(_)
            | Intrinsic::SliceBounds
            | Intrinsic::RoundDigits
    )
}
