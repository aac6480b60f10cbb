//! The backtest stage out of shards that were made elsewhere.

use super::{Context, Failure, Reuse, Stage, iterate};
use crate::artifact::{self, PlannedShard};
use serde_json::Value;

/// Validates every shard of the plan, writes the stage's artifacts and publishes the store: the bytes that `cbt backtest`
/// would have written. With `fill`, what is missing is computed here.
///
/// # Errors
/// No plan; a shard that is missing or damaged, without `fill`; what [`iterate::run_one`] says.
pub fn collect(context: &Context, fill: bool) -> Result<Value, Failure> {
    // A plan has to have been made: without one, "all of it" means nothing.
    artifact::read::<PlannedShard>(&context.data)?;
    let context = context.clone().reusing(if fill { Reuse::Taken } else { Reuse::Only });
    iterate::run_one(&context, Stage::Backtest)
}
