//! What depends on bars and some of the parameters only becomes a column, made once for all sets that agree in those
//! parameters; the residue is what is left for each set.
//!
//! A column is the program's own instructions, cut down to those that a value depends on, so it has the same bits.
//! Where a column would bail there is none, and the whole program runs: nothing is decided here that the whole program
//! would not decide. What can end a run is never dropped: it stays in the residue or runs in a column.

mod cut;
mod executor;
mod graph;
mod memory;
mod node;
mod simplify;
mod slice;
#[cfg(test)]
mod tests;
mod webs;
mod window;

pub use executor::Hoisting;
pub use window::Window;

use super::ir::{Inst, Program, Reg, check};
use node::{Node, Part};
use slice::{Analysis, Slice};
use std::collections::{BTreeMap, BTreeSet};

/// Blocks beyond which the analysis, whose cost grows with their square, is not worth a try.
const MOST_BLOCKS: usize = 300;
const MOST_INSTRUCTIONS: usize = 3_000;
/// Instructions of a bar below which computing a value is as quick as reading it.
const FEWEST: usize = 6;

/// A program in two parts that answer what it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Hoisted {
    /// In the order of the residue's extra columns.
    pub columns: Vec<Column>,
    /// Reads them; everything else is as in the whole program.
    pub residue: Program,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Returns the bits of the value at each bar, as a target; what it returns where nobody asks means nothing.
    pub program: Program,
    /// The program's own extra columns.
    pub windows: Vec<Window>,
    /// Indices of the parameters that it depends on.
    pub params: Vec<usize>,
}

/// A column in the making.
struct Draft {
    /// The instruction whose value it is.
    value: Node,
    reg: Reg,
    slice: Slice,
    params: BTreeSet<usize>,
}

/// None where nothing is worth it, or the program is not understood well enough.
pub fn hoist(program: &Program) -> Option<Hoisted> {
    let blocks = program.init.blocks.len() + program.step.blocks.len();
    let insts = program.init.blocks.iter().chain(&program.step.blocks).map(|block| block.insts.len()).sum::<usize>();
    if !program.extras.is_empty() || program.sites.is_empty() || blocks > MOST_BLOCKS || insts > MOST_INSTRUCTIONS {
        return None;
    }
    let mut program = program.clone();
    program.init = webs::separate(&program.init);
    program.step = webs::separate(&program.step);
    simplify::settle(&mut program.step);
    let analysis = Analysis::of(&program)?;
    let mut plan = Plan::new(&analysis);
    plan.answers();
    plan.exits();
    if plan.drafts.is_empty() || analysis.is_exhausted() {
        return None;
    }
    let columns = plan.drafts.iter().map(|draft| cut::column(&analysis, draft)).collect::<Option<Vec<_>>>()?;
    let mut residue = cut::residue(&analysis, &plan.residue, &plan.drafts)?;
    simplify::answer_early(&mut residue.step);
    let sound = columns.iter().map(|column| &column.program).chain([&residue]).all(|program| check(program).is_ok());
    sound.then_some(Hoisted { columns, residue })
}

struct Plan<'a> {
    analysis: &'a Analysis<'a>,
    /// All parameters that anything depends on.
    params: BTreeSet<usize>,
    drafts: Vec<Draft>,
    /// What was found out about a value: the draft it became, if any.
    tried: BTreeMap<Node, bool>,
    residue: Slice,
}

impl<'a> Plan<'a> {
    fn new(analysis: &'a Analysis<'a>) -> Self {
        let params = analysis.params(&analysis.nodes().into_iter().collect());
        Self { analysis, params, drafts: Vec::new(), tried: BTreeMap::new(), residue: Slice::new() }
    }

    fn keep(&mut self, wanted: Vec<Node>) {
        let Self { analysis, params, drafts, tried, residue } = self;
        analysis.close(residue, wanted, &mut |node| {
            *tried.entry(node).or_insert_with(|| match draft(analysis, params, node) {
                Some(draft) => {
                    drafts.push(draft);
                    true
                }
                None => false,
            })
        });
    }

