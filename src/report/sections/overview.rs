use super::{Section, value};
use crate::report::Report;
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "overview", title: "At a glance", template: include_str!("overview.html"), view };

/// Refused challengers that are told on the first screen; the others are told below.
const TOLD: usize = 6;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    pub files_read: u64,
    pub classes_found: u64,
    pub runnable: u64,
    pub function_candidates: u64,
    pub backtest_rows: u64,
    pub backtests: u64,
    pub trials: u64,
    pub trials_ever: u64,
    pub strategies_optimized: u64,
    pub changes_applied: u64,
    pub changes_refused: u64,
    /// Changes that change nothing which were put to the gate, as far as the history goes back.
    pub placebo_tests: u64,
    /// Those of them that it would have let through.
    pub placebo_promotions: u64,
    /// Those of them with p at most 0.05: one in twenty is to be expected.
    pub placebo_surprises: u64,
}

/// One file as it was and as it is; changes of several values in one file share it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FileDiff {
    pub path: String,
    pub diff: String,
}

/// One attempted change of one parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    pub strategy: String,
    pub parameter: String,
    pub old_value: String,
    pub new_value: String,
    /// File and line, relative to the scanned root.
    pub place: String,
    /// applied, refused, dry run or rolled back.
    pub decision: String,
    pub manual: bool,
    pub reason: String,
}

fn view(report: &Report) -> Option<Value> {
    let (refused, made): (Vec<_>, Vec<_>) = report.changes.iter().partition(|change| change.decision == "refused");
    let kept: Vec<_> = report.decisions.iter().filter(|decision| !decision.promoted).collect();
    // The nearest to a change first; who had no challenger is no news.
    let mut told: Vec<_> = kept.iter().filter(|decision| !decision.conditions.is_empty()).collect();
    told.sort_by(|one, other| {
        let p = |p: Option<f64>| p.unwrap_or(f64::INFINITY);
        p(one.p_value).total_cmp(&p(other.p_value))
    });
    told.truncate(TOLD);
    Some(context! {
        counts => value(&report.counts),
        attention => value(&report.attention),
        made => value(&made),
        diffs => value(&report.diffs),
        refused => value(&refused),
        more => kept.len() - told.len(),
        kept => value(&told),
        recommendations => value(&report.recommendations),
    })
}
