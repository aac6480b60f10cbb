//! The report: plain data in `model`, one HTML template. The JSON twin is the same model serialised, so both
//! hold the same numbers.

mod backtest_types;
pub mod chart;
pub mod model;
mod render;

pub use model::Report;
pub use render::{RenderError, html, json};
