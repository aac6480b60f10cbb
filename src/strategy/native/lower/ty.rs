use crate::discovery::code::{ClassId, FileId};
use crate::strategy::BarShape;
use crate::strategy::native::ir::{ColumnId, Word};

/// A set of the scalar types that a value may have at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kinds(u8);

impl Kinds {
    pub const NONE: Self = Self(1);
    pub const BOOL: Self = Self(2);
    pub const INT: Self = Self(4);
    pub const FLOAT: Self = Self(8);
    /// Strings and enum members, both as symbols.
    pub const STR: Self = Self(16);
    /// A bar's timestamp, in microseconds.
    pub const TIME: Self = Self(32);
    pub const NUMBERS: Self = Self(2 | 4 | 8);

    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn meet(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn single(self) -> bool {
        self.0.count_ones() == 1
    }

    /// Each kind of the set with its name.
    pub fn each(self) -> impl Iterator<Item = (Self, &'static str)> {
        let names = ["None", "bool", "int", "float", "str", "datetime"];
        names.into_iter().enumerate().map(|(at, name)| (Self(1 << at), name)).filter(move |(one, _)| self.has(*one))
    }
}

/// Index into [`super::facts::Facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListId(pub usize);
/// Objects made while bars pass: they live in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub usize);
/// Objects made once in the constructor: their attributes are state slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StaticId(pub usize);

/// What the elements of a view are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewed {
    Column(ColumnId),
    Bars(BarShape),
}

/// A frame by where it was made: columns that were set are noted under it while a bar passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameId(pub usize);

impl FrameId {
    /// All frames that nobody sets a column of.
    pub const UNCHANGED: Self = Self(0);
}

/// A series or an array of one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub of: Of,
    pub labels: Labels,
}

/// Where a line's numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Column(ColumnId),
    /// In a list of its own, which nothing changes.
    Floats,
    Bools,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// The bars' timestamps.
    Times,
    /// 0, 1, 2 …
    Count,
    /// A numpy array has none.
    None,
}

/// Of numpy and pandas. Where there are bars, the last two words are the first bar and their count; before them
/// stands the list of a line that has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pandas {
    Frame(FrameId),
    Line(Line),
    /// `frame.iloc`, `series.iloc`
    FrameIloc(FrameId),
    LineIloc(Line),
    /// One row of a frame: the frame's first bar, and the row's number.
    Row(FrameId),
    /// `frame.columns`
    Names(FrameId),
    /// `series.rolling(…)`: a line, the window and the least number of observations.
    Rolling(Line),
    /// `series.ewm(…)`: a line, the least number of observations and the centre of mass; whether it adjusts.
    Ewm(Line, bool),
    /// `numpy.float64`
    Float,
    /// A number of Python's or a numpy float: what both do alike is followed.
    Number,
    /// `numpy.bool_`, or Python's: only its truth is looked at.
    Bool,
}

impl Line {
    pub const fn series(column: ColumnId) -> Self {
        Self { of: Of::Column(column), labels: Labels::Times }
    }

    pub const fn array(column: ColumnId) -> Self {
        Self { of: Of::Column(column), labels: Labels::None }
    }

    fn words(self) -> Vec<Word> {
        match self.of {
            Of::Column(_) => vec![Word::I, Word::I],
            Of::Floats | Of::Bools => vec![Word::Ref, Word::I, Word::I],
        }
    }
}

impl Pandas {
    fn words(self) -> Vec<Word> {
        match self {
            Self::Frame(_) | Self::FrameIloc(_) | Self::Row(_) => vec![Word::I, Word::I],
            Self::Line(line) | Self::LineIloc(line) => line.words(),
            Self::Rolling(line) => line.words().into_iter().chain([Word::I, Word::I]).collect(),
            Self::Ewm(line, _) => line.words().into_iter().chain([Word::I, Word::F]).collect(),
            Self::Names(_) => Vec::new(),
            Self::Float | Self::Number => vec![Word::F],
            Self::Bool => vec![Word::I],
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Frame(_) => "a frame",
            Self::Line(Line { labels: Labels::None, .. }) => "an array",
            Self::Line(_) => "a series",
            Self::FrameIloc(_) | Self::LineIloc(_) => "`iloc`",
            Self::Row(_) => "a row of a frame",
            Self::Names(_) => "a frame's columns",
            Self::Rolling(_) => "a rolling window",
            Self::Ewm(..) => "an exponential window",
            Self::Float | Self::Number => "a numpy float",
            Self::Bool => "a numpy bool",
        }
    }
}

