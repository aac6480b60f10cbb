use super::{Path, Seats, spans};
use crate::engine::{self, Market, Metrics};
use crate::strategy::{Changes, Failure, Outcome, ParamSet};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::OnceLock;

/// What a run is held against.
#[derive(Debug, Clone)]
pub struct Rules {
    pub engine: engine::Params,
    /// Disjoint spans scored beside the full path; 1 or less for none.
    pub spans: usize,
    /// Annual.
    pub risk_free_rate: f64,
    /// Under which the full path is measured once more: the same answers at higher costs.
    pub stress: Option<engine::Params>,
}

/// One parameter set on one path.
pub type Scored = Result<Run, Broken>;

#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The full path first, then its spans, in the order of [`spans`].
    pub spans: Vec<Metrics>,
    /// Mean confidence where the answers carried one.
    pub confidence: Option<f64>,
    /// Targets outside [-1, 1].
    pub clipped: usize,
    /// The full path under [`Rules::stress`].
    pub stressed: Option<Metrics>,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq)]
pub enum Broken {
    Infeasible(Failure),
    Raised(Failure),
    Timeout(Failure),
    Crash(Failure),
}

impl Broken {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Infeasible(_) => "infeasible",
            Self::Raised(_) => "raised",
            Self::Timeout(_) => "timeout",
            Self::Crash(_) => "crash",
        }
    }

    pub const fn failure(&self) -> &Failure {
        match self {
            Self::Infeasible(failure) | Self::Raised(failure) | Self::Timeout(failure) | Self::Crash(failure) => {
                failure
            }
        }
    }
}

/// Sets that travel in one request: enough that the journey does not count, few enough that a loss is small.
const BLOCK: usize = 16;

/// Sets from which on what the runs of a path can share is worth computing.
const SHARED: usize = 32;

/// Scores every set on every path, `[path][set]`. None once `stop` says so: what was in flight then was ended
/// from outside, and is no result.
///
/// `done` hears the number of finished runs as they come.
pub fn score(
    seats: &Seats<'_>,
    paths: &[Path],
    sets: &[ParamSet],
    rules: &Rules,
    done: &(dyn Fn(u64) + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Vec<Scored>>> {
    let blocks: Vec<Range<usize>> =
        (0..sets.len()).step_by(BLOCK).map(|start| start..(start + BLOCK).min(sets.len())).collect();
    let work: Vec<(usize, Range<usize>)> =
        (0..paths.len()).flat_map(|path| blocks.iter().map(move |block| (path, block.clone()))).collect();
    let markets: Vec<OnceLock<Market<'_>>> = paths.iter().map(|_| OnceLock::new()).collect();
    let pieces: Option<Vec<(usize, Vec<Scored>)>> = work
        .into_par_iter()
        .map(|(index, block)| {
            if stop() {
                return None;
            }
            let count = block.len() as u64;
            let series = &paths[index].series;
            let outcomes = seats.with(|seat| seat.changes(series, &sets[block]));
            let market = markets[index].get_or_init(|| {
                let open = if sets.len() < SHARED { Market::bare } else { Market::prepare };
                open(series, series.periods_per_year, rules.risk_free_rate)
            });
            let scored = outcomes.into_iter().map(|outcome| judge(outcome, market, rules)).collect();
            done(count);
            Some((index, scored))
        })
        .collect();
    let pieces = pieces.filter(|_| !stop())?;
    let mut found = vec![Vec::with_capacity(sets.len()); paths.len()];
    for (index, scored) in pieces {
        found[index].extend(scored);
    }
    Some(found)
}

fn judge(outcome: Outcome<Changes>, market: &Market<'_>, rules: &Rules) -> Scored {
    Ok(measure(&answered(outcome)?, market, rules))
}

/// The answers of a run, or why there are none.
pub(super) fn answered<A>(outcome: Outcome<A>) -> Result<A, Broken> {
    match outcome {
        Outcome::Ok(answers) => Ok(answers),
        Outcome::Infeasible(failure) => Err(Broken::Infeasible(failure)),
        Outcome::Raised(failure) => Err(Broken::Raised(failure)),
        Outcome::Timeout(failure) => Err(Broken::Timeout(failure)),
        Outcome::Crash(failure) => Err(Broken::Crash(failure)),
        Outcome::Bail { bar, why } => Err(Broken::Crash(Failure {
            kind: crate::strategy::FailureKind::Call,
            message: format!("the native seat gave up and nothing replayed the run: {why}"),
            file: None,
            line: None,
            bar: Some(bar),
        })),
    }
}

fn measure(answers: &Changes, market: &Market<'_>, rules: &Rules) -> Run {
    let bars = market.bars();
    let measured = spans(bars, rules.spans)
        .into_iter()
        .map(|span| market.summarise_changes(span.bars.clone(), &answers.within(span.bars), &rules.engine))
        .collect();
    let stressed = rules.stress.as_ref().map(|dearer| market.summarise_changes(0..bars, &answers.changes, dearer));
    Run { spans: measured, confidence: answers.confidence, clipped: answers.clipped, stressed }
}
