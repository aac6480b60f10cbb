//! Loops whose rounds only compute with the numbers of a list and add up: each op over many elements at once, where
//! the ordinary ops go through all of them for one element after the other. The values are the same: sums are made in
//! the list's order, and where a round would bail or run out of rounds nothing is done and the ordinary ops decide.

use super::code::Fixed;
use super::fuse::Fusion;
use crate::strategy::native::ir::{BlockId, End, FloatOp, Function, Inst, IntOp, Kind, Reg, UnaryOp};
use crate::strategy::native::machine::arithmetic::{float, unary};
use crate::strategy::native::numerics;
use std::collections::{BTreeMap, BTreeSet};

/// Elements at once.
pub const LANES: usize = 32;
pub const MOST_SUMS: usize = 4;
pub type Lane = [f64; LANES];

#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    pub list: u16,
    /// The number of the next element, and of all when the walk is over.
    pub counter: u16,
    /// Each gives a lane; lane 0 holds the elements, lane `k + 1` what step `k` gives.
    pub steps: Vec<Step>,
    pub sums: Vec<Sum>,
    /// Registers that hold a lane's last value behind the loop.
    pub left: Vec<(u16, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    op: StepOp,
    a: Operand,
    b: Operand,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum {
    pub register: u16,
    term: Operand,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum StepOp {
    Float(FloatOp),
    Square,
    Unary(UnaryOp),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operand {
    Lane(usize),
    /// The loop does not change it.
    Register(u16),
}

/// What is known of a function's registers.
pub struct Known<'a> {
    pub function: &'a Function,
    pub fusion: &'a Fusion,
    pub fixed: &'a [Option<Fixed>],
}

impl Known<'_> {
    /// The loop whose rounds begin with this block, and the block that is its body.
    pub fn walk(&self, head: BlockId) -> Option<(Walk, BlockId)> {
        let block = &self.function.blocks[head.0 as usize];
        let End::Branch { yes: body, no, .. } = block.end else { return None };
        let (counter, list) = self.fusion.below(&block.insts, &block.end)?;
        let rest = &block.insts[..block.insts.len() - 2];
        let round = &self.function.blocks[body.0 as usize];
        // Only a way back to the same or an earlier block costs a round.
        if !rest.iter().all(|inst| self.is_fixed(inst)) || body == no || body < head || round.end != End::Jump(head) {
            return None;
        }
        Some((Round::read(self, counter, list, &round.insts)?, body))
    }

    fn is_fixed(&self, inst: &Inst) -> bool {
        matches!(inst, Inst::Const { d, .. } | Inst::Param { d, .. } if self.fixed[d.0 as usize].is_some())
    }

    fn is_one(&self, reg: Reg) -> bool {
        self.fixed[reg.0 as usize] == Some(Fixed::Bits(1))
    }
}

/// A body as far as it was read.
struct Round<'a> {
    known: &'a Known<'a>,
    counter: Reg,
    /// Registers that the body changes.
    written: BTreeSet<Reg>,
    lanes: BTreeMap<Reg, usize>,
    steps: Vec<Step>,
    /// The register that is added to, and where its sum stands until it is copied back.
    sums: Vec<(Reg, Reg, Operand)>,
    /// The counter's next value, until it is copied back.
    next: Option<Reg>,
}

impl<'a> Round<'a> {
    fn read(known: &'a Known<'a>, counter: Reg, list: Reg, insts: &[Inst]) -> Option<Walk> {
        let [at, load, rest @ ..] = insts else { return None };
        let (element, walked, index) = known.fusion.item(at, Some(load))?;
        let changing = insts.iter().filter(|inst| !known.is_fixed(inst));
        let written: BTreeSet<Reg> = changing.flat_map(|inst| inst.writes().to_vec()).collect();
        let floats = known.function.regs[element.0 as usize] == Kind::F;
        if walked != list || index != counter || written.contains(&list) || !floats {
            return None;
        }
        let lanes = BTreeMap::from([(element, 0)]);
        let mut round = Round { known, counter, written, lanes, steps: Vec::new(), sums: Vec::new(), next: None };
        for inst in rest {
            round.inst(inst)?;
        }
        round.finish(list)
    }

