use super::lock::{Holder, current_holder};
use super::unfinished::Unfinished;
use super::{Context, Failure, placebos, report, rungs};
use crate::artifact::{self, Lake, Run, RungRow, Stamped};
use crate::report::leaderboard;
use crate::report::model::Standing;
use chrono::DateTime;
use serde_json::{Value, json};
use std::fmt::Write;

/// What the last iterations did, newest first.
#[derive(Debug)]
pub struct Status {
    /// Who works in the data directory now.
    running: Option<Holder>,
    /// The iteration that runs or was killed, by number.
    unfinished: Option<u32>,
    runs: Vec<Stamped<Run>>,
    /// Of the last backtest; none before one.
    rungs: Vec<RungRow>,
    standings: Vec<Standing>,
    placebos: placebos::Tally,
}

/// # Errors
/// A damaged file of the history.
pub fn status(context: &Context, last: usize) -> Result<Status, Failure> {
    let running = current_holder(&context.data);
    let mut runs = Lake::new(&context.data).read::<Run>()?;
    let left = Unfinished::left(&context.data)?.filter(|left| runs.iter().all(|run| run.run_id != left.run_id));
    runs.sort_by_key(|run| std::cmp::Reverse((run.row.iteration, run.timestamp)));
    runs.truncate(last);
    let rungs = match artifact::read::<RungRow>(&context.data) {
        Ok(rungs) => rungs,
        Err(error) if error.is_missing() => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(Status {
        running,
        unfinished: left.map(|left| left.iteration),
        runs,
        rungs,
        standings: report::standings(context)?,
        placebos: placebos::tally(context)?,
    })
}

impl Status {
    pub fn json(&self) -> Value {
        let runs: Vec<_> = self
            .runs
            .iter()
            .map(|Stamped { run_id, row, .. }| {
                json!({
                    "run": run_id,
                    "iteration": row.iteration,
                    "started": time(row.started.0),
                    "finished": time(row.finished.0),
                    "status": row.status.name(),
                    "failure_message": row.failure_message,
                    "strategies_found": row.strategies_found,
                    "strategies_runnable": row.strategies_runnable,
                    "backtests": row.backtests,
                    "trials": row.trials,
                    "promoted": row.promoted,
                    "applied": row.applied,
                    "refused": row.refused,
                    "failed": row.failed,
                    "shard_hits": row.shard_hits,
                    "shard_misses": row.shard_misses,
                    "report": row.report_path,
                })
            })
            .collect();
        let counted = if self.rungs.is_empty() { Value::Null } else { rungs::count(&self.rungs) };
        json!({
            "running": self.running.as_ref().map(ToString::to_string),
            "unfinished": self.unfinished,
            "runs": runs,
            "rungs": counted,
            "leaderboard": self.standings,
            "placebo": self.placebos.json(),
        })
    }

    /// What happens now, and what a killed iteration left.
    fn now(&self) -> String {
        match (&self.running, self.unfinished) {
            (Some(holder), Some(iteration)) => format!("Iteration {iteration} is not finished; running: {holder}\n"),
            (Some(holder), None) => format!("Running: {holder}\n"),
            (None, Some(iteration)) => {
                format!("Iteration {iteration} was killed: the next one with the same settings goes on with it\n")
            }
            (None, None) => String::new(),
        }
    }

    pub fn text(&self) -> String {
        let mut text = self.now();
        if self.runs.is_empty() {
            text.push_str("No iteration has ended yet: `cbt iterate` runs one.\n");
            return text;
        }
        for Stamped { row, .. } in &self.runs {
            let seconds = (row.finished.0 - row.started.0) as f64 / 1e6;
            let _ = writeln!(
                text,
                "Iteration {}  {}  {} in {seconds:.0} s\n  {} strategies found, {} runnable, {} failed; {} backtest rows, \
                 {} trials; {} promoted, {} values changed, {} changes refused",
                row.iteration,
                time(row.started.0),
                row.status.name(),
                row.strategies_found,
                row.strategies_runnable,
                row.failed,
                row.backtests,
                row.trials,
                row.promoted,
                row.applied,
                row.refused,
            );
            if let (Some(hits), Some(misses)) = (row.shard_hits, row.shard_misses) {
                let _ = writeln!(text, "  shards: {hits} known from before, {misses} computed");
            }
            if let Some(message) = &row.failure_message {
                let _ = writeln!(text, "  {message}");
            }
            if let Some(path) = &row.report_path {
                let _ = writeln!(text, "  {path}");
            }
        }
        if !self.rungs.is_empty() {
            let _ = writeln!(text, "Last backtest, {}", rungs::line(&rungs::count(&self.rungs)));
        }
        let _ = writeln!(text, "{}", self.placebos.line());
        if !self.standings.is_empty() {
            let _ = write!(text, "\n{}", leaderboard(&self.standings));
        }
        text
    }
}

fn time(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros)
        .map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}
