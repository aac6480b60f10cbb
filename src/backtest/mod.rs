//! How runs are arranged: parameter sets × paths × spans, at one level of parallelism, collected in order.
//!
//! The four types are [`Kind::ALL`]: `score` is the standard one, the other three have a file of their name.

pub mod bootstrap;
mod course;
mod curves;
mod fan;
mod kind;
mod look_back;
mod metric_row;
pub mod monte_carlo;
mod path;
mod score;
mod seats;
mod spans;
mod spread;
mod trace;
mod variations;
pub mod walk_forward;

pub use course::{Course, CourseFan, FAN_STEPS, LINE_STEPS, places};
pub use curves::{Curves, curves};
pub use fan::{FAN, Fan};
pub use kind::Kind;
pub use look_back::{LookBack, look_back};
pub use metric_row::metric_row;
pub use path::{Badge, Path};
pub use score::{Broken, Rules, Run, Scored, score};
pub use seats::Seats;
pub use spans::{Span, spans};
pub use spread::Spread;
pub use trace::{Trace, trace};
pub use variations::variations;

#[cfg(test)]
mod tests;
