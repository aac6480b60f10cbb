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

/// Of numpy and pandas. Where there are bars, two words: first bar and count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pandas {
    Frame,
    Series(ColumnId),
    /// `frame.iloc`, `series.iloc`
    FrameIloc,
    SeriesIloc(ColumnId),
    /// Of one dimension and floats.
    Array(ColumnId),
    /// One bar of a frame: its index.
    Row,
    /// `frame.columns`
    Names,
    /// `numpy.float64`
    Float,
    /// `numpy.bool_`
    Bool,
}

/// What is known when the program is made, and needs no word.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    Static(StaticId),
    Class(ClassId),
    Function(FileId, String),
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
            Self::Pandas(what) => match what {
                Pandas::Frame => "a frame",
                Pandas::Series(_) => "a series",
                Pandas::FrameIloc | Pandas::SeriesIloc(_) => "`iloc`",
                Pandas::Array(_) => "an array",
                Pandas::Row => "a row of a frame",
                Pandas::Names => "a frame's columns",
                Pandas::Float => "a numpy float",
                Pandas::Bool => "a numpy bool",
            }
            .to_owned(),
            Self::Known(Known::Class(_)) => "a class".to_owned(),
            Self::Known(Known::Function(..)) => "a function".to_owned(),
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
            Self::Pandas(what) => match what {
                Pandas::Float => vec![Word::F],
                Pandas::Bool | Pandas::Row => vec![Word::I],
                Pandas::Names => Vec::new(),
                _ => vec![Word::I, Word::I],
            },
        }
    }
}
