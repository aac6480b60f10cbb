//! What is done to lists in every bar, without a call: their length, an element, a view of all, and a push where
//! there is room. Anything else goes to `Memory`, whose answers these have to equal.

use super::Translator;
use crate::strategy::native::ir::intrinsic::{BUFFER, CAPACITY, DATA, HEADER, LAYOUT, LENGTH, MAXLEN};
use crate::strategy::native::ir::{Inst, Intrinsic, Kind, Program, Reg, SiteId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use cranelift_frontend::Variable;
use std::collections::BTreeSet;

/// How wide the elements of the program's lists are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Widths {
    /// All of them.
    Uniform(u32),
    /// The layouts below 64 whose elements are one word, as bits.
    Mixed { one_word: u64 },
}

impl Widths {
    pub(super) fn of(program: &Program) -> Self {
        let insts = [&program.init, &program.step].into_iter().flat_map(|function| &function.blocks);
        let layouts = insts.flat_map(|block| &block.insts).filter_map(|inst| match inst {
            Inst::Call {
                f: Intrinsic::ListNew(it) | Intrinsic::DequeNew(it) | Intrinsic::ListFromView(it), ..
            } => Some((it.0, program.layouts[it.0 as usize].words.len() as u32)),
            _ => None,
        });
        let layouts: BTreeSet<(u32, u32)> = layouts.collect();
        let widths: BTreeSet<u32> = layouts.iter().map(|(_, width)| *width).collect();
        match widths.first() {
            Some(width) if widths.len() == 1 => Self::Uniform(*width),
            _ => {
                let one_word = layouts.iter().filter(|(layout, width)| *width == 1 && *layout < 64);
                Self::Mixed { one_word: one_word.fold(0, |bits, (layout, _)| bits | 1 << layout) }
            }
        }
    }
}

impl Translator<'_> {
    fn header(&mut self, list: Value, offset: u32) -> Value {
        self.load_inside(list, offset, Kind::I)
    }

    pub(super) fn list_length(&mut self, list: Reg) -> Value {
        let list = self.get(list);
        self.load(list, LENGTH, Kind::I)
    }

    pub(super) fn list_view(&mut self, list: Reg) -> (Value, Value) {
        let list = self.get(list);
        self.check_writable(list, HEADER);
        (self.header(list, DATA), self.header(list, LENGTH))
    }

    /// Address of element `index`, negative from the end.
    pub(super) fn list_at(&mut self, list: Reg, index: Reg, site: SiteId) -> Value {
        match self.widths {
            Widths::Uniform(width) => self.list_at_inside(list, index, width, site),
            Widths::Mixed { one_word: 0 } => self.call_memory(Intrinsic::ListAt, &[list, index], site)[0],
            Widths::Mixed { one_word } => {
                let at = self.b.declare_var(types::I64);
                let handle = self.get(list);
                let layout = self.load(handle, LAYOUT, Kind::I);
                let (narrow, wide, go_on) = self.three_blocks();
                let fits = self.is_one_of(layout, one_word);
                self.b.ins().brif(fits, narrow, &[], wide, &[]);
                self.switch_to_sealed(narrow);
                let found = self.list_at_inside(list, index, 1, site);
                self.b.def_var(at, found);
                self.b.ins().jump(go_on, &[]);
                self.or_call(wide, Intrinsic::ListAt, &[list, index], site, at, go_on)
            }
        }
    }

    fn list_at_inside(&mut self, list: Reg, index: Reg, width: u32, site: SiteId) -> Value {
        let (start, length) = self.list_view(list);
        let given = self.get(index);
        let place = match self.constant_of(index) {
            Some(known) if known >= 0 => given,
            Some(_) => self.b.ins().iadd(given, length),
            None => {
                let from_end = self.b.ins().iadd(given, length);
                let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, given, 0);
                self.b.ins().select(negative, from_end, given)
            }
        };
        let none = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, place, length);
        self.bail_if(none, site);
        let words = if width == 1 { place } else { self.b.ins().imul_imm_u(place, i64::from(width)) };
        self.b.ins().iadd(start, words)
    }

    /// Address of the new last element; all words zero.
    pub(super) fn list_push(&mut self, list: Reg, site: SiteId) -> Value {
        if !matches!(self.widths, Widths::Uniform(1) | Widths::Mixed { one_word: 1.. }) {
            return self.call_memory(Intrinsic::ListPush, &[list], site)[0];
        }
        let at = self.b.declare_var(types::I64);
        let handle = self.get(list);
        self.check_writable(handle, HEADER);
        let (start, length) = (self.header(handle, DATA), self.header(handle, LENGTH));
        let (buffer, capacity) = (self.header(handle, BUFFER), self.header(handle, CAPACITY));
        let (end, limit) = (self.b.ins().iadd(start, length), self.b.ins().iadd(buffer, capacity));
        let (room, none, go_on) = self.three_blocks();
        if let Widths::Mixed { one_word } = self.widths {
            let layout = self.header(handle, LAYOUT);
            let fits = self.is_one_of(layout, one_word);
            let narrow = self.b.create_block();
            self.b.ins().brif(fits, narrow, &[], none, &[]);
            self.switch_to_sealed(narrow);
        }
        let has_room = self.b.ins().icmp(IntCC::UnsignedLessThan, end, limit);
        self.b.ins().brif(has_room, room, &[], none, &[]);

        self.switch_to_sealed(room);
        // A full deque drops its first element. One of maxlen 0 ends up full and empty, as it has to.
        let maxlen = self.header(handle, MAXLEN);
        let full = self.b.ins().icmp(IntCC::Equal, length, maxlen);
        let (dropped, longer) = (self.b.ins().iadd_imm_s(start, 1), self.b.ins().iadd_imm_s(length, 1));
        let start = self.b.ins().select(full, dropped, start);
        let length = self.b.ins().select(full, length, longer);
        self.store_inside(handle, DATA, start);
        self.store_inside(handle, LENGTH, length);
        self.check_writable(end, 1);
        let zero = self.int_constant(0);
        self.store_inside(end, 0, zero);
        self.b.def_var(at, end);
        self.b.ins().jump(go_on, &[]);
        self.or_call(none, Intrinsic::ListPush, &[list], site, at, go_on)
    }

    fn is_one_of(&mut self, layout: Value, layouts: u64) -> Value {
        let layouts = self.int_constant(layouts as i64);
        let bit = self.b.ins().ushr(layouts, layout);
        self.b.ins().band_imm_u(bit, 1)
    }

    /// Where all goes well, where a call has to do it, and where it goes on.
    fn three_blocks(&mut self) -> (Block, Block, Block) {
        let blocks = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(blocks.1);
        blocks
    }

    fn or_call(&mut self, otherwise: Block, f: Intrinsic, a: &[Reg], site: SiteId, d: Variable, go_on: Block) -> Value {
        self.switch_to_sealed(otherwise);
        let given = self.call_memory(f, a, site)[0];
        self.b.def_var(d, given);
        self.b.ins().jump(go_on, &[]);
        self.switch_to_sealed(go_on);
        self.b.use_var(d)
    }
}
