//! Random programs that hold together and end: statements over a few registers and lists, lowered to blocks.

mod build;

use super::{
    ColumnId, CompareOp, FloatOp, IntOp, Kind, Layout, LayoutId, Observed, ObservedValue, Param, Program, Reduction,
    Reg, Site, Slot, State, UnaryOp, Word,
};
use crate::strategy::native::numerics::SumPolicy;
use build::Builder;
use proptest::prelude::*;

/// Registers that statements name: the first six of kind I, six of kind F behind, then scratch ones, then a counter
/// for every depth of loops.
const POOL: u32 = 6;
const SCRATCH: [Reg; 4] = [Reg(12), Reg(13), Reg(14), Reg(15)];
const SCRATCH_FLOAT: Reg = Reg(16);
const ADDED: Reg = Reg(17);
const COUNTERS: u32 = 18;
const DEPTH: u32 = 3;

const FLOATS: LayoutId = LayoutId(0);
const PAIRS: LayoutId = LayoutId(1);
const REFERENCES: LayoutId = LayoutId(2);
/// One float and a reference to the next.
const NODE: LayoutId = LayoutId(3);

/// State slots: a list and a deque of floats, a list of pairs, one of nodes, then two floats and two ints.
const LISTS: [LayoutId; 4] = [FLOATS, FLOATS, PAIRS, REFERENCES];
const FLOAT_SLOTS: u32 = 4;
const INT_SLOTS: u32 = 6;

#[derive(Debug, Clone)]
enum Statement {
    Int(IntOp, u32, u32, u32),
    Float(FloatOp, u32, u32, u32),
    Unary(UnaryOp, u32, u32),
    CompareInts(CompareOp, u32, u32, u32),
    CompareFloats(CompareOp, u32, u32, u32),
    ConstInt(u32, i64),
    ConstFloat(u32, u64),
    Now(u32),
    Column(u32, u32),
    /// At an index that may not have been yet.
    ColumnAt(u32, u32, u32),
    ReduceColumn(u32, u32, Reduction),
    Param(u32),
    Get(u32, u32),
    Set(u32, u32),
    Guard(u32),
    Push(usize, u32),
    PushFront(usize, u32),
    Insert(usize, u32, u32),
    Pop(usize, u32),
    PopFront(usize, u32),
    /// Whether the index is made small first.
    PopAt(usize, u32, u32, bool),
    At(usize, u32, u32, bool),
    Length(usize, u32),
    Clear(usize),
    Reverse(usize),
    Sort(usize, bool),
    Delete(usize, Option<u32>, Option<u32>),
    Slice(usize, usize, Option<u32>, Option<u32>),
    SliceStep(usize, usize, Option<u32>, Option<u32>, i64),
    SliceView(usize, Option<u32>, Option<u32>),
    Repeat(usize, i64),
    Concat(usize, usize),
    Extend(usize, usize),
    Copy(usize, i64),
    Reduce(usize, u32, Reduction),
    Quantile(usize, u32, u32),
    RoundDigits(u32, u32, i64),
    /// Puts the node in front of another's chain.
    Chain(u32),
    If(u32, Vec<Statement>, Vec<Statement>),
    Repeatedly(u8, Vec<Statement>),
    ReturnIf(u32, u32),
}

/// Programs for one parameter of kind F and one of kind I that end in every bar. A third bails at some bar; some let
/// lists grow without bound, so give them a small budget of words. Compare floats with all NaN equal.
pub fn programs() -> impl Strategy<Value = Program> {
    let body = |most: usize| proptest::collection::vec(statement(), 1..most);
    (body(3), body(24), any::<bool>()).prop_map(|(init, step, confident)| Program {
        name: "Random".to_owned(),
        params: vec![
            Param { name: "threshold".to_owned(), kind: Kind::F },
            Param { name: "period".to_owned(), kind: Kind::I },
        ],
        state: states(),
        extras: Vec::new(),
        layouts: vec![
            Layout { words: vec![Word::F] },
            Layout { words: vec![Word::I, Word::F] },
            Layout { words: vec![Word::Ref] },
            Layout { words: vec![Word::F, Word::Ref] },
        ],
        sites: (0..40).map(|line| Site { file: "random.py".to_owned(), line, why: "\"raises\"".to_owned() }).collect(),
        observed: vec![
            Observed { attribute: "average".to_owned(), value: ObservedValue::Float(Slot(FLOAT_SLOTS)) },
            Observed { attribute: "count".to_owned(), value: ObservedValue::Int(Slot(INT_SLOTS)) },
        ],
        init: Builder::build(&init, None),
        step: Builder::build(&step, Some(confident)),
    })
}

