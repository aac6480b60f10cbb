//! Instructions, one by one, and calls of Rust functions.

use super::super::context::Context;
use super::super::doorway::Plain;
use super::{Translator, of_kind};
use crate::strategy::native::ir::{Inst, Intrinsic, Kind, Program, Reduction, Reg, SiteId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Type, Value, types};
use std::mem::offset_of;

impl Translator<'_> {
    pub(super) fn inst(&mut self, inst: &Inst) {
        let (d, value) = match inst {
            Inst::Const { d, bits } => (*d, self.constant(*bits, self.kinds[d.0 as usize])),
            Inst::Copy { d, a } => (*d, self.get(*a)),
            Inst::Int { op, d, a, b, site } => (*d, self.int(*op, *a, *b, *site)),
            Inst::Float { op, d, a, b, site } => (*d, self.float(*op, *a, *b, *site)),
            Inst::Unary { op, d, a, site } => (*d, self.unary(*op, *a, *site)),
            Inst::Compare { op, d, a, b } => (*d, self.compare(*op, *a, *b, self.kinds[a.0 as usize])),
            Inst::Now { d } => (*d, self.now),
            Inst::Param { d, param } => (*d, self.param(*param)),
            Inst::Column { d, column, index, site } => (*d, self.column(*column, *index, *site)),
            Inst::ColumnAddress { d, column } => (*d, self.column_address(*column)),
            Inst::Get { d, slot } => (*d, self.b.use_var(self.slots[slot.0 as usize])),
            Inst::Load { d, address, offset } => {
                let address = self.get(*address);
                (*d, self.load(address, *offset, self.kinds[d.0 as usize]))
            }
            Inst::Set { slot, a } => {
                let value = self.get(*a);
                self.stir_if_new(*slot, value);
                return self.b.def_var(self.slots[slot.0 as usize], value);
            }
            Inst::Store { address, offset, a } => {
                let (address, value) = (self.get(*address), self.get(*a));
                return self.store(address, *offset, value);
            }
            Inst::Guard { test, site } => {
                let test = self.get(*test);
                return self.bail_unless(test, *site);
            }
            Inst::Call { f, d, a, site } => return self.intrinsic(*f, d, a, *site),
        };
        self.set(d, value);
    }

    fn constant(&mut self, bits: u64, kind: Kind) -> Value {
        match kind {
            Kind::I => self.b.ins().iconst(types::I64, bits as i64),
            Kind::F => self.b.ins().f64const(f64::from_bits(bits)),
        }
    }

    fn intrinsic(&mut self, f: Intrinsic, d: &[Reg], a: &[Reg], site: SiteId) {
        match f {
            Intrinsic::ListLength => {
                let length = self.list_length(a[0]);
                self.set(d[0], length);
            }
            Intrinsic::ListView => {
                let (start, length) = self.list_view(a[0]);
                self.set(d[0], start);
                self.set(d[1], length);
            }
            Intrinsic::ListAt => {
                let at = self.list_at(a[0], a[1], site);
                self.set(d[0], at);
            }
            Intrinsic::ListPush => {
                let at = self.list_push(a[0], site);
                self.set(d[0], at);
            }
            Intrinsic::Reduce(reduction @ (Reduction::Sum(_) | Reduction::Min | Reduction::Max)) => {
                let value = self.reduce(reduction, a[0], a[1], site);
                self.set(d[0], value);
            }
            _ => {
                let values = self.call_memory(f, a, site);
                for (reg, value) in d.iter().zip(values) {
                    self.set(*reg, value);
                }
            }
        }
    }

    /// Over words that lie inside of the memory.
    fn reduce(&mut self, reduction: Reduction, address: Reg, count: Reg, site: SiteId) -> Value {
        let (first, count) = (self.get(address), self.get(count));
        let length = self.b.use_var(self.moving.length);
        let out = self.fault();
        let beyond = self.b.ins().icmp(IntCC::UnsignedGreaterThan, first, length);
        self.leave_if(beyond, out);
        let behind = self.b.ins().isub(length, first);
        let long = self.b.ins().icmp(IntCC::UnsignedGreaterThan, count, behind);
        self.leave_if(long, out);
        let words = self.b.use_var(self.moving.words);
        let place = self.word(words, first);
        self.numeric(Plain::Reduce(reduction), &[place, count], site)
    }

    /// Lets `Memory` do it, and gives what it gave.
    pub(super) fn call_memory(&mut self, f: Intrinsic, a: &[Reg], site: SiteId) -> Vec<Value> {
        for (index, reg) in a.iter().enumerate() {
            let value = self.get(*reg);
            self.store_field(value, offset_of!(Context, takes) + 8 * index);
        }
        let number = self.number_of(f);
        let (context, number) = (self.context, self.int_constant(number));
        self.enter_doorway(Plain::Call, &[context, number], site);
        self.find_memory();
        let (_, gives) = f.signature();
        let field = |index: usize| offset_of!(Context, gives) + 8 * index;
        gives.iter().enumerate().map(|(index, kind)| self.load_field(field(index), of_kind(*kind))).collect()
    }

    fn number_of(&mut self, f: Intrinsic) -> i64 {
        self.calls.iter().position(|known| *known == f).expect("all of the program's calls are listed") as i64
    }

    /// A function of Rust at `address`, in the platform's own calling convention.
    pub(super) fn call(&mut self, address: usize, arguments: &[Value], answer: Option<Type>) -> Option<Value> {
        let mut signature = Signature::new(self.convention);
        for argument in arguments {
            let kind = self.b.func.dfg.value_type(*argument);
            signature.params.push(AbiParam::new(kind));
        }
        signature.returns.extend(answer.map(AbiParam::new));
        let signature = self.b.import_signature(signature);
        let callee = self.int_constant(address as i64);
        let call = self.b.ins().call_indirect(signature, callee, arguments);
        self.b.inst_results(call).first().copied()
    }

    /// Whether something is ever allocated, so that there can be something to collect.
    pub(super) fn program_allocates(&self) -> bool {
        self.calls.iter().any(|f| may_grow(*f))
    }
}

/// All calls of a program that go to `Memory`, by number.
pub(in super::super) fn calls(program: &Program) -> Vec<Intrinsic> {
    let mut calls = Vec::new();
    for block in program.init.blocks.iter().chain(&program.step.blocks) {
        for inst in &block.insts {
            if let Inst::Call { f, .. } = inst
                && !calls.contains(f)
            {
                calls.push(*f);
            }
        }
    }
    calls
}

fn may_grow(f: Intrinsic) -> bool {
    !matches!(
        f,
        Intrinsic::ListPop
            | Intrinsic::ListPopFront
            | Intrinsic::ListPopAt
            | Intrinsic::ListClear
            | Intrinsic::ListDeleteRange
            | Intrinsic::ListReverse
            | Intrinsic::ListSortFloat
            | Intrinsic::ListSortInt
            | Intrinsic::ListAt
            | Intrinsic::ListLength
            | Intrinsic::ListView
            | Intrinsic::SliceBounds
            | Intrinsic::Reduce(_)
            | Intrinsic::RoundDigits
            | Intrinsic::NumpyQuantile
    )
}
