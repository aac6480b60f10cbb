//! Why a class is not run, each with the line that shows it.

mod kind;
mod service;

pub use kind::{abstract_class, not_a_strategy, test};
pub use service::{contact, is_service_argument};

/// A reason and the one-based line in the class's own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    pub reason: String,
    pub line: u32,
}
