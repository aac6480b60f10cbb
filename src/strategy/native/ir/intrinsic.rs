//! What programs call: lists and objects in the run's memory, and reductions over stretches of it.
//!
//! Memory is one array of 64-bit words; an address is an index into it. It begins with the columns (column `c` of
//! `n` bars at `c * n`), objects and lists follow. An object is its layout's words. A list is a header of
//! [`HEADER`] words: address of the first element, number of elements, start and size of its buffer in words,
//! maximal length (-1: none), layout. Elements stand one after another, each the words of the layout. The word before
//! an object and before a header belongs to the collector. Nothing moves during a bar but the elements of a list that
//! a call changes; between bars everything can, and only state slots and words declared `Ref` follow.

use super::{Kernel, LayoutId};
use crate::strategy::native::numerics::SumPolicy;

/// Words of a list's header.
pub const HEADER: u32 = 6;
/// Offsets into it.
pub const DATA: u32 = 0;
pub const LENGTH: u32 = 1;
pub const BUFFER: u32 = 2;
pub const CAPACITY: u32 = 3;
pub const MAXLEN: u32 = 4;
pub const LAYOUT: u32 = 5;

/// In square brackets what it takes, after the arrow what it gives. `h` is a list's address, `i` an index as Python
/// takes it (negative from the end), `at` the address of an element's first word: what is stored there is the element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Intrinsic {
    /// `[] → h`
    ListNew(LayoutId),
    /// `deque(maxlen=…)`. `[maxlen] → h`; below zero bails.
    DequeNew(LayoutId),
    /// `append`: `[h] → at`. A full deque drops its first element; one of maxlen 0 gives an address that nobody reads.
    ListPush,
    /// `appendleft`: `[h] → at`.
    ListPushFront,
    /// `pop()` and `popleft()`: `[h] → at`, readable until the next call. Bails where the list is empty.
    ListPop,
    ListPopFront,
    /// `pop(i)` and `del l[i]`: `[h, i] → at`, a copy. Bails where there is no such element.
    ListPopAt,
    /// `insert(i, x)`: `[h, i] → at`. Bails on a deque at its maxlen, as Python does.
    ListInsert,
    /// `[h]`
    ListClear,
    /// `del l[start:stop]`: `[h, start, stop]`; [`FROM_START`] and [`TO_END`] stand for what was left out.
    ListDeleteRange,
    /// `l[start:stop]`: `[h, start, stop] → h`
    ListSlice,
    /// `l[start:stop:step]`: `[h, start, stop, step] → h`; a step of zero bails.
    ListSliceStep,
    /// `l * n`: `[h, n] → h`
    ListRepeat,
    /// `a + b`: `[h, h] → h`
    ListConcat,
    /// `a.extend(b)`, `a += b`: `[h, h]`
    ListExtend,
    /// `list(l)`, `deque(l, maxlen)`: `[h, maxlen] → h`; below zero is none, where Python raises on all but None.
    ListCopy,
    /// `[h]`
    ListReverse,
    /// `sort`, stable, of one-word elements of kind F: `[h, reverse]`; NaN bails.
    ListSortFloat,
    /// The same of kind I.
    ListSortInt,
    /// Address of element i: `[h, i] → at`; bails where there is none.
    ListAt,
    /// `[h] → n`
    ListLength,
    /// All elements: `[h] → address, n`
    ListView,
    /// A list of its own from `n` elements at an address: `[address, n] → h`
    ListFromView(LayoutId),
    /// What `[start:stop]` selects of `n` elements: `[n, start, stop] → first, count`
    SliceBounds,
    /// All words zero. `[] → address`
    ObjectNew(LayoutId),
    /// Over one-word elements of kind F: `[address, n] → F`
    Reduce(Reduction),
    /// `round(x, digits)`: `[F, I] → F`, correctly rounded as CPython does.
    RoundDigits,
    /// np.percentile/quantile, linear: `[address, n, F in 0..=1] → F`
    NumpyQuantile,
    /// A list of one-word elements of kind F, as many as it is made of: `[address, n, window, least, F] → h`
    Column(Kernel, LayoutId),
}

/// For the start and the stop of a slice that were left out, whichever way its step goes. Numbers that far out are
/// taken for them: with a negative step `lower` must not let them come from elsewhere.
pub const FROM_START: i64 = i64::MIN;
pub const TO_END: i64 = i64::MAX;

/// Each as the named function of Python (`statistics` from 3.11 on: older ones round twice) or numpy does it, in its
/// order of summation. Where that raises the run bails, and where numpy's own version or vector unit decides on the
/// sign of a zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// `sum` of floats; 0.0 for none.
    Sum(SumPolicy),
    /// The first of the least; NaN compares as in Python.
    Min,
    Max,
    NumpySum,
    NumpyMean,
    NumpyVar {
        ddof: u8,
    },
    NumpyStd {
        ddof: u8,
    },
    NumpyMin,
    NumpyMax,
    NumpyMedian,
    StatisticsMean,
    StatisticsMedian,
    StatisticsStdev,
    StatisticsPstdev,
    StatisticsVariance,
    StatisticsPvariance,
    /// `math.fsum`
    Fsum,
    /// `statistics.fmean`
    Fmean,
}

impl Intrinsic {
    /// Kinds of what it takes and gives.
    pub fn signature(self) -> (&'static [super::Kind], &'static [super::Kind]) {
        use super::Kind::{F, I};
        match self {
            Self::ListNew(_) | Self::ObjectNew(_) => (&[], &[I]),
            Self::DequeNew(_) | Self::ListPush | Self::ListPushFront | Self::ListPop | Self::ListPopFront => {
                (&[I], &[I])
            }
            Self::ListLength => (&[I], &[I]),
            Self::ListPopAt | Self::ListInsert | Self::ListRepeat | Self::ListConcat | Self::ListCopy => {
                (&[I, I], &[I])
            }
            Self::ListAt | Self::ListFromView(_) => (&[I, I], &[I]),
            Self::ListClear | Self::ListReverse => (&[I], &[]),
            Self::ListDeleteRange => (&[I, I, I], &[]),
            Self::ListSlice => (&[I, I, I], &[I]),
            Self::ListSliceStep => (&[I, I, I, I], &[I]),
            Self::ListExtend | Self::ListSortFloat | Self::ListSortInt => (&[I, I], &[]),
            Self::ListView => (&[I], &[I, I]),
            Self::SliceBounds => (&[I, I, I], &[I, I]),
            Self::Reduce(_) => (&[I, I], &[F]),
            Self::RoundDigits => (&[F, I], &[F]),
            Self::NumpyQuantile => (&[I, I, F], &[F]),
            Self::Column(..) => (&[I, I, I, I, F], &[I]),
        }
    }
}
