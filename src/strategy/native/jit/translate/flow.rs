//! Control flow: blocks, loop rounds, the end of a bar, and the ways out.

use super::super::context::{Context, Stop};
use super::super::doorway;
use super::{Form, Translator};
use crate::strategy::native::ir::{BlockId, End, Function, Inst, Reg, SiteId, Word};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, StackSlotData, StackSlotKind, Value, types};
use std::collections::BTreeMap;
use std::mem::offset_of;

/// Registers that a single instruction writes, and that is a constant.
pub(super) fn constants(function: &Function) -> BTreeMap<Reg, u64> {
    let mut writes: BTreeMap<Reg, (u32, Option<u64>)> = BTreeMap::new();
    for inst in function.blocks.iter().flat_map(|block| &block.insts) {
        let constant = if let Inst::Const { bits, .. } = inst { Some(*bits) } else { None };
        for reg in inst.writes() {
            let entry = writes.entry(*reg).or_default();
            *entry = (entry.0 + 1, constant);
        }
    }
    writes.into_iter().filter_map(|(reg, (count, bits))| Some((reg, bits.filter(|_| count == 1)?))).collect()
}

/// Reachable blocks, each before what it alone leads to.
fn order(function: &Function) -> Vec<BlockId> {
    let mut seen = vec![false; function.blocks.len()];
    let mut post = Vec::new();
    let mut open = vec![(BlockId(0), false)];
    while let Some((id, left)) = open.pop() {
        if left {
            post.push(id);
            continue;
        }
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        open.push((id, true));
        open.extend(function.blocks[id.0 as usize].end.successors().map(|to| (to, false)));
    }
    post.reverse();
    post
}

impl<'a> Translator<'a> {
    /// Translates `function` from the present block on; where it returns, `after` goes on.
    pub(super) fn function(&mut self, function: &'a Function, after: Block) {
        self.enter(function);
        let order = order(function);
        let mut ways_in = vec![0u32; function.blocks.len()];
        ways_in[0] = 1;
        for id in &order {
            for to in function.blocks[id.0 as usize].end.successors() {
                ways_in[to.0 as usize] += 1;
            }
        }
        let blocks: BTreeMap<BlockId, Block> = order.iter().map(|id| (*id, self.b.create_block())).collect();
        self.b.ins().jump(blocks[&BlockId(0)], &[]);
        ways_in[0] -= 1;
        let mut translated = vec![false; function.blocks.len()];
        for id in order {
            let block = &function.blocks[id.0 as usize];
            self.b.switch_to_block(blocks[&id]);
            translated[id.0 as usize] = true;
            // What has ways in that are still to come is the head of a loop.
            if ways_in[id.0 as usize] == 0 {
                self.b.seal_block(blocks[&id]);
            }
            for (index, inst) in block.insts.iter().enumerate() {
                self.inst(inst);
                self.stir_at(id.0 as usize, index);
            }
            self.stir_at(id.0 as usize, block.insts.len());
            self.end(id, &block.end, &blocks, after);
            for to in block.end.successors() {
                ways_in[to.0 as usize] -= 1;
                if ways_in[to.0 as usize] == 0 && translated[to.0 as usize] {
                    self.b.seal_block(blocks[&to]);
                }
            }
        }
        self.ways_out();
    }

    fn end(&mut self, id: BlockId, end: &End, blocks: &BTreeMap<BlockId, Block>, after: Block) {
        match end {
            End::Jump(to) => {
                self.count_round(id, *to);
                self.b.ins().jump(blocks[to], &[]);
            }
            End::Branch { test, yes, no } => {
                let test = self.get(*test);
                let [first, second] = [*yes, *no].map(|to| if to <= id { self.b.create_block() } else { blocks[&to] });
                self.b.ins().brif(test, first, &[], second, &[]);
                for (own, to) in [(first, *yes), (second, *no)] {
                    if to <= id {
                        self.switch_to_sealed(own);
                        self.count_round(id, to);
                        self.b.ins().jump(blocks[&to], &[]);
                    }
                }
            }
            End::Return { target, confidence } => {
                if self.in_a_bar {
                    self.answer(*target, *confidence);
                }
                self.b.ins().jump(after, &[]);
            }
            End::Bail(site) => {
                let to = self.bail(*site);
                self.b.ins().jump(to, &[]);
            }
        }
    }

