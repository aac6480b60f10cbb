//! What operations are called in a program's text.

use super::{CompareOp, FloatOp, IntOp, Intrinsic, Kernel, LayoutId, Reduction, UnaryOp};
use crate::strategy::native::numerics::SumPolicy;

macro_rules! names {
    ($type:ident: $($variant:ident $name:literal),* $(,)?) => {
        impl $type {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }

            pub(crate) fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|op| op.name() == name)
            }
        }
    };
}

names!(IntOp:
    Add "int.add", Sub "int.sub", Mul "int.mul", FloorDiv "int.floordiv", Mod "int.mod", And "int.and", Or "int.or",
    Xor "int.xor", AddWrapping "int.add_wrapping",
);
names!(FloatOp:
    Add "float.add", Sub "float.sub", Mul "float.mul", Div "float.div", DivIeee "float.div_ieee",
    FloorDiv "float.floordiv", Mod "float.mod", Pow "float.pow", Atan2 "float.atan2", Copysign "float.copysign",
);
names!(CompareOp: Eq "is.eq", Ne "is.ne", Lt "is.lt", Le "is.le", Gt "is.gt", Ge "is.ge");
names!(UnaryOp:
    Neg "neg", Abs "abs", Sqrt "sqrt", SqrtIeee "sqrt_ieee", Exp "exp", Log "log", Log2 "log2", Log10 "log10",
    Log1p "log1p", Expm1 "expm1", Sin "sin", Cos "cos", Tan "tan", Atan "atan", Tanh "tanh", ExpIeee "exp_ieee",
    LogIeee "log_ieee", Floor "floor", Ceil "ceil", Trunc "trunc", Round "round", ToFloat "to_float",
    ToFloatExact "to_float_exact", FloatOfBits "float_of_bits", BitsOfFloat "bits_of_float", AbsInt "abs_int",
    Not "not", IsNan "is_nan", IsInf "is_inf",
);
names!(Kernel:
    RollingSum "rolling.sum", RollingMean "rolling.mean", RollingMin "rolling.min", RollingMax "rolling.max",
    RollingMedian "rolling.median", RollingVar "rolling.var", RollingVarRestarting "rolling.var_restarting",
    RollingStd "rolling.std", RollingStdRestarting "rolling.std_restarting", EwmMean "ewm.mean",
    EwmMeanAdjusted "ewm.mean_adjusted", EwmStd "ewm.std", EwmStdAdjusted "ewm.std_adjusted", Shift "shift",
);

/// As [`names`], for those that carry a number, written behind a colon.
macro_rules! numbered_names {
    ($type:ident, $number:ident: $($pattern:pat => $name:literal, $shown:expr, $build:expr;)*) => {
        impl $type {
            pub(crate) fn name(self) -> (&'static str, Option<u32>) {
                match self {
                    $($pattern => ($name, $shown),)*
                }
            }

            pub(super) fn named(name: &str, $number: Option<u32>) -> Option<Self> {
                match name {
                    $($name => $build,)*
                    _ => None,
                }
            }
        }
    };
}

fn plain<T>(op: T, number: Option<u32>) -> Option<T> {
    number.is_none().then_some(op)
}

fn small(number: Option<u32>) -> Option<u8> {
    u8::try_from(number?).ok()
}

numbered_names!(Reduction, number:
    Self::Sum(SumPolicy::Ordered) => "sum.ordered", None, plain(Self::Sum(SumPolicy::Ordered), number);
    Self::Sum(SumPolicy::Neumaier) => "sum.neumaier", None, plain(Self::Sum(SumPolicy::Neumaier), number);
    Self::Min => "min", None, plain(Self::Min, number);
    Self::Max => "max", None, plain(Self::Max, number);
    Self::NumpySum => "numpy.sum", None, plain(Self::NumpySum, number);
    Self::NumpyMean => "numpy.mean", None, plain(Self::NumpyMean, number);
    Self::NumpyVar { ddof } => "numpy.var", Some(u32::from(ddof)), Some(Self::NumpyVar { ddof: small(number)? });
    Self::NumpyStd { ddof } => "numpy.std", Some(u32::from(ddof)), Some(Self::NumpyStd { ddof: small(number)? });
    Self::NumpyMin => "numpy.min", None, plain(Self::NumpyMin, number);
    Self::NumpyMax => "numpy.max", None, plain(Self::NumpyMax, number);
    Self::NumpyMedian => "numpy.median", None, plain(Self::NumpyMedian, number);
    Self::StatisticsMean => "statistics.mean", None, plain(Self::StatisticsMean, number);
    Self::StatisticsMedian => "statistics.median", None, plain(Self::StatisticsMedian, number);
    Self::StatisticsStdev => "statistics.stdev", None, plain(Self::StatisticsStdev, number);
    Self::StatisticsPstdev => "statistics.pstdev", None, plain(Self::StatisticsPstdev, number);
    Self::StatisticsVariance => "statistics.variance", None, plain(Self::StatisticsVariance, number);
    Self::StatisticsPvariance => "statistics.pvariance", None, plain(Self::StatisticsPvariance, number);
    Self::Fsum => "fsum", None, plain(Self::Fsum, number);
    Self::Fmean => "fmean", None, plain(Self::Fmean, number);
);