fn states() -> Vec<State> {
    let named = |name: &str, word| State { name: name.to_owned(), word };
    vec![
        named("list", Word::Ref),
        named("deque", Word::Ref),
        named("pairs", Word::Ref),
        named("nodes", Word::Ref),
        named("average", Word::F),
        named("variance", Word::F),
        named("count", Word::I),
        named("position", Word::I),
    ]
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn reduction() -> impl Strategy<Value = Reduction> {
    use Reduction::*;
    one_of(&[
        Sum(SumPolicy::Ordered),
        Sum(SumPolicy::Neumaier),
        Min,
        Max,
        NumpySum,
        NumpyMean,
        NumpyVar { ddof: 0 },
        NumpyStd { ddof: 1 },
        NumpyMin,
        NumpyMax,
        NumpyMedian,
        StatisticsMean,
        StatisticsMedian,
        StatisticsStdev,
        StatisticsPstdev,
        StatisticsVariance,
        StatisticsPvariance,
        Fsum,
        Fmean,
    ])
}

fn statement() -> impl Strategy<Value = Statement> {
    use Statement::*;
    let r = 0..POOL;
    let list = 0..LISTS.len();
    let bound = || proptest::option::of(0..POOL);
    let small = || proptest::bool::weighted(0.8);
    let numbers = prop_oneof![
        6 => (one_of(IntOp::ALL), r.clone(), r.clone(), r.clone()).prop_map(|(op, d, a, b)| Int(op, d, a, b)),
        8 => (one_of(FloatOp::ALL), r.clone(), r.clone(), r.clone()).prop_map(|(op, d, a, b)| Float(op, d, a, b)),
        6 => (one_of(UnaryOp::ALL), r.clone(), r.clone()).prop_map(|(op, d, a)| Unary(op, d, a)),
        3 => (one_of(CompareOp::ALL), r.clone(), r.clone(), r.clone()).prop_map(|(op, d, a, b)| CompareInts(op, d, a, b)),
        3 => (one_of(CompareOp::ALL), r.clone(), r.clone(), r.clone())
            .prop_map(|(op, d, a, b)| CompareFloats(op, d, a, b)),
        6 => (r.clone(), prop_oneof![12 => -3..8_i64, 1 => any::<i64>()]).prop_map(|(d, value)| ConstInt(d, value)),
        4 => (r.clone(), prop_oneof![6 => (-40..400_i32).prop_map(|x| f64::from(x) / 8.0), 1 => any::<f64>()])
            .prop_map(|(d, value)| ConstFloat(d, value.to_bits())),
        2 => r.clone().prop_map(Now),
        4 => (r.clone(), 0..ColumnId::MARKET).prop_map(|(d, column)| Column(d, column)),
        1 => (r.clone(), 0..ColumnId::MARKET, r.clone()).prop_map(|(d, column, a)| ColumnAt(d, column, a)),
        1 => (r.clone(), 1..ColumnId::MARKET, reduction()).prop_map(|(d, column, of)| ReduceColumn(d, column, of)),
        2 => r.clone().prop_map(Param),
        3 => (r.clone(), 0..4_u32).prop_map(|(d, slot)| Get(d, slot)),
        3 => (r.clone(), 0..4_u32).prop_map(|(a, slot)| Set(a, slot)),
        1 => r.clone().prop_map(Guard),
        1 => (r.clone(), r.clone(), -3..6_i64).prop_map(|(d, a, digits)| RoundDigits(d, a, digits)),
    ];
    let lists = prop_oneof![
        6 => (list.clone(), r.clone()).prop_map(|(l, a)| Push(l, a)),
        2 => (list.clone(), r.clone()).prop_map(|(l, a)| PushFront(l, a)),
        2 => (list.clone(), r.clone(), r.clone()).prop_map(|(l, a, i)| Insert(l, a, i)),
        1 => (list.clone(), r.clone()).prop_map(|(l, d)| Pop(l, d)),
        1 => (list.clone(), r.clone()).prop_map(|(l, d)| PopFront(l, d)),
        1 => (list.clone(), r.clone(), r.clone(), small()).prop_map(|(l, d, i, small)| PopAt(l, d, i, small)),
        3 => (list.clone(), r.clone(), r.clone(), small()).prop_map(|(l, d, i, small)| At(l, d, i, small)),
        2 => (list.clone(), r.clone()).prop_map(|(l, d)| Length(l, d)),
        1 => list.clone().prop_map(Clear),
        1 => list.clone().prop_map(Reverse),
        1 => (list.clone(), any::<bool>()).prop_map(|(l, reverse)| Sort(l, reverse)),
        1 => (list.clone(), bound(), bound()).prop_map(|(l, a, b)| Delete(l, a, b)),
        2 => (list.clone(), list.clone(), bound(), bound()).prop_map(|(l, to, a, b)| Slice(l, to, a, b)),
        1 => (list.clone(), list.clone(), bound(), bound(), -3..4_i64)
            .prop_map(|(l, to, a, b, step)| SliceStep(l, to, a, b, step)),
        1 => (list.clone(), bound(), bound()).prop_map(|(l, a, b)| SliceView(l, a, b)),
        1 => (list.clone(), -1..3_i64).prop_map(|(l, times)| Repeat(l, times)),
        1 => (list.clone(), list.clone()).prop_map(|(l, other)| Concat(l, other)),
        1 => (list.clone(), list.clone()).prop_map(|(l, other)| Extend(l, other)),
        1 => (list.clone(), -1..5_i64).prop_map(|(l, maxlen)| Copy(l, maxlen)),
        3 => (list.clone(), r.clone(), reduction()).prop_map(|(l, d, of)| Reduce(l, d, of)),
        1 => (list.clone(), r.clone(), r.clone()).prop_map(|(l, d, a)| Quantile(l, d, a)),
        1 => r.clone().prop_map(Chain),
    ];
    let simple = prop_oneof![3 => numbers.boxed(), 2 => lists.boxed()];
    simple.prop_recursive(DEPTH, 24, 5, |inner| {
        let body = |least: usize| proptest::collection::vec(inner.clone(), least..5);
        prop_oneof![
            2 => (0..POOL, body(1), body(0)).prop_map(|(test, yes, no)| If(test, yes, no)),
            2 => (0..4_u8, body(1)).prop_map(|(times, body)| Repeatedly(times, body)),
            1 => (0..POOL, 0..POOL).prop_map(|(test, target)| ReturnIf(test, target)),
        ]
    })
}
