//! The typed program that every native executor runs: one class, its constructor and one method, all calls
//! inlined. Registers are 64-bit words of two kinds; Python's richer types were resolved by `lower`.
//!
//! What can go wrong does so at an instruction with a [`Site`]: the run *bails* there, and CPython replays it
//! from bar 0. No instruction has another way to fail, and none gives a value that Python would not give.

mod check;
mod flow;
pub mod intrinsic;
mod kernel;
mod names;
mod parse;
mod text;

#[cfg(test)]
pub mod random;
#[cfg(test)]
pub mod specimen;
#[cfg(test)]
mod tests;

pub use check::check;
pub use intrinsic::{Intrinsic, Reduction};
pub use kernel::Kernel;
pub use parse::{ParseError, parse};

/// What a register, a state slot or a memory word holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// i64: integers, booleans as 0 and 1, ids of strings and enum members, addresses, tags.
    I,
    /// f64.
    F,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(pub u32);
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);
/// A word that lives from bar to bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);
/// A value of the parameter set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamId(pub u32);
/// Index into [`Program::sites`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(pub u32);
/// Index into [`Program::layouts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayoutId(pub u32);
/// A series with one word per bar: the market's six come first, hoisted ones follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId(pub u32);

impl ColumnId {
    /// Microseconds since the Unix epoch, UTC; of kind I, all others of the market are F.
    pub const TIMESTAMP: Self = Self(0);
    pub const OPEN: Self = Self(1);
    pub const HIGH: Self = Self(2);
    pub const LOW: Self = Self(3);
    pub const CLOSE: Self = Self(4);
    pub const VOLUME: Self = Self(5);
    /// Number of the market's own columns.
    pub const MARKET: u32 = 6;
}

/// What a dynamically typed value is, in the first word of its pair (tag, bits).
pub mod tag {
    pub const NONE: i64 = 0;
    pub const BOOL: i64 = 1;
    pub const INT: i64 = 2;
    pub const FLOAT: i64 = 3;
    pub const STR: i64 = 4;
}

/// Where in the user's source a run can leave the native path, and why it would.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Site {
    /// Relative to the root.
    pub file: String,
    pub line: u32,
    /// `float division by zero`
    pub why: String,
}

/// The words of a list element or an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Layout {
    pub words: Vec<Word>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    I,
    F,
    /// Address of a list or an object; 0 is None.
    Ref,
}

/// A state slot: an attribute of the object graph, or a word of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// `position`, `position.tag`, `rsi.avg_gain`
    pub name: String,
    pub word: Word,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Param {
    pub name: String,
    pub kind: Kind,
}

/// A hoisted column: the value that `step` of another program returns at each bar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Extra {
    pub name: String,
    pub kind: Kind,
}

