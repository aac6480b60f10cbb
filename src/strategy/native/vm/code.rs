use super::walk::Walk;
use crate::strategy::native::ir::{FloatOp, Intrinsic, SiteId, UnaryOp};

/// One function, its blocks one after another.
#[derive(Debug, Default)]
pub struct Code {
    pub ops: Vec<Op>,
    /// Where each op bails.
    pub sites: Vec<SiteId>,
    pub calls: Vec<Call>,
    pub walks: Vec<Walk>,
    pub constants: Vec<u64>,
    /// Registers that hold one value throughout, and are set before the first op.
    pub fixed: Vec<(u16, Fixed)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    Bits(u64),
    Param(usize),
}

/// Registers of a call, as many as the intrinsic's signature says.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub f: Intrinsic,
    pub d: [u16; 2],
    pub gives: usize,
    pub a: [u16; 5],
    pub takes: usize,
}

/// `d` and `e` are written, `a`, `b` and `h` are read; `to` is an index into the ops.
#[derive(Debug, Clone, Copy)]
pub enum Op {
    Const {
        d: u16,
        index: u32,
    },
    Copy {
        d: u16,
        a: u16,
    },
    Param {
        d: u16,
        index: u32,
    },
    IntAdd {
        d: u16,
        a: u16,
        b: u16,
    },
    IntSub {
        d: u16,
        a: u16,
        b: u16,
    },
    IntMul {
        d: u16,
        a: u16,
        b: u16,
    },
    IntFloorDiv {
        d: u16,
        a: u16,
        b: u16,
    },
    IntMod {
        d: u16,
        a: u16,
        b: u16,
    },
    IntAnd {
        d: u16,
        a: u16,
        b: u16,
    },
    IntOr {
        d: u16,
        a: u16,
        b: u16,
    },
    IntXor {
        d: u16,
        a: u16,
        b: u16,
    },
    IntAddWrapping {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatAdd {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatSub {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatMul {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatDiv {
        d: u16,
        a: u16,
        b: u16,
    },
    Float {
        op: FloatOp,
        d: u16,
        a: u16,
        b: u16,
    },
    Neg {
        d: u16,
        a: u16,
    },
    Abs {
        d: u16,
        a: u16,
    },
    ToFloat {
        d: u16,
        a: u16,
    },
    Not {
        d: u16,
        a: u16,
    },
    Unary {
        op: UnaryOp,
        d: u16,
        a: u16,
    },
    IntEq {
        d: u16,
        a: u16,
        b: u16,
    },
    IntNe {
        d: u16,
        a: u16,
        b: u16,
    },
    IntLt {
        d: u16,
        a: u16,
        b: u16,
    },
    IntLe {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatEq {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatNe {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatLt {
        d: u16,
        a: u16,
        b: u16,
    },
    FloatLe {
        d: u16,
        a: u16,
        b: u16,
    },
    /// Compares, and jumps where it does not hold.
    UnlessIntEq {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    UnlessIntNe {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    UnlessIntLt {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    UnlessIntLe {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    UnlessFloatEq {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    UnlessFloatNe {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    UnlessFloatLt {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    UnlessFloatLe {
        d: u16,
        a: u16,
        b: u16,
        to: u32,
    },
    Now {
        d: u16,
    },
    Column {
        d: u16,
        column: u32,
    },
    ColumnAt {
        d: u16,
        a: u16,
        column: u32,
    },
    ColumnAddress {
        d: u16,
        column: u32,
    },
    Get {
        d: u16,
        slot: u32,
    },
    Set {
        a: u16,
        slot: u32,
    },
    Load {
        d: u16,
        a: u16,
        offset: u32,
    },
    Store {
        a: u16,
        b: u16,
        offset: u32,
    },
    Guard {
        a: u16,
    },
    Call {
        index: u32,
    },
    Push {
        d: u16,
        h: u16,
    },
    At {
        d: u16,
        h: u16,
        a: u16,
    },
    /// The first word of a list's element.
    Item {
        d: u16,
        h: u16,
        a: u16,
    },
    /// Jumps where an index is not below a list's length.
    UnlessBelow {
        a: u16,
        h: u16,
        to: u32,
    },
    /// All rounds of the loop that begins at the next op, if none of them bails.
    Walk {
        index: u32,
    },
    /// `x ** 2.0`.
    Square {
        d: u16,
        a: u16,
    },
    Length {
        d: u16,
        h: u16,
    },
    View {
        d: u16,
        e: u16,
        h: u16,
    },
    Jump {
        to: u32,
    },
    /// Costs a round.
    JumpBack {
        to: u32,
    },
    If {
        a: u16,
        to: u32,
    },
    Unless {
        a: u16,
        to: u32,
    },
    ReturnNothing,
    Return {
        a: u16,
    },
    ReturnConfident {
        a: u16,
        b: u16,
    },
    Bail,
}
