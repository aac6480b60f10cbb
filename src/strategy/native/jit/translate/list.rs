//! What is done to lists in every bar, without a call: their length, an element, a view of all, and a push where
//! there is room. Anything else goes to `Memory`, whose answers these have to equal.

use super::Translator;
use crate::strategy::native::ir::intrinsic::{BUFFER, CAPACITY, DATA, HEADER, LENGTH, MAXLEN};
use crate::strategy::native::ir::{Inst, Intrinsic, Kind, LayoutId, Program, Reg, SiteId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};

/// Words of an element, where all lists of the program agree.
pub(super) fn width(program: &Program) -> Option<u32> {
    let insts = [&program.init, &program.step].into_iter().flat_map(|function| &function.blocks);
    let mut layouts = insts.flat_map(|block| &block.insts).filter_map(|inst| match inst {
        Inst::Call { f: Intrinsic::ListNew(it) | Intrinsic::DequeNew(it) | Intrinsic::ListFromView(it), .. } => Some(*it),
        _ => None,
    });
    let words = |layout: LayoutId| program.layouts[layout.0 as usize].words.len() as u32;
    let first = words(layouts.next()?);
    layouts.all(|layout| words(layout) == first).then_some(first)
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
    pub(super) fn list_at(&mut self, list: Reg, index: Reg, width: u32, site: SiteId) -> Value {
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

    /// Address of the new last element of a list whose elements are one word; all words zero.
    pub(super) fn list_push(&mut self, list: Reg, site: SiteId) -> Value {
        let at = self.b.declare_var(types::I64);
        let handle = self.get(list);
        self.check_writable(handle, HEADER);
        let (start, length) = (self.header(handle, DATA), self.header(handle, LENGTH));
        let (buffer, capacity) = (self.header(handle, BUFFER), self.header(handle, CAPACITY));
        let (end, limit) = (self.b.ins().iadd(start, length), self.b.ins().iadd(buffer, capacity));
        let (room, none, go_on) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(none);
        let has_room = self.b.ins().icmp(IntCC::UnsignedLessThan, end, limit);
        self.b.ins().brif(has_room, room, &[], none, &[]);

        self.switch_to_sealed(room);
        // A full deque drops its first element.
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

        self.switch_to_sealed(none);
        let pushed = self.call_memory(Intrinsic::ListPush, &[list], site)[0];
        self.b.def_var(at, pushed);
        self.b.ins().jump(go_on, &[]);

        self.switch_to_sealed(go_on);
        self.b.use_var(at)
    }
}

