//! What a name of the user's code can hold while its class runs on whole columns.

use super::column::Column;
use super::index::Index;
use crate::discovery::code::{ClassId, Expr, FileId, Function};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Debug, Clone)]
pub enum Value<'a> {
    None,
    Number(Number),
    Text(Rc<str>),
    Tuple(Rc<Vec<Value<'a>>>),
    List(Rc<RefCell<Vec<Value<'a>>>>),
    Dict(Rc<RefCell<Vec<(Value<'a>, Value<'a>)>>>),
    Slice(Rc<[Option<Value<'a>>; 3]>),
    Range(i64, i64, i64),
    Series(Rc<Series>),
    Array(Rc<Array>),
    Frame(Rc<RefCell<Frame>>),
    /// One row of a frame, as `iloc` and `iterrows` give it.
    Row(Rc<Row>),
    Axis(Index),
    /// `df.columns`
    Keys(Rc<Vec<Key>>),
    /// A label of the market's times.
    Stamp(usize),
    Window(Rc<Windowed>),
    Place(Rc<Locator<'a>>),
    Object(Rc<Object<'a>>),
    /// Of an enum: class, name, value.
    Member(ClassId, Rc<str>, Rc<Value<'a>>),
    Class(ClassId),
    Function(FileId, &'a Function),
    Lambda(Rc<Lambda<'a>>),
    Method(Rc<Value<'a>>, &'a str),
    Module(FileId),
    /// Something of Python's or a library's: `numpy.where`, `builtins.len`.
    External(Rc<str>),
    Logger,
}

/// A number of Python's own, or numpy's scalar of the same kind: they differ in what they raise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    pub kind: Kind,
    pub numpy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Bool(bool),
    Int(i64),
    Float(f64),
}

impl Kind {
    pub fn float(self) -> f64 {
        match self {
            Self::Bool(value) => f64::from(u8::from(value)),
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// None for a float.
    pub fn int(self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(value)),
            Self::Int(value) => Some(value),
            Self::Float(_) => None,
        }
    }

    pub fn truth(self) -> bool {
        self.float() != 0.0
    }
}

/// A pandas Series. Names that share one see each other's writes.
#[derive(Debug)]
pub struct Series {
    pub column: RefCell<Column>,
    pub index: Index,
    pub name: Option<Key>,
    /// Before pandas 3 a column taken out of a frame may write through to it.
    pub of_frame: bool,
}

/// A numpy array of one dimension.
#[derive(Debug)]
pub struct Array {
    pub column: RefCell<Column>,
    /// Somebody else may look at the same memory: it is not written to here.
    pub shared: Cell<bool>,
}

/// A column's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Text(Rc<str>),
    Int(i64),
}

#[derive(Debug, Clone)]
pub struct Frame {
    pub columns: Vec<(Key, Column)>,
    pub index: Index,
}

/// Of a frame as it was when the row was taken.
#[derive(Debug)]
pub struct Row {
    pub columns: Rc<Vec<(Key, Column)>>,
    pub place: usize,
    /// `iterrows` of columns of several kinds holds Python's own numbers, `iloc` numpy's.
    pub plain: bool,
}

/// `rolling(…)`, `expanding()` or `ewm(…)` of a series.
#[derive(Debug)]
pub struct Windowed {
    pub of: Rc<Series>,
    pub shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    Rolling { window: crate::strategy::native::numerics::rolling::Window, least: usize, given: bool },
    Decaying(crate::strategy::native::numerics::ewm::Decay),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// `loc` and `at`
    Label,
    /// `iloc` and `iat`
    Position,
}

#[derive(Debug)]
pub struct Locator<'a> {
    pub of: Value<'a>,
    pub by: By,
}

/// An instance of a class of the repository.
#[derive(Debug)]
pub struct Object<'a> {
    pub class: ClassId,
    pub attributes: RefCell<BTreeMap<String, Value<'a>>>,
}

#[derive(Debug)]
pub struct Lambda<'a> {
    pub arguments: Vec<&'a str>,
    pub body: &'a Expr,
    /// The call it was written in: it means the names of that call.
    pub depth: usize,
}

impl<'a> Value<'a> {
    pub const fn bool(value: bool) -> Self {
        Self::Number(Number { kind: Kind::Bool(value), numpy: false })
    }

    pub const fn int(value: i64) -> Self {
        Self::Number(Number { kind: Kind::Int(value), numpy: false })
    }

    pub fn size(value: usize) -> Self {
        Self::int(i64::try_from(value).unwrap_or(i64::MAX))
    }

    pub const fn float(value: f64) -> Self {
        Self::Number(Number { kind: Kind::Float(value), numpy: false })
    }

    pub const fn numpy(kind: Kind) -> Self {
        Self::Number(Number { kind, numpy: true })
    }

    pub fn text(value: &str) -> Self {
        Self::Text(value.into())
    }

    pub fn external(name: &str) -> Self {
        Self::External(name.into())
    }

    pub fn list(values: Vec<Self>) -> Self {
        Self::List(Rc::new(RefCell::new(values)))
    }

    pub fn tuple(values: Vec<Self>) -> Self {
        Self::Tuple(Rc::new(values))
    }

    pub fn frame(frame: Frame) -> Self {
        Self::Frame(Rc::new(RefCell::new(frame)))
    }

    pub fn series(column: Column, index: Index, name: Option<Key>) -> Self {
        Self::Series(Rc::new(Series { column: RefCell::new(column), index, name, of_frame: false }))
    }

    pub fn array(column: Column) -> Self {
        Self::Array(Rc::new(Array { column: RefCell::new(column), shared: Cell::new(false) }))
    }

    pub fn number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// What `type(x).__name__` says, for people.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Number(number) => match number.kind {
                Kind::Bool(_) => "a bool",
                Kind::Int(_) => "an int",
                Kind::Float(_) => "a float",
            },
            Self::Text(_) => "a string",
            Self::Tuple(_) => "a tuple",
            Self::List(_) => "a list",
            Self::Dict(_) => "a dict",
            Self::Slice(_) => "a slice",
            Self::Range(..) => "a range",
            Self::Series(_) => "a series",
            Self::Array(_) => "an array",
            Self::Frame(_) => "a frame",
            Self::Row(_) => "a row",
            Self::Axis(_) => "an index",
            Self::Keys(_) => "column names",
            Self::Stamp(_) => "a timestamp",
            Self::Window(_) => "a window",
            Self::Place(_) => "an indexer",
            Self::Object(_) => "an object",
            Self::Member(..) => "an enum member",
            Self::Class(_) => "a class",
            Self::Function(..) | Self::Lambda(_) | Self::Method(..) => "a function",
            Self::Module(_) => "a module",
            Self::External(_) => "a library's name",
            Self::Logger => "a logger",
        }
    }
}

impl Series {
    pub fn column(&self) -> Column {
        self.column.borrow().clone()
    }
}

impl Array {
    pub fn column(&self) -> Column {
        self.column.borrow().clone()
    }
}

impl Frame {
    pub fn position(&self, key: &Key) -> Option<usize> {
        self.columns.iter().position(|(own, _)| own == key)
    }

    /// None where there is none, or more than one.
    pub fn column(&self, key: &Key) -> Option<&Column> {
        let mut found = self.columns.iter().filter(|(own, _)| own == key);
        let first = found.next()?;
        found.next().is_none().then_some(&first.1)
    }

    pub fn put(&mut self, key: Key, column: Column) {
        match self.position(&key) {
            Some(at) => self.columns[at].1 = column,
            None => self.columns.push((key, column)),
        }
    }
}

impl Key {
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Int(_) => None,
        }
    }
}
