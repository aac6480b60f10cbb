//! From the program to one function that runs all bars: constructor, then a loop around `step`.
//!
//! Registers and state slots are Cranelift variables, so state lives in processor registers from bar to bar; it is
//! written to memory only for a collection and for the observer. Every way out of the run goes through one block
//! that notes site and bar.

mod access;
mod call;
mod calm;
mod float;
mod flow;
mod int;
mod list;
mod moves;

pub(super) use call::calls;
pub(super) use calm::Calm;

use super::context::{CONSTRUCTOR, Context, Stop};
use crate::strategy::native::ir::{ColumnId, Function, Intrinsic, Kind, Program, Reg, SiteId, Word};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, StackSlot, Type, Value, types};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, Variable};
use std::collections::BTreeMap;
use std::mem::offset_of;

/// What becomes of the answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'a> {
    /// A target per bar.
    Targets,
    /// The same, and the observer is called after each bar.
    Observed,
    /// Changes of target; bars are skipped where something is known of them.
    Moves {
        calm: Option<&'a Calm>,
        /// Whether every word of the columns that it watches fits into a byte.
        bytes: bool,
    },
}

impl<'a> Form<'a> {
    /// The columns that are read as bytes.
    fn bytes(self) -> impl Iterator<Item = ColumnId> + use<'a> {
        let calm = if let Form::Moves { calm, bytes: true } = self { calm } else { None };
        calm.into_iter().flat_map(|calm| &calm.flips).map(|extra| ColumnId(ColumnId::MARKET + extra))
    }
}

struct Translator<'a> {
    b: FunctionBuilder<'a>,
    program: &'a Program,
    form: Form<'a>,
    /// Of [`Form::Moves`].
    told: Option<moves::Told>,
    watch: Option<(&'a Calm, calm::Watch)>,
    /// Pointer to the [`Context`].
    context: Value,
    fixed: Fixed,
    /// First word of each column, the market's and the hoisted ones.
    starts: Vec<Value>,
    /// First byte of each column that is read as bytes.
    bytes: BTreeMap<ColumnId, Value>,
    moving: Moving,
    slots: Vec<Variable>,
    /// Where state is written for those who read it in memory.
    spilled: Option<StackSlot>,
    /// Of the program, by number.
    calls: Vec<Intrinsic>,
    widths: list::Widths,
    /// Of Rust's `extern "C"` functions.
    convention: CallConv,
    /// Of the function under translation.
    regs: Vec<Variable>,
    kinds: &'a [Kind],
    /// Not in the constructor.
    in_a_bar: bool,
    /// Registers of the function under translation that only one instruction writes, a constant.
    constants: BTreeMap<Reg, u64>,
    /// Index of the present bar, [`CONSTRUCTOR`] before the first.
    now: Value,
    /// Takes what happened (I32) and where (I64).
    exit: Block,
    /// Where bails of the function under translation go.
    bails: BTreeMap<SiteId, Block>,
    /// Where accesses outside of the memory go.
    fault: Option<Block>,
}

/// What never changes during a run.
struct Fixed {
    columns: Value,
    bars: Value,
    heap: Value,
    params: Value,
    targets: Value,
    rounds: Value,
}

struct Moving {
    /// First word of the memory.
    words: Variable,
    length: Variable,
    /// Loop rounds that are left for this bar.
    fuel: Variable,
    confidence_sum: Variable,
    confident: Variable,
}

/// Writes the function of `program`; `b` is empty.
pub(super) fn translate<'a>(
    program: &'a Program,
    form: Form<'a>,
    b: FunctionBuilder<'a>,
    target: TargetFrontendConfig,
) {
    let mut t = Translator::begin(program, form, b);
    let first = t.b.create_block();
    t.function(&program.init, first);
    t.switch_to_sealed(first);
    if let Form::Moves { calm: Some(calm), .. } = form {
        t.look_ahead(calm);
    }

    let head = t.b.create_block();
    let now = t.b.append_block_param(head, types::I64);
    let zero = t.b.ins().iconst(types::I64, 0);
    t.b.ins().jump(head, &[zero.into()]);
    t.b.switch_to_block(head);
    t.now = now;
    t.in_a_bar = true;
    let (bar, done, next) = (t.b.create_block(), t.b.create_block(), t.b.create_block());
    let more = t.b.ins().icmp(IntCC::UnsignedLessThan, now, t.fixed.bars);
    t.b.ins().brif(more, bar, &[], done, &[]);
    t.switch_to_sealed(bar);
    t.begin_bar();
    t.function(&program.step, next);

    t.switch_to_sealed(next);
    t.end_bar();
    let after = t.b.ins().iadd_imm_s(now, 1);
    t.go_on(after, head);
    t.b.seal_block(head);

    t.switch_to_sealed(done);
    t.done();
    t.b.seal_all_blocks();
    t.b.finalize(target);
}

fn of_kind(kind: Kind) -> Type {
    match kind {
        Kind::I => types::I64,
        Kind::F => types::F64,
    }
}

