use std::fmt;

/// Why a series is refused: the first offending bar and the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct BarFault {
    /// Zero-based index of the bar. Loaders add their header offset when they print it.
    pub bar: usize,
    pub reason: FaultReason,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FaultReason {
    UnequalLengths { column: &'static str, expected: usize, found: usize },
    Empty,
    DuplicateTimestamp,
    DescendingTimestamp,
    NotFinite { column: &'static str, value: f64 },
    NotPositive { column: &'static str, value: f64 },
    NegativeVolume { value: f64 },
    HighBelowLow { high: f64, low: f64 },
    HighBelowBody { high: f64, body: f64 },
    LowAboveBody { low: f64, body: f64 },
}

impl fmt::Display for FaultReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnequalLengths { column, expected, found } => {
                write!(f, "column {column} has {found} values, timestamp has {expected}")
            }
            Self::Empty => write!(f, "there are no bars"),
            Self::DuplicateTimestamp => write!(f, "timestamp repeats the previous bar's"),
            Self::DescendingTimestamp => write!(f, "timestamp is earlier than the previous bar's"),
            Self::NotFinite { column, value } => write!(f, "{column} is {value}"),
            Self::NotPositive { column, value } => write!(f, "{column} is {value}, a price must be above zero"),
            Self::NegativeVolume { value } => write!(f, "volume is {value}"),
            Self::HighBelowLow { high, low } => write!(f, "high {high} is below low {low}"),
            Self::HighBelowBody { high, body } => write!(f, "high {high} is below open or close {body}"),
            Self::LowAboveBody { low, body } => write!(f, "low {low} is above open or close {body}"),
        }
    }
}
