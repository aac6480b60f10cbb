//! Tables as Parquet files: the only room that knows Parquet, Arrow and Polars.
//!
//! Every table is one file here that says its grain, key, schema version and columns; [`write`] and
//! [`read`] check all of it both ways. Files are written beside, synced and renamed; equal rows and
//! provenance give equal bytes. [`Lake`] keeps history as one file per run, [`market_bars`] the bars of
//! all markets, [`market_file`] reads the series that people bring, and [`return_file`] their returns.

mod backtests;
mod candidates;
mod cell;
mod changes;
mod columnar;
mod depot;
mod difference;
mod distributions;
mod equity_curves;
mod error;
mod functions;
mod hand_run;
mod held;
mod intervals;
mod lake;
mod ledger;
pub mod market_bars;
pub mod market_file;
mod metadata;
mod parameters;
mod partial;
mod placebos;
mod planned_shards;
mod realism;
mod reason;
mod recipes;
pub mod return_file;
mod rungs;
mod runs;
mod scenarios;
mod seal;
mod shadows;
mod shard;
mod store;
mod strategies;
mod table;
mod trials;
mod walk_forward;
mod walk_forward_windows;

pub use backtests::{Backtest, Badge, RunOutcome, parameters_hash};
pub use candidates::{Candidate, Condition, Decision, Grounds, Verdict};
pub use cell::{Cell, Json, Kind, Micros, Scalar};
pub use changes::{Change, ChangeDecision};
pub use depot::{Depot, DepotError, Fetched};
pub use difference::difference;
pub use distributions::DistributionRow;
pub use equity_curves::EquityCurveRow;
pub use error::{ArtifactError, Fault};
pub use functions::FunctionRow;
pub use hand_run::{EquityPoint, TradeRow, TradeSide};
pub use intervals::IntervalRow;
pub use lake::{Lake, LakeFile, Removed, Stamp, Stamped};
pub use ledger::LedgerRow;
pub use market_bars::MarketBars;
pub use parameters::ParameterRow;
pub use partial::{Partial, sweep};
pub use placebos::Placebo;
pub use planned_shards::PlannedShard;
pub use realism::{RealismRow, Standing};
pub use reason::explained;
pub use recipes::RecipeRow;
pub use rungs::RungRow;
pub use runs::{Run, RunStatus};
pub use scenarios::{PathSet, ScenarioRow};
pub use shadows::{Shadow, ShadowState};
pub use shard::{Shard, ShardError, ShardHead};
pub use store::{Artifact, count_file, path, read, read_artifact, read_file, write, write_file};
pub use strategies::StrategyRow;
pub use table::{Column, History, RowFault, Table};
pub use trials::Trial;
pub use walk_forward::WalkForwardRow;
pub use walk_forward_windows::WalkForwardWindow;

#[cfg(test)]
pub(crate) mod tests;