/// What is known when the program is made, and needs no word.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    Static(StaticId),
    Class(ClassId),
    Function(FileId, String),
    /// Defined inside of the call of this depth: file and byte of its name.
    Closure(FileId, u32, usize),
    Module(FileId),
    /// Not of the repository: `math.sqrt`.
    External(String),
    /// Text that was formatted: it can be kept and logged, not looked at.
    Text,
    Logger,
    /// `{"close": [...]}` of the bars so far.
    Columns,
}

/// What a value is, as far as it is known without running.
#[derive(Debug, Clone, PartialEq)]
pub enum Ty {
    /// No value reached here yet.
    Never,
    Scalar(Kinds),
    List(ListId),
    Object(RecordId),
    /// The inner one (a list, object, tuple, map, bar or view) or None.
    Opt(Box<Ty>),
    Tuple(Vec<Ty>),
    /// A dict that is made whole and not changed.
    Map(Vec<(String, Ty)>),
    Bar(BarShape),
    /// Part of a market column as a list: first bar and count.
    View(Viewed),
    Pandas(Pandas),
    Known(Known),
    /// Paths disagree; why.
    Conflict(String),
}

impl Ty {
    pub const NONE: Self = Self::Scalar(Kinds::NONE);
    pub const BOOL: Self = Self::Scalar(Kinds::BOOL);
    pub const INT: Self = Self::Scalar(Kinds::INT);
    pub const FLOAT: Self = Self::Scalar(Kinds::FLOAT);
    pub const STR: Self = Self::Scalar(Kinds::STR);

    pub fn kinds(&self) -> Option<Kinds> {
        match self {
            Self::Scalar(kinds) => Some(*kinds),
            _ => None,
        }
    }

    /// For people.
    pub fn name(&self) -> String {
        match self {
            Self::Never => "nothing".to_owned(),
            Self::Scalar(kinds) => {
                let names: Vec<&str> = kinds.each().map(|(_, name)| name).collect();
                names.join(" or ")
            }
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) | Self::Known(Known::Static(_)) => "an object".to_owned(),
            Self::Opt(inner) => format!("{} or None", inner.name()),
            Self::Tuple(items) => format!("a tuple of {}", items.len()),
            Self::Map(_) | Self::Known(Known::Columns) => "a dict".to_owned(),
            Self::Bar(_) => "a bar".to_owned(),
            Self::View(_) => "a list of bars or prices".to_owned(),
            Self::Pandas(what) => what.name().to_owned(),
            Self::Known(Known::Class(_)) => "a class".to_owned(),
            Self::Known(Known::Function(..) | Known::Closure(..)) => "a function".to_owned(),
            Self::Known(Known::Module(_)) => "a module".to_owned(),
            Self::Known(Known::External(name)) => name.clone(),
            Self::Known(Known::Text) => "formatted text".to_owned(),
            Self::Known(Known::Logger) => "a logger".to_owned(),
            Self::Conflict(why) => why.clone(),
        }
    }

    /// The words that hold such a value.
    pub fn words(&self) -> Vec<Word> {
        match self {
            Self::Never | Self::Known(_) | Self::Conflict(_) => Vec::new(),
            Self::Scalar(kinds) if *kinds == Kinds::NONE => Vec::new(),
            Self::Scalar(kinds) if *kinds == Kinds::FLOAT => vec![Word::F],
            Self::Scalar(kinds) if kinds.single() => vec![Word::I],
            Self::Scalar(_) | Self::View(_) => vec![Word::I, Word::I],
            Self::List(_) | Self::Object(_) => vec![Word::Ref],
            Self::Opt(inner) => match &**inner {
                Self::List(_) | Self::Object(_) => vec![Word::Ref],
                Self::Bar(_) => vec![Word::I],
                inner => std::iter::once(Word::I).chain(inner.words()).collect(),
            },
            Self::Tuple(items) => items.iter().flat_map(Self::words).collect(),
            Self::Map(items) => items.iter().flat_map(|(_, ty)| ty.words()).collect(),
            Self::Bar(_) => vec![Word::I],
            Self::Pandas(what) => what.words(),
        }
    }
}
