use super::{Context, Failure, FailureKind, recipe};
use crate::artifact::{
    Backtest, Candidate, Change, DistributionRow, History, IntervalRow, Lake, Placebo, RecipeRow, Run, Shadow, Trial,
    WalkForwardRow, WalkForwardWindow,
};
use crate::results::{self, ResultsError};
use std::path::PathBuf;

/// The published store.
pub fn store(context: &Context) -> PathBuf {
    context.data.join("continuous_training.duckdb")
}

/// Builds the store anew from Parquet and renames it over the old one.
///
/// # Errors
/// A damaged artifact, DuckDB, the operating system; the old store stays.
pub fn publish(context: &Context) -> Result<(), Failure> {
    results::publish(&context.data, &store(context)).map_err(failure)?;
    Ok(())
}

/// Removes the days of history beyond the retention.
///
/// # Errors
/// The operating system.
pub fn retain(context: &Context) -> Result<(), Failure> {
    let lake = Lake::new(&context.data);
    let removed = clear::<Backtest>(context, &lake)?
        + clear::<WalkForwardRow>(context, &lake)?
        + clear::<WalkForwardWindow>(context, &lake)?
        + clear::<DistributionRow>(context, &lake)?
        + clear::<IntervalRow>(context, &lake)?
        + clear::<Trial>(context, &lake)?
        + clear::<Candidate>(context, &lake)?
        + clear::<Change>(context, &lake)?
        + clear::<Shadow>(context, &lake)?
        + clear::<Placebo>(context, &lake)?
        + clear::<RecipeRow>(context, &lake)?
        + clear::<Run>(context, &lake)?;
    recipe::clear(context)?;
    if removed > 0 {
        let days = context.config.retention.days;
        context.console.say(format!("Removed {removed} files of history older than {days} days"));
    }
    Ok(())
}

fn clear<R: History>(context: &Context, lake: &Lake) -> Result<usize, Failure> {
    Ok(lake.retain::<R>(context.started.date_naive(), context.config.retention.days)?.files)
}

pub fn failure(error: ResultsError) -> Failure {
    match error {
        ResultsError::Artifact(error) => error.into(),
        ResultsError::Io { .. } => Failure::new(FailureKind::Io, error.to_string()),
        other => Failure::new(FailureKind::Store, other.to_string()),
    }
}
