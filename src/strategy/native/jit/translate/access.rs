//! Words of columns, parameters and memory. Whatever a register says, no access leaves the memory, and none writes
//! to the columns: such a program ends with [`Stop::Fault`](super::super::context::Stop).

use super::{Translator, of_kind};
use crate::strategy::native::ir::{ColumnId, Kind, ParamId, Reg, SiteId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};

impl Translator<'_> {
    /// Pointer to the word `index` of those at `base`.
    pub(super) fn word(&mut self, base: Value, index: Value) -> Value {
        let bytes = self.b.ins().ishl_imm_u(index, 3);
        self.b.ins().iadd(base, bytes)
    }

    pub(super) fn column(&mut self, column: ColumnId, index: Option<Reg>, site: SiteId) -> Value {
        let at = match index {
            None => self.now,
            Some(index) => {
                let index = self.get(index);
                // Below zero is beyond as well.
                let beyond = self.b.ins().icmp(IntCC::UnsignedGreaterThan, index, self.now);
                self.bail_if(beyond, site);
                index
            }
        };
        let flags = MemFlagsData::trusted().with_readonly();
        if let (None, Some(start)) = (index, self.bytes.get(&column)) {
            let place = self.b.ins().iadd(*start, at);
            return self.b.ins().uload8(types::I64, flags, place, 0);
        }
        let place = self.word(self.starts[column.0 as usize], at);
        let kind = of_kind(self.program.column_kind(column).expect("the program was checked"));
        self.b.ins().load(kind, flags, place, 0)
    }

    pub(super) fn column_address(&mut self, column: ColumnId) -> Value {
        self.b.ins().imul_imm_u(self.fixed.bars, i64::from(column.0))
    }

    pub(super) fn param(&mut self, param: ParamId) -> Value {
        let kind = of_kind(self.program.params[param.0 as usize].kind);
        let flags = MemFlagsData::trusted().with_readonly();
        self.b.ins().load(kind, flags, self.fixed.params, 8 * param.0 as i32)
    }

    pub(super) fn load(&mut self, address: Value, offset: u32, kind: Kind) -> Value {
        let index = self.b.ins().iadd_imm_s(address, i64::from(offset));
        let length = self.b.use_var(self.moving.length);
        let outside = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, length);
        let out = self.fault();
        self.leave_if(outside, out);
        self.load_inside(index, 0, kind)
    }

    pub(super) fn store(&mut self, address: Value, offset: u32, value: Value) {
        let index = self.b.ins().iadd_imm_s(address, i64::from(offset));
        self.check_writable(index, 1);
        self.store_inside(index, 0, value);
    }

    /// Goes on where `words` words at `index` lie behind the columns and inside of the memory, which holds more than
    /// as many words behind the columns as anyone asks for here.
    pub(super) fn check_writable(&mut self, index: Value, words: u32) {
        let length = self.b.use_var(self.moving.length);
        let behind = self.b.ins().isub(index, self.fixed.heap);
        let heap = self.b.ins().isub(length, self.fixed.heap);
        let room = self.b.ins().iadd_imm_s(heap, 1 - i64::from(words));
        let outside = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, behind, room);
        let out = self.fault();
        self.leave_if(outside, out);
    }

    /// Of a word that is known to lie inside.
    pub(super) fn load_inside(&mut self, index: Value, offset: u32, kind: Kind) -> Value {
        let words = self.b.use_var(self.moving.words);
        let place = self.word(words, index);
        self.b.ins().load(of_kind(kind), MemFlagsData::trusted(), place, 8 * offset as i32)
    }

    pub(super) fn store_inside(&mut self, index: Value, offset: u32, value: Value) {
        let words = self.b.use_var(self.moving.words);
        let place = self.word(words, index);
        self.b.ins().store(MemFlagsData::trusted(), value, place, 8 * offset as i32);
    }
}
