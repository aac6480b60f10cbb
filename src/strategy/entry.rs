//! How a class is called. Discovery proposes an [`Entry`] from names, annotations and the body; the
//! worker follows it to the letter.

use serde::{Deserialize, Serialize};

/// The shapes of strategies-in-the-wild that end as one target exposure per bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// P1: one call with the whole frame, one answer per row.
    Vectorised,
    /// P2: one call per bar with the bars so far, the answer is for the last row.
    Window,
    /// P3: one call per bar with that bar or its prices; state lives in self.
    Bar,
    /// P4: one call per bar with the bars so far as a frame, and the index of the last.
    FrameIndex,
    /// P5: a feature step over the frame, then one call per row of its result.
    Features,
    /// P6: a predicate to enter and one to leave.
    EnterExit,
    /// P7: data in the constructor, then one call without arguments.
    DataInConstructor,
}

impl Protocol {
    /// The method sees bars after the one it answers for, so only a prefix test can clear it.
    pub const fn sees_whole_frame(self) -> bool {
        matches!(self, Self::Vectorised | Self::Features | Self::DataInConstructor)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Vectorised => "vectorised",
            Self::Window => "window",
            Self::Bar => "bar",
            Self::FrameIndex => "frame_index",
            Self::Features => "features",
            Self::EnterExit => "enter_exit",
            Self::DataInConstructor => "data_in_constructor",
        }
    }
}

/// What one bar looks like to the user's method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarShape {
    /// `bar.close`; also carries `timestamp`, `time`, `date`, `ts`, `datetime`.
    Attributes,
    /// `bar["close"]`
    Dict,
    /// A pandas row: `row["close"]` and `row.close`.
    PandasRow,
    /// `(timestamp, open, high, low, close, volume)`, as exchanges return it.
    Tuple,
}

/// What the bars so far look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowShape {
    /// A pandas frame with lower-case columns open, high, low, close, volume and a DatetimeIndex.
    Frame,
    /// A pandas Series of closes.
    SeriesOfCloses,
    /// A numpy array of closes.
    ArrayOfCloses,
    ListOfCloses,
    ListOfAttributes,
    ListOfDicts,
    /// `{"close": [...], "high": [...]}`
    DictOfLists,
}

/// One positional argument after `self`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "shape")]
pub enum Argument {
    Bar(BarShape),
    /// One column's value at this bar: open, high, low, close, volume or timestamp.
    Field(String),
    /// All bars up to and including this one (the whole series for a vectorised entry).
    Window(WindowShape),
    /// One column up to and including this bar, as a list: `on_bar(self, closes, highs)`.
    ColumnWindow(String),
    /// The index of this bar.
    Index,
    /// The row of the feature step's result at this bar.
    FeatureRow,
    /// The feature step's row at the bar before, None at the first.
    PreviousFeatureRow,
    /// The result of the feature step: all of it for a vectorised entry, else up to and including this bar.
    FeatureFrame,
    /// The position held now: -1, 0 or 1.
    Position,
    /// The close at which the present position was entered, None when flat.
    EntryPrice,
    /// A symbol name.
    Symbol,
}

/// What `sell` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum SellMeans {
    #[default]
    Flat,
    Short,
}

/// What a numeric zero asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ZeroMeans {
    #[default]
    Flat,
    Hold,
}

/// How answers are read; what was assumed is shown beside every result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Meaning {
    pub sell_means: SellMeans,
    pub zero_means: ZeroMeans,
}

/// How to call a class, in the order of its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub protocol: Protocol,
    /// The method that answers; for `enter_exit` the one that enters.
    pub method: String,
    pub arguments: Vec<Argument>,
    /// `should_exit` and its kin: asked while a position is held, True leaves it.
    pub exit: Option<(String, Vec<Argument>)>,
    /// The feature step, called once with the whole frame before anything else (without arguments where the
    /// constructor holds the data).
    pub prepare: Option<(String, Vec<Argument>)>,
    /// Column to read when the answer is a frame: signal, signals, position, or None for the first of them present.
    pub column: Option<String>,
    /// What had to be assumed to call it so, for people.
    pub assumed: Vec<String>,
}

impl Entry {
    /// Some step of it is given bars after the one that is answered for, so only a prefix test can clear it.
    pub const fn sees_whole_frame(&self) -> bool {
        self.protocol.sees_whole_frame() || self.prepare.is_some()
    }
}
