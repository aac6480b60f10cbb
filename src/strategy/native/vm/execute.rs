use super::Vm;
use super::code::{Code, Fixed, Op};
use super::walk::{LANES, Lane, MOST_SUMS, Walk};
use crate::strategy::native::ir::{FloatOp, IntOp, SiteId, UnaryOp};
use crate::strategy::native::machine::arithmetic::{float, int, unary};
use crate::strategy::native::machine::{Budget, Columns, Finish, Memory, Observer, Said, Trap};
use crate::strategy::native::numerics;

/// Ops name registers in 16 bits.
pub const MOST_REGISTERS: usize = 1 << 16;

pub fn run(
    vm: &Vm,
    columns: &Columns,
    params: &[u64],
    memory: &mut Memory,
    budget: Budget,
    said: &mut Said,
    observe: Option<Observer<'_>>,
) -> Finish {
    // A file whose size is known and a power of two needs no check of the registers' numbers.
    match vm.regs {
        0..=256 => run_with::<256>(vm, columns, params, memory, budget, said, observe),
        257..=4_096 => run_with::<4_096>(vm, columns, params, memory, budget, said, observe),
        _ => run_with::<MOST_REGISTERS>(vm, columns, params, memory, budget, said, observe),
    }
}

fn run_with<const N: usize>(
    vm: &Vm,
    columns: &Columns,
    params: &[u64],
    memory: &mut Memory,
    budget: Budget,
    said: &mut Said,
    mut observe: Option<Observer<'_>>,
) -> Finish {
    let bars = columns.bars();
    assert!(columns.extras().len() >= vm.extras, "the program reads {} hoisted columns", vm.extras);
    *said = Said { targets: std::mem::take(&mut said.targets), ..Said::default() };
    said.targets.clear();
    said.targets.reserve(bars);
    memory.begin(columns, &vm.shapes, budget);
    let regs = Box::new(Registers([0; N]));
    let (state, lanes, rounds) = (vec![0; vm.slots], vec![[0.0; LANES]; vm.lanes], budget.rounds);
    let mut frame = Frame::<N> { regs, state, lanes, memory, params, columns, now: 0, rounds };
    frame.fix(&vm.init);
    if let Err(stop) = frame.execute(&vm.init) {
        return stop.finish(None);
    }
    frame.fix(&vm.step);
    for bar in 0..bars {
        frame.now = bar;
        frame.rounds = budget.rounds;
        let collected = frame.memory.collect(&mut frame.state).map_err(Stop::of(SiteId(0)));
        let (target, confidence) = match collected.and_then(|()| frame.execute(&vm.step)) {
            Ok(answer) => answer,
            Err(stop) => return stop.finish(Some(bar)),
        };
        said.targets.push(target);
        if !confidence.is_nan() {
            said.confidence_sum += confidence;
            said.confident += 1;
        }
        if let Some(observe) = observe.as_mut() {
            observe(bar, &frame.state);
        }
    }
    Finish::Done
}

enum Stop {
    Bail(SiteId),
    Fuel,
    Memory,
}

impl Stop {
    fn of(site: SiteId) -> impl Fn(Trap) -> Self {
        move |trap| match trap {
            Trap::Bail => Self::Bail(site),
            Trap::Memory => Self::Memory,
        }
    }

    fn finish(self, bar: Option<usize>) -> Finish {
        match self {
            Self::Bail(site) => Finish::Bail { bar, site },
            Self::Fuel => Finish::Fuel { bar },
            Self::Memory => Finish::Memory { bar },
        }
    }
}

struct Frame<'a, const N: usize> {
    regs: Box<Registers<N>>,
    state: Vec<u64>,
    lanes: Vec<Lane>,
    memory: &'a mut Memory,
    params: &'a [u64],
    columns: &'a Columns,
    now: usize,
    rounds: u64,
}

