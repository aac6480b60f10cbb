use super::{Path, Seats, spans};
use crate::engine::{self, Metrics};
use crate::strategy::{Answers, Failure, Outcome, ParamSet, exposure};
use rayon::prelude::*;
use std::ops::Range;

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

/// Scores every set on every path, `[path][set]`. None once `stop` says so.
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
    let pieces: Option<Vec<(usize, Vec<Scored>)>> = work
        .into_par_iter()
        .map(|(index, block)| {
            if stop() {
                return None;
            }
            let count = block.len() as u64;
            let path = &paths[index];
            let outcomes = seats.with(|seat| seat.run(&path.series, &sets[block]));
            let scored = outcomes.into_iter().map(|outcome| judge(outcome, path, rules)).collect();
            done(count);
            Some((index, scored))
        })
        .collect();
    let mut found = vec![Vec::with_capacity(sets.len()); paths.len()];
    for (index, scored) in pieces? {
        found[index].extend(scored);
    }
    Some(found)
}

fn judge(outcome: Outcome, path: &Path, rules: &Rules) -> Scored {
    Ok(measure(&answered(outcome)?, path, rules))
}

/// The answers of a run, or why there are none.
pub(super) fn answered(outcome: Outcome) -> Result<Answers, Broken> {
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

fn measure(answers: &Answers, path: &Path, rules: &Rules) -> Run {
    let targets = exposure(&answers.targets);
    let measured = spans(path.series.len(), rules.spans)
        .into_iter()
        .map(|span| {
            let whole = span.bars.len() == path.series.len();
            let part;
            let series = if whole {
                &path.series
            } else {
                part = path.series.slice(span.bars.clone());
                &part
            };
            engine::summarise(
                series,
                &targets[span.bars],
                &rules.engine,
                path.series.periods_per_year,
                rules.risk_free_rate,
            )
        })
        .collect();
    let stressed = rules.stress.as_ref().map(|dearer| {
        engine::summarise(&path.series, &targets, dearer, path.series.periods_per_year, rules.risk_free_rate)
    });
    Run { spans: measured, confidence: answers.confidence, clipped: answers.clipped, stressed }
}