    /// The residue answers.
    fn answers(&mut self) {
        let mut wanted = Vec::new();
        let step = &self.analysis.program.step;
        for (block, it) in step.blocks.iter().enumerate() {
            if self.analysis.graph(Part::Step).live[block] && it.end.successors().next().is_none() {
                it.end.reads().for_each(|reg| self.analysis.register(Part::Step, reg, &mut wanted));
                let control = &self.analysis.graph(Part::Step).control[block];
                wanted.extend(control.iter().map(|(by, _)| self.analysis.branch(Part::Step, *by)));
            }
        }
        self.keep(wanted);
    }

    /// Every way to end a run is in a column, where it ends that, or in the residue.
    fn exits(&mut self) {
        for node in self.analysis.nodes().into_iter().filter(|node| self.analysis.bails(*node)) {
            if self.residue.contains(&node) || self.drafts.iter().any(|draft| runs(self.analysis, draft, node)) {
                continue;
            }
            if node.0 == Part::Step && self.drafts.iter_mut().any(|draft| take_in(self.analysis, draft, node)) {
                continue;
            }
            let mut wanted = Vec::new();
            self.analysis.fully(node, &mut wanted);
            // Of an instruction that can bail not the value is wanted but the instruction.
            self.tried.insert(node, false);
            self.keep(wanted);
        }
    }
}

/// Whether the column runs `node` wherever the whole program does.
fn runs(analysis: &Analysis<'_>, draft: &Draft, node: Node) -> bool {
    let spared = &analysis.control(draft.value);
    draft.slice.contains(&node)
        && analysis.control(node).iter().all(|way| {
            draft.slice.contains(&analysis.branch(node.0, way.0)) || node.0 == Part::Step && spared.contains(way)
        })
}

/// Makes the column run `node` too, where that asks for no further parameter.
fn take_in(analysis: &Analysis<'_>, draft: &mut Draft, node: Node) -> bool {
    let spared = analysis.control(draft.value);
    let deciding = analysis.control(node).iter().filter(|way| !spared.contains(way));
    let mut wanted: Vec<Node> = deciding.map(|(block, _)| analysis.branch(node.0, *block)).collect();
    wanted.push(node);
    let mut slice = draft.slice.clone();
    analysis.close(&mut slice, wanted, &mut |_| false);
    if !analysis.params(&slice).is_subset(&draft.params) {
        return false;
    }
    draft.slice = slice;
    true
}

/// The column for what an instruction gives, if it is one to hoist: made once a bar, of fewer parameters than the
/// whole, and not quicker to make again.
fn draft(analysis: &Analysis<'_>, all: &BTreeSet<usize>, node: Node) -> Option<Draft> {
    let (part, block, _) = node;
    let inst = analysis
        .inst(node)
        .filter(|_| !analysis.is_exhausted() && part == Part::Step && !analysis.graph(part).cyclic[block])?;
    let &[reg] = inst.writes() else { return None };
    // An address means nothing in another run.
    if analysis.definition(part, reg) != Some(node) || analysis.is_address(part, reg) {
        return None;
    }
    if matches!(inst, Inst::Const { .. } | Inst::Param { .. } | Inst::Now { .. } | Inst::Column { index: None, .. }) {
        return None;
    }
    let mut slice = Slice::new();
    analysis.close(&mut slice, vec![node], &mut |_| false);
    let params = analysis.params(&slice);
    if params.len() >= all.len() || slice.iter().filter(|(part, ..)| *part == Part::Step).count() < FEWEST {
        return None;
    }
    // One cheap step over values that more sets share is made for each set.
    let reads = inst.reads();
    let shared = |reg: &Reg| {
        let (mut wanted, mut operand) = (Vec::new(), Slice::new());
        analysis.register(part, *reg, &mut wanted);
        analysis.close(&mut operand, wanted, &mut |_| false);
        analysis.params(&operand).len() < params.len()
    };
    if !reads.is_empty() && !matches!(inst, Inst::Call { .. } | Inst::Load { .. }) && reads.iter().all(shared) {
        return None;
    }
    // Branches before it are kept where that asks for no further parameter, so that it is not made where the whole
    // program would not.
    for (by, _) in analysis.control(node) {
        let mut more = slice.clone();
        analysis.close(&mut more, vec![analysis.branch(part, *by)], &mut |_| false);
        if analysis.params(&more).is_subset(&params) {
            slice = more;
        }
    }
    let draft = Draft { value: node, reg, slice, params };
    cut::column(analysis, &draft).filter(|column| check(&column.program).is_ok())?;
    Some(draft)
}