impl<const N: usize> Frame<'_, N> {
    fn fix(&mut self, code: &Code) {
        for &(reg, value) in &code.fixed {
            let bits = match value {
                Fixed::Bits(bits) => bits,
                Fixed::Param(index) => self.params[index],
            };
            self.regs.set(reg, bits);
        }
    }

    /// Target and confidence, NaN where there is none.
    fn execute(&mut self, code: &Code) -> Result<(f64, f64), Stop> {
        let ops = &code.ops[..];
        // Fields of their own, so that no write to one makes the others be read again.
        let Self { regs, state, lanes, memory, params, columns, now, rounds } = self;
        let (regs, bars, now) = (&mut **regs, columns.bars(), *now);
        let mut at = 0;
        loop {
            let op = ops[at];
            let bail = || Stop::Bail(code.sites[at]);
            macro_rules! ints {
                ($op:expr, $d:expr, $a:expr, $b:expr) => {{
                    let value = int($op, regs.int($a), regs.int($b)).ok_or_else(bail)?;
                    regs.set($d, value as u64)
                }};
            }
            macro_rules! floats {
                ($op:expr, $d:expr, $a:expr, $b:expr) => {{
                    let value = float($op, regs.float($a), regs.float($b)).ok_or_else(bail)?;
                    regs.set($d, value.to_bits())
                }};
            }
            macro_rules! word {
                ($op:expr, $d:expr, $a:expr) => {{
                    let word = unary($op, regs.get($a)).ok_or_else(bail)?;
                    regs.set($d, word)
                }};
            }
            macro_rules! holds {
                ($kind:ident, $d:expr, $a:expr, $cmp:tt, $b:expr) => {{
                    let holds = regs.$kind($a) $cmp regs.$kind($b);
                    regs.set($d, u64::from(holds));
                }};
            }
            macro_rules! unless {
                ($kind:ident, $d:expr, $a:expr, $cmp:tt, $b:expr, $to:expr) => {{
                    let holds = regs.$kind($a) $cmp regs.$kind($b);
                    regs.set($d, u64::from(holds));
                    if !holds {
                        at = $to as usize;
                        continue;
                    }
                }};
            }
            match op {
                Op::Const { d, index } => regs.set(d, code.constants[index as usize]),
                Op::Copy { d, a } => regs.set(d, regs.get(a)),
                Op::Param { d, index } => regs.set(d, params[index as usize]),
                Op::IntAdd { d, a, b } => ints!(IntOp::Add, d, a, b),
                Op::IntSub { d, a, b } => ints!(IntOp::Sub, d, a, b),
                Op::IntMul { d, a, b } => ints!(IntOp::Mul, d, a, b),
                Op::IntFloorDiv { d, a, b } => ints!(IntOp::FloorDiv, d, a, b),
                Op::IntMod { d, a, b } => ints!(IntOp::Mod, d, a, b),
                Op::IntAnd { d, a, b } => ints!(IntOp::And, d, a, b),
                Op::IntOr { d, a, b } => ints!(IntOp::Or, d, a, b),
                Op::IntXor { d, a, b } => ints!(IntOp::Xor, d, a, b),
                Op::IntAddWrapping { d, a, b } => ints!(IntOp::AddWrapping, d, a, b),
                Op::FloatAdd { d, a, b } => floats!(FloatOp::Add, d, a, b),
                Op::FloatSub { d, a, b } => floats!(FloatOp::Sub, d, a, b),
                Op::FloatMul { d, a, b } => floats!(FloatOp::Mul, d, a, b),
                Op::FloatDiv { d, a, b } => floats!(FloatOp::Div, d, a, b),
                Op::Float { op, d, a, b } => floats!(op, d, a, b),
                Op::Neg { d, a } => word!(UnaryOp::Neg, d, a),
                Op::Abs { d, a } => word!(UnaryOp::Abs, d, a),
                Op::ToFloat { d, a } => word!(UnaryOp::ToFloat, d, a),
                Op::Not { d, a } => word!(UnaryOp::Not, d, a),
                Op::Unary { op, d, a } => word!(op, d, a),
                Op::IntEq { d, a, b } => holds!(int, d, a, ==, b),
                Op::IntNe { d, a, b } => holds!(int, d, a, !=, b),
                Op::IntLt { d, a, b } => holds!(int, d, a, <, b),
                Op::IntLe { d, a, b } => holds!(int, d, a, <=, b),
                Op::FloatEq { d, a, b } => holds!(float, d, a, ==, b),
                Op::FloatNe { d, a, b } => holds!(float, d, a, !=, b),
                Op::FloatLt { d, a, b } => holds!(float, d, a, <, b),
                Op::FloatLe { d, a, b } => holds!(float, d, a, <=, b),
                Op::UnlessIntEq { d, a, b, to } => unless!(int, d, a, ==, b, to),
                Op::UnlessIntNe { d, a, b, to } => unless!(int, d, a, !=, b, to),
                Op::UnlessIntLt { d, a, b, to } => unless!(int, d, a, <, b, to),
                Op::UnlessIntLe { d, a, b, to } => unless!(int, d, a, <=, b, to),
                Op::UnlessFloatEq { d, a, b, to } => unless!(float, d, a, ==, b, to),
                Op::UnlessFloatNe { d, a, b, to } => unless!(float, d, a, !=, b, to),
                Op::UnlessFloatLt { d, a, b, to } => unless!(float, d, a, <, b, to),
                Op::UnlessFloatLe { d, a, b, to } => unless!(float, d, a, <=, b, to),
                Op::Now { d } => regs.set(d, now as u64),
                Op::Column { d, column } => {
                    regs.set(d, columns.column(column)[now]);
                }
                Op::ColumnAt { d, a, column } => {
                    // As u64, what lies below zero is above every bar.
                    let index = regs.get(a);
                    if index > now as u64 {
                        return Err(bail());
                    }
                    regs.set(d, columns.column(column)[index as usize]);
                }
                Op::ColumnAddress { d, column } => regs.set(d, (column as usize * bars) as u64),
                Op::Get { d, slot } => regs.set(d, state[slot as usize]),
                Op::Set { a, slot } => state[slot as usize] = regs.get(a),
                Op::Load { d, a, offset } => {
                    let address = regs.address(a).wrapping_add(offset as usize);
                    regs.set(d, memory.words()[address]);
                }
                Op::Store { a, b, offset } => {
                    let address = regs.address(a).wrapping_add(offset as usize);
                    memory.words_mut()[address] = regs.get(b);
                }
                Op::Guard { a } => {
                    if regs.get(a) == 0 {
                        return Err(bail());
                    }
                }
                Op::Call { index } => call(code, index, code.sites[at], regs, memory)?,
                Op::Push { d, h } => {
                    let element = memory.push(regs.address(h)).map_err(Stop::of(code.sites[at]))?;
                    regs.set(d, element as u64);
                }
                Op::At { d, h, a } => {
                    let element = memory.at(regs.address(h), regs.int(a)).map_err(Stop::of(code.sites[at]))?;
                    regs.set(d, element as u64);
                }
                Op::Item { d, h, a } => {
                    let element = memory.at(regs.address(h), regs.int(a)).map_err(Stop::of(code.sites[at]))?;
                    regs.set(d, memory.words()[element]);
                }
                Op::UnlessBelow { a, h, to } => {
                    if regs.int(a) >= memory.view(regs.address(h)).1 as i64 {
                        at = to as usize;
                        continue;
                    }
                }
                Op::Walk { index } => walk(&code.walks[index as usize], regs, memory, lanes, rounds),
                Op::Square { d, a } => {
                    let square = numerics::square(regs.float(a)).ok_or_else(bail)?;
                    regs.set(d, square.to_bits());
                }
                Op::Length { d, h } => regs.set(d, memory.view(regs.address(h)).1 as u64),
                Op::View { d, e, h } => {
                    let (data, length) = memory.view(regs.address(h));
                    regs.set(d, data as u64);
                    regs.set(e, length as u64);
                }
                Op::Jump { to } => {
                    at = to as usize;
                    continue;
                }
                Op::JumpBack { to } => {
                    *rounds = rounds.checked_sub(1).ok_or(Stop::Fuel)?;
                    at = to as usize;
                    continue;
                }
                Op::If { a, to } => {
                    if regs.get(a) != 0 {
                        at = to as usize;
                        continue;
                    }
                }
                Op::Unless { a, to } => {
                    if regs.get(a) == 0 {
                        at = to as usize;
                        continue;
                    }
                }
                Op::ReturnNothing => return Ok((f64::NAN, f64::NAN)),
                Op::Return { a } => return Ok((regs.float(a), f64::NAN)),
                Op::ReturnConfident { a, b } => return Ok((regs.float(a), regs.float(b))),
                Op::Bail => return Err(bail()),
            }
            at += 1;
        }
    }
}