    /// A backward jump is a loop round.
    fn count_round(&mut self, from: BlockId, to: BlockId) {
        if to > from {
            return;
        }
        let fuel = self.b.use_var(self.moving.fuel);
        let left = self.b.ins().iadd_imm_s(fuel, -1);
        self.b.def_var(self.moving.fuel, left);
        let out = self.b.create_block();
        self.b.set_cold_block(out);
        let spent = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, left, 0);
        self.leave_if(spent, out);
        let present = self.b.current_block().expect("a block is open");
        self.switch_to_sealed(out);
        self.leave(Stop::Fuel, SiteId(0));
        self.b.switch_to_block(present);
    }

    fn answer(&mut self, target: Option<Reg>, confidence: Option<Reg>) {
        match (self.told, target) {
            (Some(told), Some(target)) => self.tell(told, target),
            (Some(_), None) => {}
            (None, target) => {
                let target = match target {
                    Some(reg) => self.get(reg),
                    None => self.b.ins().f64const(f64::NAN),
                };
                let place = self.word(self.fixed.targets, self.now);
                self.b.ins().store(MemFlagsData::trusted(), target, place, 0);
            }
        }
        let Some(confidence) = confidence else { return };
        let confidence = self.get(confidence);
        let (sum, count) = (self.b.use_var(self.moving.confidence_sum), self.b.use_var(self.moving.confident));
        let given = self.b.ins().fcmp(FloatCC::Equal, confidence, confidence);
        let more = self.b.ins().fadd(sum, confidence);
        let sum = self.b.ins().select(given, more, sum);
        let one = self.b.ins().uextend(types::I64, given);
        let count = self.b.ins().iadd(count, one);
        self.b.def_var(self.moving.confidence_sum, sum);
        self.b.def_var(self.moving.confident, count);
    }

    /// Before a bar: a collection where one pays.
    pub(super) fn begin_bar(&mut self) {
        self.refuel();
        self.calm_down();
        if self.program_allocates() {
            let due = self.load_field(offset_of!(Context, due), types::I64);
            let (collect, go_on) = (self.b.create_block(), self.b.create_block());
            self.b.set_cold_block(collect);
            self.b.ins().brif(due, collect, &[], go_on, &[]);
            self.switch_to_sealed(collect);
            let state = self.spill();
            let context = self.context;
            self.enter_doorway(doorway::Plain::Collect, &[context, state], SiteId(0));
            self.find_memory();
            self.take_back_references(state);
            self.b.ins().jump(go_on, &[]);
            self.switch_to_sealed(go_on);
        }
    }

    /// After a bar: the observer where there is one.
    pub(super) fn end_bar(&mut self) {
        if matches!(self.form, Form::Observed) {
            let state = self.spill();
            let (context, now) = (self.context, self.now);
            self.enter_doorway(doorway::Plain::Observe, &[context, now, state], SiteId(0));
        }
    }

    /// All state words in memory, by its address.
    fn spill(&mut self) -> Value {
        let slot = *self.spilled.get_or_insert_with(|| {
            let bytes = 8 * self.program.state.len().max(1) as u32;
            self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, 3))
        });
        for index in 0..self.slots.len() {
            let value = self.b.use_var(self.slots[index]);
            self.b.ins().stack_store(types::I64, value, slot, 8 * index as i32);
        }
        self.b.ins().stack_addr(types::I64, slot, 0)
    }

    fn take_back_references(&mut self, state: Value) {
        for index in 0..self.slots.len() {
            if self.program.state[index].word == Word::Ref {
                let moved = self.b.ins().load(types::I64, MemFlagsData::trusted(), state, 8 * index as i32);
                self.b.def_var(self.slots[index], moved);
            }
        }
    }

    /// The block where bails at `site` go.
    pub(super) fn bail(&mut self, site: SiteId) -> Block {
        if let Some(block) = self.bails.get(&site) {
            return *block;
        }
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        self.bails.insert(site, block);
        block
    }

    /// Where accesses outside of the memory go.
    pub(super) fn fault(&mut self) -> Block {
        if let Some(block) = self.fault {
            return block;
        }
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        self.fault = Some(block);
        block
    }

    /// Goes to `out` where `test` is not zero, on otherwise.
    pub(super) fn leave_if(&mut self, test: Value, out: Block) {
        let go_on = self.b.create_block();
        self.b.ins().brif(test, out, &[], go_on, &[]);
        self.switch_to_sealed(go_on);
    }

    /// Goes to `out` where `test` is zero, on otherwise.
    pub(super) fn leave_unless(&mut self, test: Value, out: Block) {
        let go_on = self.b.create_block();
        self.b.ins().brif(test, go_on, &[], out, &[]);
        self.switch_to_sealed(go_on);
    }

    /// Ends the present block and the run.
    fn leave(&mut self, stop: Stop, site: SiteId) {
        let code = self.b.ins().iconst(types::I32, stop as i64);
        let site = self.int_constant(i64::from(site.0));
        let (exit, now) = (self.exit, self.now);
        self.b.ins().jump(exit, &[code.into(), site.into(), now.into()]);
    }

    /// The cold blocks of the function that was just translated.
    fn ways_out(&mut self) {
        for (site, block) in std::mem::take(&mut self.bails) {
            self.switch_to_sealed(block);
            self.leave(Stop::Bail, site);
        }
        if let Some(block) = self.fault.take() {
            self.switch_to_sealed(block);
            self.leave(Stop::Fault, SiteId(0));
        }
    }

    /// Calls one of the doors that answer with how to go on.
    pub(super) fn enter_doorway(&mut self, door: doorway::Plain, arguments: &[Value], site: SiteId) {
        let stop = self.call(door.address(), arguments, Some(types::I32)).expect("it answers");
        let out = self.b.create_block();
        self.b.set_cold_block(out);
        self.leave_if(stop, out);
        let present = self.b.current_block().expect("a block is open");
        self.switch_to_sealed(out);
        let (exit, now) = (self.exit, self.now);
        let site = self.int_constant(i64::from(site.0));
        self.b.ins().jump(exit, &[stop.into(), site.into(), now.into()]);
        self.b.switch_to_block(present);
    }
}