numbered_names!(Intrinsic, number:
    Self::ListNew(layout) => "list.new", Some(layout.0), Some(Self::ListNew(LayoutId(number?)));
    Self::DequeNew(layout) => "deque.new", Some(layout.0), Some(Self::DequeNew(LayoutId(number?)));
    Self::ListPush => "list.push", None, plain(Self::ListPush, number);
    Self::ListPushFront => "list.push_front", None, plain(Self::ListPushFront, number);
    Self::ListPop => "list.pop", None, plain(Self::ListPop, number);
    Self::ListPopFront => "list.pop_front", None, plain(Self::ListPopFront, number);
    Self::ListPopAt => "list.pop_at", None, plain(Self::ListPopAt, number);
    Self::ListInsert => "list.insert", None, plain(Self::ListInsert, number);
    Self::ListClear => "list.clear", None, plain(Self::ListClear, number);
    Self::ListDeleteRange => "list.delete_range", None, plain(Self::ListDeleteRange, number);
    Self::ListSlice => "list.slice", None, plain(Self::ListSlice, number);
    Self::ListSliceStep => "list.slice_step", None, plain(Self::ListSliceStep, number);
    Self::ListRepeat => "list.repeat", None, plain(Self::ListRepeat, number);
    Self::ListConcat => "list.concat", None, plain(Self::ListConcat, number);
    Self::ListExtend => "list.extend", None, plain(Self::ListExtend, number);
    Self::ListCopy => "list.copy", None, plain(Self::ListCopy, number);
    Self::ListReverse => "list.reverse", None, plain(Self::ListReverse, number);
    Self::ListSortFloat => "list.sort_float", None, plain(Self::ListSortFloat, number);
    Self::ListSortInt => "list.sort_int", None, plain(Self::ListSortInt, number);
    Self::ListAt => "list.at", None, plain(Self::ListAt, number);
    Self::ListLength => "list.length", None, plain(Self::ListLength, number);
    Self::ListView => "list.view", None, plain(Self::ListView, number);
    Self::ListFromView(layout) => "list.from_view", Some(layout.0), Some(Self::ListFromView(LayoutId(number?)));
    Self::SliceBounds => "slice.bounds", None, plain(Self::SliceBounds, number);
    Self::ObjectNew(layout) => "object.new", Some(layout.0), Some(Self::ObjectNew(LayoutId(number?)));
    Self::Reduce(reduction) => "reduce", reduction.name().1, number.and(None);
    Self::RoundDigits => "round_digits", None, plain(Self::RoundDigits, number);
    Self::NumpyQuantile => "numpy.quantile", None, plain(Self::NumpyQuantile, number);
    Self::Column(_, layout) => "column", Some(layout.0), number.and(None);
);

/// `list.push`, `list.new:2`, `numpy.std:1`
pub(super) fn shown(f: Intrinsic) -> String {
    let (name, number) = match f {
        Intrinsic::Reduce(reduction) => reduction.name(),
        Intrinsic::Column(kernel, layout) => (kernel.name(), Some(layout.0)),
        _ => f.name(),
    };
    number.map_or_else(|| name.to_owned(), |number| format!("{name}:{number}"))
}

pub(super) fn read(text: &str) -> Option<Intrinsic> {
    let (name, number) = match text.split_once(':') {
        None => (text, None),
        Some((name, number)) => (name, Some(number.parse().ok()?)),
    };
    if let Some(kernel) = Kernel::named(name) {
        return Some(Intrinsic::Column(kernel, LayoutId(number?)));
    }
    Reduction::named(name, number).map(Intrinsic::Reduce).or_else(|| Intrinsic::named(name, number))
}
