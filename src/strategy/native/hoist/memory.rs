//! Which lists and objects an address may lie in: inclusion constraints over where they are made (Andersen 1994),
//! blind to the order of instructions.

use super::node::{Node, PARTS, Part};
use crate::strategy::native::ir::{Inst, Intrinsic, Program, Reg, Slot, UnaryOp};
use std::collections::{BTreeMap, BTreeSet};

/// Where something is made; None stands for the columns.
pub(super) type Made = Option<Node>;
type Places = BTreeSet<Made>;

#[derive(Default)]
pub(super) struct Pointers {
    regs: BTreeMap<(Part, Reg), Places>,
    slots: BTreeMap<Slot, Places>,
    inside: BTreeMap<Made, Places>,
}

/// What a call does to the lists it is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Makes,
    /// Changes its first argument and gives an address in it.
    Changes,
    /// Gives an address in what it reads.
    Looks,
    Reads,
}

pub(super) const fn effect(f: Intrinsic) -> Effect {
    use Intrinsic as I;
    match f {
        I::ListNew(_)
        | I::DequeNew(_)
        | I::ObjectNew(_)
        | I::ListFromView(_)
        | I::ListSlice
        | I::ListSliceStep
        | I::ListRepeat
        | I::ListConcat
        | I::ListCopy
        | I::Column(..) => Effect::Makes,
        I::ListPush
        | I::ListPushFront
        | I::ListPop
        | I::ListPopFront
        | I::ListPopAt
        | I::ListInsert
        | I::ListClear
        | I::ListDeleteRange
        | I::ListExtend
        | I::ListReverse
        | I::ListSortFloat
        | I::ListSortInt => Effect::Changes,
        I::ListAt | I::ListView => Effect::Looks,
        I::ListLength | I::SliceBounds | I::Reduce(_) | I::RoundDigits | I::NumpyQuantile => Effect::Reads,
    }
}

impl Pointers {
    pub fn of(program: &Program) -> Self {
        let mut pointers = Self::default();
        loop {
            let mut grown = false;
            for part in PARTS {
                for (block, it) in part.function(program).blocks.iter().enumerate() {
                    for (index, inst) in it.insts.iter().enumerate() {
                        grown |= pointers.learn((part, block, index), inst);
                    }
                }
            }
            if !grown {
                return pointers;
            }
        }
    }

    pub fn reg(&self, part: Part, reg: Reg) -> Places {
        self.regs.get(&(part, reg)).cloned().unwrap_or_default()
    }

    /// Made and dropped within one bar.
    pub fn is_passing(&self, made: Made) -> bool {
        let kept = |places: &Places| places.contains(&made);
        matches!(made, Some((Part::Step, ..)))
            && !self.slots.values().any(kept)
            && !self.inside.iter().any(|(holder, places)| *holder != made && kept(places))
    }

    fn within(&self, holders: &Places) -> Places {
        holders.iter().filter_map(|made| self.inside.get(made)).flatten().copied().collect()
    }

    fn learn(&mut self, node: Node, inst: &Inst) -> bool {
        let part = node.0;
        let of = |reg: &Reg| self.reg(part, *reg);
        let mut to_regs: Vec<(Reg, Places)> = Vec::new();
        let mut to_inside: Vec<(Places, Places)> = Vec::new();
        match inst {
            Inst::Copy { d, a } => to_regs.push((*d, of(a))),
            Inst::Unary { op: UnaryOp::FloatOfBits | UnaryOp::BitsOfFloat, d, a, .. } => to_regs.push((*d, of(a))),
            Inst::Int { d, a, b, .. } => to_regs.push((*d, of(a).union(&of(b)).copied().collect())),
            Inst::ColumnAddress { d, .. } => to_regs.push((*d, Places::from([None]))),
            Inst::Get { d, slot } => to_regs.push((*d, self.slots.get(slot).cloned().unwrap_or_default())),
            Inst::Set { slot, a } => {
                let places = of(a);
                return extend(self.slots.entry(*slot).or_default(), places);
            }
            Inst::Load { d, address, .. } => to_regs.push((*d, self.within(&of(address)))),
            Inst::Store { address, a, .. } => to_inside.push((of(address), of(a))),
            Inst::Call { f, d, a, .. } => {
                let given: Places = a.iter().flat_map(of).collect();
                match (effect(*f), d.first()) {
                    (Effect::Makes, Some(d)) => {
                        let made = Places::from([Some(node)]);
                        to_inside.push((made.clone(), self.within(&given)));
                        to_regs.push((*d, made));
                    }
                    (Effect::Changes, d) => {
                        to_inside.push((of(&a[0]), self.within(&given)));
                        to_regs.extend(d.map(|d| (*d, of(&a[0]))));
                    }
                    (Effect::Looks, Some(d)) => to_regs.push((*d, of(&a[0]))),
                    _ => {}
                }
            }
            _ => {}
        }
        let mut grown = false;
        for (reg, places) in to_regs {
            grown |= extend(self.regs.entry((part, reg)).or_default(), places);
        }
        for (holders, places) in to_inside {
            for holder in holders {
                grown |= extend(self.inside.entry(holder).or_default(), places.iter().copied());
            }
        }
        grown
    }
}

fn extend(places: &mut Places, more: impl IntoIterator<Item = Made>) -> bool {
    let before = places.len();
    places.extend(more);
    places.len() != before
}
