//! Earlier iterations, from the lake.

use super::Artifacts;
use crate::artifact::{
    Candidate, Change, ChangeDecision, Decision, History as Kept, Lake, Micros, Run, RunStatus, Stamped, read_file,
};
use crate::report::model::{ChallengeRow, History, IterationRow, ValueRow};
use crate::stage::{Context, Failure};
use chrono::DateTime;
use std::collections::BTreeMap;

/// Iterations that are shown.
const ITERATIONS: usize = 60;
/// Iterations whose changes of values are shown; most have none.
const CHANGES: usize = 400;

/// # Errors
/// A damaged file of the history.
pub fn history(context: &Context, artifacts: &Artifacts) -> Result<History, Failure> {
    let lake = Lake::new(&context.data);
    let runs = newest::<Run>(&lake, ITERATIONS)?;
    let changes = newest::<Change>(&lake, CHANGES)?;
    let candidates = newest::<Candidate>(&lake, ITERATIONS)?;
    let mut numbers: BTreeMap<&str, u32> = runs.iter().map(|run| (run.run_id.as_str(), run.row.iteration)).collect();
    // The iteration that writes this report is on record only when it is over.
    let running = !runs.iter().any(|run| run.row.iteration == context.iteration);
    if running {
        numbers.insert(&context.run_id, context.iteration);
    }
    let mut iterations: Vec<IterationRow> = runs.iter().map(|run| iteration(run, &candidates, &changes)).collect();
    iterations.sort_by_key(|row| row.iteration);
    if running {
        iterations.push(present(context, artifacts));
    }
    let mut challenges: Vec<ChallengeRow> =
        candidates.iter().filter_map(|row| Some(challenge(&row.row, *numbers.get(row.run_id.as_str())?))).collect();
    challenges.sort_by_key(|row| row.iteration);
    let written =
        |change: &&Stamped<Change>| matches!(change.row.decision, ChangeDecision::Applied | ChangeDecision::RolledBack);
    Ok(History { iterations, challenges, values: changes.iter().filter(written).map(value).collect() })
}

/// The rows of the newest `count` files, oldest first.
fn newest<R: Kept>(lake: &Lake, count: usize) -> Result<Vec<Stamped<R>>, Failure> {
    let files = lake.files::<R>()?;
    let mut rows = Vec::new();
    for file in &files[files.len().saturating_sub(count)..] {
        rows.append(&mut read_file::<Stamped<R>>(&file.path)?.rows);
    }
    Ok(rows)
}

fn iteration(run: &Stamped<Run>, candidates: &[Stamped<Candidate>], changes: &[Stamped<Change>]) -> IterationRow {
    let back = |change: &&Stamped<Change>| change.row.decision == ChangeDecision::RolledBack;
    IterationRow {
        iteration: u64::from(run.row.iteration),
        dated: moment(run.row.started),
        status: match run.row.status {
            RunStatus::Complete => "complete",
            RunStatus::Abandoned => "abandoned",
            RunStatus::Failed => "failed",
        }
        .to_owned(),
        trials: u64::from(run.row.trials),
        challengers: candidates.iter().filter(|row| row.run_id == run.run_id).count() as u64,
        promoted: u64::from(run.row.promoted),
        applied: u64::from(run.row.applied),
        rolled_back: changes.iter().filter(|row| row.run_id == run.run_id).filter(back).count() as u64,
    }
}

fn present(context: &Context, artifacts: &Artifacts) -> IterationRow {
    let decided =
        |decision: ChangeDecision| artifacts.changes.iter().filter(|row| row.decision == decision).count() as u64;
    IterationRow {
        iteration: u64::from(context.iteration),
        dated: context.started.format("%Y-%m-%d %H:%M").to_string(),
        status: "running".to_owned(),
        trials: artifacts.trials.len() as u64,
        challengers: artifacts.candidates.len() as u64,
        promoted: artifacts.candidates.iter().filter(|row| row.decision == Decision::Promote).count() as u64,
        applied: decided(ChangeDecision::Applied),
        rolled_back: decided(ChangeDecision::RolledBack),
    }
}

fn challenge(row: &Candidate, iteration: u32) -> ChallengeRow {
    ChallengeRow {
        strategy: row.strategy_name.clone(),
        iteration: u64::from(iteration),
        objective: row.objective.clone(),
        incumbent_score: row.incumbent_score,
        challenger_score: row.challenger_score,
        p_value: row.p_value,
        promoted: row.decision == Decision::Promote,
    }
}

fn value(change: &Stamped<Change>) -> ValueRow {
    ValueRow {
        strategy: change.row.strategy_name.clone(),
        parameter: change.row.parameter.clone(),
        dated: moment(change.timestamp),
        old_value: change.row.old_value.0.to_string(),
        new_value: change.row.new_value.0.to_string(),
        decision: if change.row.decision == ChangeDecision::Applied { "applied" } else { "rolled back" }.to_owned(),
    }
}

fn moment(time: Micros) -> String {
    DateTime::from_timestamp_micros(time.0).map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M").to_string())
}
