//! The results store, the only room that knows DuckDB. Parquet is the truth; [`publish`] builds one
//! DuckDB file from it and renames it into place, [`Store`] reads it. `schema.sql` has the tables,
//! `views/` the views with their grain and an example each, `queries/` what the typed rows are read by.

mod cells;
mod error;
mod guarded;
mod loaded;
mod publish;
pub mod questions;
mod rows;
mod source;
mod store;
mod views;

pub use cells::Table;
pub use error::ResultsError;
pub use guarded::{Interrupt, Limits};
pub use publish::{Published, publish};
pub use questions::Question;
pub use rows::{LeaderboardRow, OptimizationImpactRow, RecentActivityRow, ScenarioSummaryRow};
pub use store::Store;
pub use views::{VIEWS, View};

#[cfg(test)]
mod tests;