    fn inst(&mut self, inst: &Inst) -> Option<()> {
        match *inst {
            Inst::Const { .. } | Inst::Param { .. } if self.known.is_fixed(inst) => Some(()),
            Inst::Int { op: IntOp::AddWrapping, d, a, b, .. } if a == self.counter && self.known.is_one(b) => {
                let once = d == self.counter || self.known.fusion.is_read_once(d);
                (once && self.next.replace(d).is_none()).then_some(())
            }
            Inst::Copy { d, a } if d == self.counter => (self.next? == a).then(|| self.next = Some(d)),
            Inst::Copy { d, a } if self.sums.iter().any(|(_, sum, _)| *sum == a && a != d) => {
                let (_, sum, _) = self.sums.iter_mut().find(|(total, sum, _)| *total == d && *sum == a)?;
                *sum = d;
                Some(())
            }
            Inst::Copy { d, a } => {
                let lane = *self.lanes.get(&a)?;
                self.gives(d, lane)
            }
            Inst::Float { op: FloatOp::Add, d, a, b, .. } if self.is_carried(a) => {
                let term = self.operand(b)?;
                let once = d == a || self.known.fusion.is_read_once(d) && !self.lanes.contains_key(&d);
                let new = self.sums.iter().all(|(total, sum, _)| *total != a && *sum != d);
                (once && new).then(|| self.sums.push((a, d, term)))
            }
            Inst::Float { op, d, a, b, .. } => {
                let two = self.known.fixed[b.0 as usize] == Some(Fixed::Bits(2.0_f64.to_bits()));
                let op = if op == FloatOp::Pow && two { StepOp::Square } else { StepOp::Float(op) };
                self.step(op, d, a, b)
            }
            Inst::Unary { op, d, a, .. } if self.is_float(d) && self.is_float(a) => {
                self.step(StepOp::Unary(op), d, a, a)
            }
            _ => None,
        }
    }

    fn step(&mut self, op: StepOp, d: Reg, a: Reg, b: Reg) -> Option<()> {
        let step = Step { op, a: self.operand(a)?, b: self.operand(b)? };
        self.steps.push(step);
        self.gives(d, self.steps.len())
    }

    fn gives(&mut self, d: Reg, lane: usize) -> Option<()> {
        let taken = self.sums.iter().any(|(total, sum, _)| *total == d || *sum == d);
        (!taken && d != self.counter && self.next != Some(d)).then(|| {
            self.lanes.insert(d, lane);
        })
    }

    fn operand(&self, reg: Reg) -> Option<Operand> {
        match self.lanes.get(&reg) {
            Some(lane) => Some(Operand::Lane(*lane)),
            None => (!self.written.contains(&reg)).then(|| Operand::Register(self.register(reg))),
        }
    }

    /// Comes from the round before.
    fn is_carried(&self, reg: Reg) -> bool {
        self.written.contains(&reg) && !self.lanes.contains_key(&reg) && reg != self.counter
    }

    fn is_float(&self, reg: Reg) -> bool {
        self.known.function.regs[reg.0 as usize] == Kind::F
    }

    fn register(&self, reg: Reg) -> u16 {
        self.known.fusion.name(reg).0 as u16
    }

    fn finish(self, list: Reg) -> Option<Walk> {
        let back = self.next == Some(self.counter) && self.sums.iter().all(|(total, sum, _)| total == sum);
        (back && self.sums.len() <= MOST_SUMS).then(|| Walk {
            list: self.register(list),
            counter: self.register(self.counter),
            sums: self
                .sums
                .iter()
                .map(|(total, _, term)| Sum { register: self.register(*total), term: *term })
                .collect(),
            // What another register stands for is read by nothing but the copy into that one.
            left: self
                .lanes
                .iter()
                .filter(|(reg, _)| self.known.fusion.name(**reg) == **reg)
                .map(|(reg, lane)| (self.register(*reg), *lane))
                .collect(),
            steps: self.steps,
        })
    }
}

