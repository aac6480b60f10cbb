//! Columns: numpy's arrays of one dimension, shared until somebody writes to them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What an `object` column holds at one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NaN, or None where that was put there.
    Missing,
    Bool(bool),
    Text(Arc<str>),
}

/// float64, int64, bool, object, and the market's times by their rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    Float(Arc<Vec<f64>>),
    Int(Arc<Vec<i64>>),
    Bool(Arc<Vec<bool>>),
    Object(Arc<Vec<Cell>>),
    Times(Arc<Vec<usize>>),
}

/// A value that holds whichever bars the market has.
pub const EVER: u32 = u32::MAX;

#[derive(Debug, Clone)]
pub struct Column {
    pub data: Data,
    /// Equal for columns that were made in the same way; None once somebody wrote to it.
    pub id: Option<u128>,
    /// A row may depend on that many bars after it; [`EVER`]: on all of them.
    pub ahead: u32,
}

impl Data {
    pub fn floats(values: Vec<f64>) -> Self {
        Self::Float(Arc::new(values))
    }

    pub fn ints(values: Vec<i64>) -> Self {
        Self::Int(Arc::new(values))
    }

    pub fn bools(values: Vec<bool>) -> Self {
        Self::Bool(Arc::new(values))
    }

    pub fn cells(values: Vec<Cell>) -> Self {
        Self::Object(Arc::new(values))
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Float(values) => values.len(),
            Self::Int(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Object(values) => values.len(),
            Self::Times(values) => values.len(),
        }
    }

    pub const fn dtype(&self) -> &'static str {
        match self {
            Self::Float(_) => "float64",
            Self::Int(_) => "int64",
            Self::Bool(_) => "bool",
            Self::Object(_) => "object",
            Self::Times(_) => "datetime64",
        }
    }

    /// As float64; None for objects.
    pub fn as_floats(&self) -> Option<Arc<Vec<f64>>> {
        Some(match self {
            Self::Float(values) => values.clone(),
            Self::Int(values) => Arc::new(values.iter().map(|&x| x as f64).collect()),
            Self::Bool(values) => Arc::new(values.iter().map(|&x| f64::from(u8::from(x))).collect()),
            Self::Object(_) | Self::Times(_) => return None,
        })
    }

    /// The rows at `places`, in that order.
    pub fn take(&self, places: impl Iterator<Item = usize>) -> Self {
        match self {
            Self::Float(values) => Self::floats(places.map(|at| values[at]).collect()),
            Self::Int(values) => Self::ints(places.map(|at| values[at]).collect()),
            Self::Bool(values) => Self::bools(places.map(|at| values[at]).collect()),
            Self::Object(values) => Self::cells(places.map(|at| values[at].clone()).collect()),
            Self::Times(values) => Self::Times(Arc::new(places.map(|at| values[at]).collect())),
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Float(_) | Self::Int(_) | Self::Times(_) => 8 * self.len(),
            Self::Bool(_) => self.len(),
            Self::Object(_) => 24 * self.len(),
        }
    }
}

impl Column {
    /// Nobody else can have made the same.
    pub const fn own(data: Data) -> Self {
        Self { data, id: None, ahead: 0 }
    }

    /// One of the market's.
    pub fn of_market(name: &str, values: Arc<Vec<f64>>) -> Self {
        Self { data: Data::Float(values), id: Some(id_of("market", &[], &[Word::Text(name)])), ahead: 0 }
    }

    pub fn len(&self) -> usize {
        self.data.len()
    }
}

/// A number or a name that a kernel takes beside its columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Word<'w> {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'w str),
}

impl std::fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value}"),
        }
    }
}

/// The name of a kernel's result: 128 bits of what made it.
pub fn id_of(kernel: &str, inputs: &[u128], words: &[Word<'_>]) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, kernel, inputs).hash(&mut hasher);
        for word in words {
            match word {
                Word::Int(value) => (0_u8, *value).hash(&mut hasher),
                Word::Float(value) => (1_u8, value.to_bits()).hash(&mut hasher),
                Word::Bool(value) => (2_u8, *value).hash(&mut hasher),
                Word::Text(value) => (3_u8, *value).hash(&mut hasher),
            }
        }
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