/// An attribute of `self` whose value is compared with CPython's after every bar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Observed {
    /// Name of the attribute, dotted through in-repository objects: `rsi.avg_gain`.
    pub attribute: String,
    pub value: ObservedValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObservedValue {
    Float(Slot),
    /// Also booleans.
    Int(Slot),
    /// A pair (tag, bits); strings and None compare by tag alone.
    Any {
        tag: Slot,
        bits: Slot,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Program {
    pub name: String,
    pub params: Vec<Param>,
    pub state: Vec<State>,
    pub extras: Vec<Extra>,
    pub layouts: Vec<Layout>,
    pub sites: Vec<Site>,
    pub observed: Vec<Observed>,
    /// The constructor: runs once per parameter set, before the first bar, and sees no column.
    pub init: Function,
    /// One bar. Returns the target exposure, NaN for "as before"; not yet clipped to [-1, 1].
    pub step: Function,
}

/// A control-flow graph; block 0 is the entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Function {
    pub regs: Vec<Kind>,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Block {
    pub insts: Vec<Inst>,
    pub end: End,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum End {
    Jump(BlockId),
    /// Not zero: the first.
    Branch {
        test: Reg,
        yes: BlockId,
        no: BlockId,
    },
    /// `init` returns nothing. `step` returns a target, and a confidence where the answer carried one (NaN: none).
    Return {
        target: Option<Reg>,
        confidence: Option<Reg>,
    },
    Bail(SiteId),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Inst {
    /// The bits of an i64 or f64, after the kind of `d`.
    Const {
        d: Reg,
        bits: u64,
    },
    Copy {
        d: Reg,
        a: Reg,
    },
    /// I, I → I.
    Int {
        op: IntOp,
        d: Reg,
        a: Reg,
        b: Reg,
        site: SiteId,
    },
    /// F, F → F.
    Float {
        op: FloatOp,
        d: Reg,
        a: Reg,
        b: Reg,
        site: SiteId,
    },
    Unary {
        op: UnaryOp,
        d: Reg,
        a: Reg,
        site: SiteId,
    },
    /// Two of one kind → 0 or 1. Floats compare as IEEE 754 does: with NaN all but Ne are false.
    Compare {
        op: CompareOp,
        d: Reg,
        a: Reg,
        b: Reg,
    },
    /// Index of the present bar.
    Now {
        d: Reg,
    },
    Param {
        d: Reg,
        param: ParamId,
    },
    /// The column's word at bar `index`, which has to lie in 0..=now; None is now.
    Column {
        d: Reg,
        column: ColumnId,
        index: Option<Reg>,
        site: SiteId,
    },
    /// Address of the column's word at bar 0.
    ColumnAddress {
        d: Reg,
        column: ColumnId,
    },
    Get {
        d: Reg,
        slot: Slot,
    },
    Set {
        slot: Slot,
        a: Reg,
    },
    /// Of the word at `address + offset`.
    Load {
        d: Reg,
        address: Reg,
        offset: u32,
    },
    Store {
        address: Reg,
        offset: u32,
        a: Reg,
    },
    /// Zero bails.
    Guard {
        test: Reg,
        site: SiteId,
    },
    Call {
        f: Intrinsic,
        d: Vec<Reg>,
        a: Vec<Reg>,
        site: SiteId,
    },
}

/// Python's on ints. Whatever does not fit an i64 bails, as does division by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntOp {
    Add,
    Sub,
    Mul,
    /// Rounds towards minus infinity.
    FloorDiv,
    /// Has the divisor's sign.
    Mod,
    And,
    Or,
    Xor,
    /// Wraps and never bails: for addresses and counters that are known to be small.
    AddWrapping,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FloatOp {
    Add,
    Sub,
    Mul,
    /// Python's: a divisor of zero bails.
    Div,
    /// numpy's: a divisor of zero gives an infinity or NaN.
    DivIeee,
    /// Python's `//` and `%` on floats (`float_divmod`); a divisor of zero bails.
    FloorDiv,
    Mod,
    /// Python's `**`: the platform's pow; bails where Python raises (zero to a negative power, overflow) or
    /// answers a complex number.
    Pow,
    /// The platform's atan2, and copysign; the sign of NaN bails.
    Atan2,
    Copysign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// F → F
    Neg,
    Abs,
    /// `math.sqrt`: below zero bails.
    Sqrt,
    /// numpy's: below zero is NaN.
    SqrtIeee,
    /// `math.exp`: overflow bails.
    Exp,
    /// `math.log`: zero and below bail.
    Log,
    Log2,
    Log10,
    Log1p,
    Expm1,
    Sin,
    Cos,
    Tan,
    Atan,
    Tanh,
    /// numpy's: no bail.
    ExpIeee,
    LogIeee,
    /// F → I: `math.floor`, `math.ceil`, `int()`, `round()` half to even. NaN, infinities and what does not fit bail.
    Floor,
    Ceil,
    Trunc,
    Round,
    /// I → F, correctly rounded as CPython does.
    ToFloat,
    /// I → F; bails where the float would not be equal.
    ToFloatExact,
    /// Same bits, other kind.
    FloatOfBits,
    BitsOfFloat,
    /// I → I: `abs` (bails on i64::MIN); 0 → 1 and anything else → 0.
    AbsInt,
    Not,
    /// F → I
    IsNan,
    IsInf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}
