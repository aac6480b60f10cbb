//! The report: plain data in `model`, a file and a template per section, charts as SVG. The JSON twin is the same
//! model serialised, and the page is made of nothing else, so both hold the same numbers.

pub mod chart;
pub mod model;
mod render;
mod schema;
mod sections;
mod terminal;

pub use model::Report;
pub use render::{RenderError, html, json};
pub use schema::schema;
pub use sections::equity::figures as equity_figures;
pub use sections::figure::Figure;
pub use terminal::leaderboard;

#[cfg(test)]
mod tests;
