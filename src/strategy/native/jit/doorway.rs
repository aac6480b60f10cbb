//! The Rust functions that generated code calls, in the platform's own calling convention.
//!
//! A panic must not meet generated code, which cannot be unwound: what can panic is caught here and goes on once the
//! run is over. Numerics cannot.

use super::context::{Context, Host, Stop};
use crate::strategy::native::ir::{FloatOp, Reduction, UnaryOp};
use crate::strategy::native::machine::{Trap, arithmetic};
use crate::strategy::native::numerics::{self, SumPolicy};
use std::mem::offset_of;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Field of [`Context`] with the answer of a function that may have none.
pub(super) const ANSWER: usize = offset_of!(Context, gives);

/// A function generated code can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// `(context, number of the call) → stop`
    Call,
    /// `(context, state words) → stop`
    Collect,
    /// `(context, bar, state words) → stop`
    Observe,
    /// `(context, F, F) → 0, or 1 to bail`
    Float(FloatOp),
    /// `(context, F) → 0, or 1 to bail`
    Unary(UnaryOp),
    /// `(context, first word, number of words) → 0, or 1 to bail`; sums `(first word, number of words) → F`
    Reduce(Reduction),
}

macro_rules! scalar {
    ($function:expr; $($x:ident),+) => {{
        unsafe extern "C" fn enter(context: *mut Context, $($x: f64),+) -> u32 {
            let answer: Option<f64> = $function($($x),+);
            // SAFETY: generated code passes the context it was called with.
            unsafe { give(context, answer) }
        }
        enter as *const () as usize
    }};
}

impl Plain {
    pub fn always_answers(self) -> bool {
        matches!(self, Self::Reduce(Reduction::Sum(_)))
    }

    pub fn address(self) -> usize {
        match self {
            Self::Call => call as *const () as usize,
            Self::Collect => collect as *const () as usize,
            Self::Observe => observe as *const () as usize,
            Self::Float(op) => float(op),
            Self::Unary(op) => unary(op),
            Self::Reduce(reduction) => reduce(reduction),
        }
    }
}

fn float(op: FloatOp) -> usize {
    macro_rules! doors {
        ($($name:ident)+) => {
            match op {
                $(FloatOp::$name => scalar!(|x: f64, y: f64| arithmetic::float(FloatOp::$name, x, y); x, y),)+
                _ => unreachable!("{op:?} is an instruction"),
            }
        };
    }
    doors!(Pow FloorDiv Mod Atan2)
}

/// # Safety
/// `context` must be the present run's.
unsafe fn give(context: *mut Context, answer: Option<f64>) -> u32 {
    match answer {
        Some(value) => {
            // SAFETY: the context is alive during the run, and nobody else looks at it now.
            unsafe { (*context).gives[0] = value.to_bits() };
            0
        }
        None => Stop::Bail as u32,
    }
}

fn unary(op: UnaryOp) -> usize {
    macro_rules! doors {
        ($($name:ident)+) => {
            match op {
                $(UnaryOp::$name => scalar!(
                    |x: f64| arithmetic::unary(UnaryOp::$name, x.to_bits()).map(f64::from_bits); x
                ),)+
                _ => unreachable!("{op:?} is made of instructions"),
            }
        };
    }
    doors!(Exp Log Log2 Log10 Log1p Expm1 Sin Cos Tan Atan Tanh ExpIeee LogIeee)
}

fn reduce(reduction: Reduction) -> usize {
    macro_rules! fold {
        ($function:expr) => {{
            unsafe extern "C" fn enter(context: *mut Context, first: *const f64, count: usize) -> u32 {
                // SAFETY: generated code checked that these words lie in the memory, which nobody else has now.
                let answer: Option<f64> = $function(unsafe { std::slice::from_raw_parts(first, count) });
                // SAFETY: generated code passes the context it was called with.
                unsafe { give(context, answer) }
            }
            enter as *const () as usize
        }};
    }
    macro_rules! sum {
        ($policy:expr) => {{
            unsafe extern "C" fn enter(first: *const f64, count: usize) -> f64 {
                // SAFETY: generated code checked that these words lie in the memory, which nobody else has now.
                numerics::sum($policy, unsafe { std::slice::from_raw_parts(first, count) })
            }
            enter as *const () as usize
        }};
    }
    match reduction {
        Reduction::Sum(SumPolicy::Ordered) => sum!(SumPolicy::Ordered),
        Reduction::Sum(SumPolicy::Neumaier) => sum!(SumPolicy::Neumaier),
        Reduction::Min => fold!(numerics::min),
        Reduction::Max => fold!(numerics::max),
        other => unreachable!("{other:?} goes to the memory"),
    }
}

/// # Safety
/// `context` must be the present run's.
unsafe extern "C" fn call(context: *mut Context, number: u64) -> u32 {
    // SAFETY: as above; the host is another place than the context.
    let (context, host) = unsafe { (&mut *context, &mut *(*context).host) };
    guarded(context, host, |context, host| {
        let answer = host.memory.call(host.calls[number as usize], &context.takes, &mut context.gives);
        context.look_at(host.memory);
        stop(answer)
    })
}

/// # Safety
/// `context` must be the present run's and `state` all of its slots.
unsafe extern "C" fn collect(context: *mut Context, state: *mut u64) -> u32 {
    // SAFETY: as above; the state is in the generated function's own frame.
    let (context, host, state) = unsafe {
        let host = &mut *(*context).host;
        let state = std::slice::from_raw_parts_mut(state, host.slots);
        (&mut *context, host, state)
    };
    guarded(context, host, |context, host| {
        let answer = host.memory.collect(state);
        context.look_at(host.memory);
        stop(answer)
    })
}

/// # Safety
/// `context` must be the present run's and `state` all of its slots.
unsafe extern "C" fn observe(context: *mut Context, bar: u64, state: *const u64) -> u32 {
    // SAFETY: as above.
    let (context, host, state) = unsafe {
        let host = &mut *(*context).host;
        let state = std::slice::from_raw_parts(state, host.slots);
        (&mut *context, host, state)
    };
    guarded(context, host, |_, host| {
        if let Some(observe) = &mut host.observe {
            observe(bar as usize, state);
        }
        0
    })
}

fn stop(answer: Result<(), Trap>) -> u32 {
    match answer {
        Ok(()) => Stop::Done as u32,
        Err(Trap::Bail) => Stop::Bail as u32,
        Err(Trap::Memory) => Stop::Memory as u32,
    }
}

fn guarded(
    context: &mut Context,
    host: &mut Host<'static>,
    work: impl FnOnce(&mut Context, &mut Host<'static>) -> u32,
) -> u32 {
    match catch_unwind(AssertUnwindSafe(|| work(context, host))) {
        Ok(stop) => stop,
        Err(panic) => {
            host.panic = Some(panic);
            Stop::Panic as u32
        }
    }
}
