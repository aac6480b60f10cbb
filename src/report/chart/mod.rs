//! Charts as SVG text, drawn from plain data. Colours are classes only, so that [`STYLE`] decides them for light,
//! dark and paper; the width is the page's. Every text from outside is escaped here and nowhere else. A chart without
//! anything to show is None: who asked for it says so in words.
//!
//! A chart's title and description are for screen readers; a heading for everybody stands beside it on the page.
//! Marks carry a `<title>`, which browsers show when a pointer rests on them.

mod bars;
mod caption;
mod forest;
mod heat;
mod lines;
mod plot;
mod scale;
mod scatter;
mod sparkline;
mod svg;
mod unit;

pub use bars::{Bars, Group};
pub use caption::{Axis, Caption, Tone};
pub use forest::{Forest, Stem};
pub use heat::{Cell, Heat, Ring, Shade};
pub use lines::{Band, Line, Lines, Moment, Shape};
pub use scatter::{Dot, Role, Scatter};
pub use sparkline::{Sparkline, blocks};
pub use svg::escape;
pub use unit::Unit;

/// The rules every page with charts needs, with their colours as variables.
pub const STYLE: &str = include_str!("chart.css");

#[cfg(test)]
mod tests;