impl Walk {
    /// Lanes that it fills.
    pub fn lanes(&self) -> usize {
        self.steps.len() + 1
    }

    /// All rounds: `sums`, one for each of [`Walk::sums`], grow, and the lanes hold the last values at
    /// `(elements - 1) % LANES`. None where a round would bail; then `sums` mean nothing.
    pub fn run(
        &self,
        elements: &[f64],
        register: impl Fn(u16) -> f64,
        lanes: &mut [Lane],
        sums: &mut [f64],
    ) -> Option<()> {
        for elements in elements.chunks(LANES) {
            lanes[0][..elements.len()].copy_from_slice(elements);
            for (at, step) in self.steps.iter().enumerate() {
                let (made, out) = lanes.split_at_mut(at + 1);
                let read = |operand| values(operand, made, &register, elements.len());
                step.run(read(step.a), read(step.b), &mut out[0][..elements.len()])?;
            }
            for (sum, total) in self.sums.iter().zip(sums.iter_mut()) {
                match values(sum.term, lanes, &register, elements.len()) {
                    Values::Many(terms) => terms.iter().for_each(|term| *total += term),
                    Values::One(term) => elements.iter().for_each(|_| *total += term),
                }
            }
        }
        Some(())
    }
}

#[derive(Clone, Copy)]
enum Values<'a> {
    Many(&'a [f64]),
    One(f64),
}

fn values<'a>(operand: Operand, lanes: &'a [Lane], register: impl Fn(u16) -> f64, count: usize) -> Values<'a> {
    match operand {
        Operand::Lane(lane) => Values::Many(&lanes[lane][..count]),
        Operand::Register(reg) => Values::One(register(reg)),
    }
}

impl Step {
    fn run(&self, a: Values<'_>, b: Values<'_>, out: &mut [f64]) -> Option<()> {
        match self.op {
            StepOp::Float(FloatOp::Add) => pairs(a, b, out, |x, y| float(FloatOp::Add, x, y)),
            StepOp::Float(FloatOp::Sub) => pairs(a, b, out, |x, y| float(FloatOp::Sub, x, y)),
            StepOp::Float(FloatOp::Mul) => pairs(a, b, out, |x, y| float(FloatOp::Mul, x, y)),
            StepOp::Float(FloatOp::Div) => pairs(a, b, out, |x, y| float(FloatOp::Div, x, y)),
            StepOp::Float(op) => pairs(a, b, out, |x, y| float(op, x, y)),
            StepOp::Square => match a {
                Values::Many(a) => numerics::squares(a, out),
                Values::One(a) => {
                    out.fill(numerics::square(a)?);
                    Some(())
                }
            },
            StepOp::Unary(op) => pairs(a, Values::One(0.0), out, |x, _| unary(op, x.to_bits()).map(f64::from_bits)),
        }
    }
}

fn pairs(a: Values<'_>, b: Values<'_>, out: &mut [f64], of: impl Fn(f64, f64) -> Option<f64>) -> Option<()> {
    match (a, b) {
        (Values::Many(a), Values::Many(b)) => {
            for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                *out = of(a, b)?;
            }
        }
        (Values::Many(a), Values::One(b)) => {
            for (out, &a) in out.iter_mut().zip(a) {
                *out = of(a, b)?;
            }
        }
        (Values::One(a), Values::Many(b)) => {
            for (out, &b) in out.iter_mut().zip(b) {
                *out = of(a, b)?;
            }
        }
        (Values::One(a), Values::One(b)) => out.fill(of(a, b)?),
    }
    Some(())
}
