use crate::strategy::Value;
use std::fmt;

/// A difference between the space and what discovery or the user asked for; `Display` is one sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// An inferred range was stretched to take in the value in force.
    Widened {
        parameter: String,
        value: Value,
        from: (f64, f64),
        to: (f64, f64),
    },
    /// The value in force lies outside a stated range, or too far outside an inferred one: it alone was added.
    Outside {
        parameter: String,
        value: Value,
        range: (f64, f64),
    },
    /// The value in force was missing among the choices and was added to them.
    ChoiceAdded {
        parameter: String,
        value: Value,
    },
    LeftOut {
        parameter: String,
        why: String,
    },
    /// `lower` is not kept below `upper`.
    OrderDropped {
        lower: String,
        upper: String,
        why: &'static str,
    },
    /// The user's own values break an order; they are tried as they are, every other set is in order.
    IncumbentUnordered,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Widened { parameter, value, from, to } => write!(
                f,
                "{parameter}: the value in force {value} lies outside {}..{}, so the range was widened to {}..{}",
                from.0, from.1, to.0, to.1
            ),
            Self::Outside { parameter, value, range } => write!(
                f,
                "{parameter}: the value in force {value} lies outside {}..{}; it is tried, but nothing else outside is",
                range.0, range.1
            ),
            Self::ChoiceAdded { parameter, value } => {
                write!(f, "{parameter}: the value in force {value} was not among the choices and was added")
            }
            Self::LeftOut { parameter, why } => write!(f, "{parameter} is not searched: {why}"),
            Self::OrderDropped { lower, upper, why } => {
                write!(f, "{lower} is not kept below {upper}: {why}")
            }
            Self::IncumbentUnordered => {
                write!(f, "the values in force are not in the order that the search keeps; they are tried as they are")
            }
        }
    }
}
