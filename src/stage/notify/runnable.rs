//! Which strategies ran in the last recorded iteration, and which of them do not run now.

use crate::artifact::{self, Backtest, Lake, Run, RunOutcome, StrategyRow};
use crate::discovery::Status;
use crate::stage::{Context, Failure};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Names of the strategies whose values in force ended ok on every market.
pub type Ran = BTreeSet<String>;

/// A strategy that ran and does not run now.
#[derive(Debug, Clone, Serialize)]
pub struct Stopped {
    strategy: String,
    /// gone, a status of discovery such as needs_adapter, or an outcome of the backtest such as raised.
    status: String,
    reason: String,
    /// File and line; null where it is gone.
    place: Option<String>,
}

impl Stopped {
    pub fn told(&self) -> String {
        format!("{} does not run any more ({}): {}", self.strategy, self.status.replace('_', " "), self.reason)
    }
}

/// Of the newest recorded run that came as far as backtests; nobody before the first.
///
/// # Errors
/// A damaged file of the history.
pub fn last(lake: &Lake) -> Result<Ran, Failure> {
    let mut runs = lake.read::<Run>()?;
    runs.sort_by_key(|run| (run.row.iteration, run.timestamp));
    for run in runs.iter().rev() {
        let Some(rows) = lake.read_run::<Backtest>(&run.run_id)? else { continue };
        let mut ok: BTreeMap<String, bool> = BTreeMap::new();
        for row in rows.into_iter().map(|stamped| stamped.row).filter(|row| row.is_current) {
            *ok.entry(row.strategy_name).or_insert(true) &= row.outcome == RunOutcome::Ok;
        }
        return Ok(ok.into_iter().filter_map(|(name, ok)| ok.then_some(name)).collect());
    }
    Ok(Ran::new())
}

/// Nothing is said of a stage that this iteration did not come to.
///
/// # Errors
/// A damaged artifact.
pub fn stopped(context: &Context, ran: &Ran, summaries: &Map<String, Value>) -> Result<Vec<Stopped>, Failure> {
    if !summaries.contains_key("discover") {
        return Ok(Vec::new());
    }
    let found = artifact::read::<StrategyRow>(&context.data)?;
    let failures = summaries.get("backtest").and_then(|summary| summary["failures"].as_array());
    let stopped = ran.iter().filter_map(|name| {
        let strategy = name.clone();
        let Some(row) = found.iter().find(|row| row.strategy_name == *name) else {
            let reason = "no file under the roots has it any more".to_owned();
            return Some(Stopped { strategy, status: "gone".to_owned(), reason, place: None });
        };
        if row.status != Status::Runnable {
            let place = Some(format!("{}:{}", row.path, row.evidence_line));
            return Some(Stopped { strategy, status: row.status.name().to_owned(), reason: row.reason.clone(), place });
        }
        let failure = failures.into_iter().flatten().find(|failure| failure["strategy_name"] == name.as_str())?;
        let text = |field: &str| failure[field].as_str().unwrap_or_default().to_owned();
        let place = format!("{}:{}", row.path, row.line);
        Some(Stopped { strategy, status: text("outcome"), reason: text("message"), place: Some(place) })
    });
    Ok(stopped.collect())
}