#[inline(never)]
fn call<const N: usize>(
    code: &Code,
    index: u32,
    site: SiteId,
    regs: &mut Registers<N>,
    memory: &mut Memory,
) -> Result<(), Stop> {
    let call = &code.calls[index as usize];
    let a = call.a.map(|reg| regs.get(reg));
    let mut d = [0; 2];
    memory.call(call.f, &a[..call.takes], &mut d[..call.gives]).map_err(Stop::of(site))?;
    for (reg, word) in call.d.into_iter().zip(d).take(call.gives) {
        regs.set(reg, word);
    }
    Ok(())
}

/// Changes nothing where a round would bail or there are too few rounds.
#[inline(never)]
fn walk<const N: usize>(walk: &Walk, regs: &mut Registers<N>, memory: &Memory, lanes: &mut [Lane], rounds: &mut u64) {
    let row = memory.row(regs.address(walk.list)).unwrap_or_default();
    let Some(elements @ [_, ..]) = row.get(regs.address(walk.counter)..) else { return };
    let Some(left) = rounds.checked_sub(elements.len() as u64) else { return };
    let mut sums = [0.0; MOST_SUMS];
    sums.iter_mut().zip(&walk.sums).for_each(|(total, sum)| *total = regs.float(sum.register));
    if walk.run(elements, |reg| regs.float(reg), lanes, &mut sums).is_none() {
        return;
    }
    *rounds = left;
    regs.set(walk.counter, row.len() as u64);
    walk.sums.iter().zip(sums).for_each(|(sum, total)| regs.set(sum.register, total.to_bits()));
    let last = (elements.len() - 1) % LANES;
    walk.left.iter().for_each(|&(reg, lane)| regs.set(reg, lanes[lane][last].to_bits()));
}

struct Registers<const N: usize>([u64; N]);

impl<const N: usize> Registers<N> {
    #[inline(always)]
    fn get(&self, reg: u16) -> u64 {
        self.0[reg as usize & (N - 1)]
    }

    #[inline(always)]
    fn int(&self, reg: u16) -> i64 {
        self.get(reg) as i64
    }

    #[inline(always)]
    fn float(&self, reg: u16) -> f64 {
        f64::from_bits(self.get(reg))
    }

    #[inline(always)]
    fn address(&self, reg: u16) -> usize {
        self.get(reg) as usize
    }

    #[inline(always)]
    fn set(&mut self, reg: u16, bits: u64) {
        self.0[reg as usize & (N - 1)] = bits;
    }
}
