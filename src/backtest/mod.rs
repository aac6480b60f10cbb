//! How runs are arranged: parameter sets × paths × spans, at one level of parallelism, collected in order.

mod curves;
mod path;
mod score;
mod seats;
mod spans;
mod spread;
mod variations;

pub use curves::{Curves, curves};
pub use path::{Badge, Path};
pub use score::{Broken, Rules, Run, Scored, score};
pub use seats::Seats;
pub use spans::{Span, spans};
pub use spread::Spread;
pub use variations::variations;