impl<'a> Translator<'a> {
    fn begin(program: &'a Program, form: Form<'a>, mut b: FunctionBuilder<'a>) -> Self {
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let context = b.block_params(entry)[0];
        let convention = b.func.signature.call_conv;
        let mut field = |offset: usize| b.ins().load(types::I64, MemFlagsData::trusted(), context, offset as i32);
        let fixed = Fixed {
            columns: field(offset_of!(Context, columns)),
            bars: field(offset_of!(Context, bars)),
            heap: field(offset_of!(Context, heap)),
            params: field(offset_of!(Context, params)),
            targets: field(offset_of!(Context, targets)),
            rounds: field(offset_of!(Context, rounds)),
        };
        let extras = field(offset_of!(Context, extras));
        let bytes = field(offset_of!(Context, bytes));
        let flags = MemFlagsData::trusted().with_readonly();
        // Here and not where they are read: what is read at every bar must not wait for its address.
        let mut starts = Vec::new();
        for column in 0..ColumnId::MARKET {
            let words = b.ins().imul_imm_u(fixed.bars, 8 * i64::from(column));
            starts.push(b.ins().iadd(fixed.columns, words));
        }
        let extra = |extra: usize| b.ins().load(types::I64, flags, extras, 8 * extra as i32);
        starts.extend((0..program.extras.len()).map(extra));
        let bytes = form
            .bytes()
            .enumerate()
            .map(|(index, column)| (column, b.ins().load(types::I64, flags, bytes, 8 * index as i32)));
        let bytes = bytes.collect();
        let moving = Moving {
            words: b.declare_var(types::I64),
            length: b.declare_var(types::I64),
            fuel: b.declare_var(types::I64),
            confidence_sum: b.declare_var(types::F64),
            confident: b.declare_var(types::I64),
        };
        let (zero, nothing) = (b.ins().iconst(types::I64, 0), b.ins().f64const(0.0));
        let slots = program
            .state
            .iter()
            .map(|state| {
                let float = state.word == Word::F;
                let slot = b.declare_var(if float { types::F64 } else { types::I64 });
                b.def_var(slot, if float { nothing } else { zero });
                slot
            })
            .collect();
        b.def_var(moving.confidence_sum, nothing);
        b.def_var(moving.confident, zero);
        let exit = b.create_block();
        b.append_block_param(exit, types::I32);
        b.append_block_param(exit, types::I64);
        b.append_block_param(exit, types::I64);
        b.set_cold_block(exit);
        let now = b.ins().iconst(types::I64, CONSTRUCTOR);
        let mut t = Self {
            b,
            program,
            form,
            told: None,
            watch: None,
            context,
            fixed,
            starts,
            bytes,
            moving,
            slots,
            spilled: None,
            calls: calls(program),
            widths: list::Widths::of(program),
            convention,
            regs: Vec::new(),
            kinds: &[],
            in_a_bar: false,
            constants: BTreeMap::new(),
            now,
            exit,
            bails: BTreeMap::new(),
            fault: None,
        };
        t.find_memory();
        t.refuel();
        if matches!(form, Form::Moves { .. }) {
            t.told = Some(t.begin_to_tell());
        }
        t
    }

    fn switch_to_sealed(&mut self, block: Block) {
        self.b.switch_to_block(block);
        self.b.seal_block(block);
    }

    fn load_field(&mut self, offset: usize, kind: Type) -> Value {
        self.b.ins().load(kind, MemFlagsData::trusted(), self.context, offset as i32)
    }

    fn store_field(&mut self, value: Value, offset: usize) {
        self.b.ins().store(MemFlagsData::trusted(), value, self.context, offset as i32);
    }

    fn int_constant(&mut self, value: i64) -> Value {
        self.b.ins().iconst(types::I64, value)
    }

    fn get(&mut self, reg: Reg) -> Value {
        self.b.use_var(self.regs[reg.0 as usize])
    }

    fn set(&mut self, reg: Reg, value: Value) {
        self.b.def_var(self.regs[reg.0 as usize], value);
    }

    /// Where the memory stands now: at the start, and after calls that may have grown it.
    fn find_memory(&mut self) {
        let words = self.load_field(offset_of!(Context, words), types::I64);
        let length = self.load_field(offset_of!(Context, length), types::I64);
        self.b.def_var(self.moving.words, words);
        self.b.def_var(self.moving.length, length);
    }

    fn refuel(&mut self) {
        self.b.def_var(self.moving.fuel, self.fixed.rounds);
    }

    /// The end of the run where it went well.
    fn done(&mut self) {
        let sum = self.b.use_var(self.moving.confidence_sum);
        self.store_field(sum, offset_of!(Context, confidence_sum));
        let count = self.b.use_var(self.moving.confident);
        self.store_field(count, offset_of!(Context, confident));
        if let Some(told) = self.told {
            self.end_to_tell(told);
        }
        let code = self.b.ins().iconst(types::I32, Stop::Done as i64);
        self.b.ins().return_(&[code]);

        self.b.switch_to_block(self.exit);
        let [code, site, bar] = self.b.block_params(self.exit) else { unreachable!("the exit has three parameters") };
        let (code, site, bar) = (*code, *site, *bar);
        self.store_field(site, offset_of!(Context, site));
        self.store_field(bar, offset_of!(Context, bar));
        self.b.ins().return_(&[code]);
    }

    /// Registers and constants of the function that comes next.
    fn enter(&mut self, function: &'a Function) {
        self.kinds = &function.regs;
        self.regs = function.regs.iter().map(|kind| self.b.declare_var(of_kind(*kind))).collect();
        self.constants = flow::constants(function);
        self.bails.clear();
        self.fault = None;
    }
}
