//! Scored runs → rows of `backtests.parquet`: one per set, scenario and span, averaged over the paths.

use super::super::subjects::Subject;
use super::{badge, outcome, span_labels};
use crate::artifact::{Backtest, Json, RunOutcome, explained, parameters_hash};
use crate::backtest::{Path, Rules, Scored, Spread};
use crate::engine::Metrics;
use crate::stage::{Failure, FailureKind};
use crate::stats::Undefined;
use crate::strategy::{Failure as StrategyFailure, ParamSet};
use std::ops::Range;

pub struct Row<'a> {
    pub subject: &'a Subject,
    pub set: &'a ParamSet,
    pub variation: usize,
    pub rules: &'a Rules,
}

/// `scored` is `[path][set]`; paths of one scenario stand together.
pub fn rows(
    subject: &Subject,
    paths: &[Path],
    sets: &[ParamSet],
    scored: &[Vec<Scored>],
    rules: &Rules,
) -> Result<Vec<Backtest>, Failure> {
    let mut found = Vec::new();
    for (variation, set) in sets.iter().enumerate() {
        let row = Row { subject, set, variation, rules };
        for group in groups(paths) {
            let runs: Vec<&Scored> = scored[group.clone()].iter().map(|path| &path[variation]).collect();
            found.extend(row.scenario(&paths[group], &runs)?);
        }
    }
    Ok(found)
}

/// Index ranges of equal scenarios.
fn groups(paths: &[Path]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for index in 0..paths.len() {
        match found.last_mut() {
            Some(last) if paths[last.start].scenario == paths[index].scenario => last.end = index + 1,
            _ => found.push(index..index + 1),
        }
    }
    found
}

/// The first run of the current parameters that broke, if any did.
pub fn first_failure(scored: &[Vec<Scored>]) -> Option<(RunOutcome, StrategyFailure)> {
    scored
        .iter()
        .filter_map(|path| path.first())
        .find_map(|run| run.as_ref().err().map(|broken| (outcome(broken), broken.failure().clone())))
}

pub const fn verb(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Ok => "ran",
        RunOutcome::Infeasible => "is infeasible",
        RunOutcome::Raised => "failed",
        RunOutcome::Timeout => "timed out",
        RunOutcome::Crash => "crashed",
        RunOutcome::LooksAhead => "looks ahead",
    }
}

impl Row<'_> {
    /// One row per span; where any path broke, one row that says so.
    fn scenario(&self, paths: &[Path], runs: &[&Scored]) -> Result<Vec<Backtest>, Failure> {
        let Some(first) = paths.first() else { return Ok(Vec::new()) };
        let mut measured = Vec::with_capacity(runs.len());
        for (path, run) in paths.iter().zip(runs) {
            match run {
                Ok(run) => measured.push(run),
                Err(broken) => return Ok(self.failed(path, outcome(broken), broken.failure()).into_iter().collect()),
            }
        }
        span_labels(first.series.len(), self.rules)
            .into_iter()
            .enumerate()
            .map(|(index, (label, bars))| {
                let metrics: Vec<&Metrics> = measured.iter().map(|run| &run.spans[index]).collect();
                self.measured(first, &label, bars, &metrics)
            })
            .collect()
    }

    fn blank(&self, path: &Path, span: &str, bars: usize) -> Result<Backtest, Failure> {
        let hash = parameters_hash(self.set).map_err(|why| Failure::new(FailureKind::Internal, why))?;
        Ok(Backtest {
            strategy_name: self.subject.strategy.name.clone(),
            parameters: Json(self.set.clone()),
            parameters_hash: hash,
            is_current: self.variation == 0,
            variation: small(self.variation),
            market_scenario: path.scenario.clone(),
            backtest_type: "standard".to_owned(),
            span: span.to_owned(),
            badge: badge(path.badge),
            outcome: RunOutcome::Ok,
            failure_kind: None,
            failure_message: None,
            paths: 0,
            undefined_paths: 0,
            bars: small(bars),
            periods_per_year: path.series.periods_per_year,
            sharpe_ratio: None,
            sharpe_ratio_reason: None,
            sharpe_std: None,
            sharpe_min: None,
            sharpe_max: None,
            sortino_ratio: None,
            sortino_ratio_reason: None,
            calmar_ratio: None,
            calmar_ratio_reason: None,
            total_return: None,
            total_return_reason: None,
            total_return_std: None,
            total_return_min: None,
            total_return_max: None,
            cagr: None,
            cagr_reason: None,
            volatility: None,
            volatility_reason: None,
            max_drawdown: None,
            max_drawdown_reason: None,
            max_drawdown_worst: None,
            win_rate: None,
            win_rate_reason: None,
            profit_factor: None,
            profit_factor_reason: None,
            total_trades: 0,
            final_equity: None,
            final_equity_reason: None,
            costs: None,
            assumptions: Json(
                self.subject.strategy.entry.as_ref().map_or_else(Vec::new, |entry| entry.assumed.clone()),
            ),
        })
    }

    /// A run that broke has no figures, only its reason.
    pub fn failed(&self, path: &Path, outcome: RunOutcome, failure: &StrategyFailure) -> Option<Backtest> {
        let mut row = self.blank(path, "full", path.series.len()).ok()?;
        row.outcome = outcome;
        row.failure_kind = serde_json::to_value(failure.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
        row.failure_message = Some(failure.message.clone());
        row.paths = 1;
        row.undefined_paths = 1;
        let reason = || Some(super::rows::verb(outcome).replace(' ', "_"));
        row.sharpe_ratio_reason = reason();
        row.sortino_ratio_reason = reason();
        row.calmar_ratio_reason = reason();
        row.total_return_reason = reason();
        row.cagr_reason = reason();
        row.volatility_reason = reason();
        row.max_drawdown_reason = reason();
        row.win_rate_reason = reason();
        row.profit_factor_reason = reason();
        row.final_equity_reason = reason();
        Some(row)
    }

    fn measured(&self, path: &Path, span: &str, bars: usize, metrics: &[&Metrics]) -> Result<Backtest, Failure> {
        let spread = |of: &dyn Fn(&Metrics) -> crate::stats::Statistic| Spread::over(metrics.iter().map(|m| of(m)));
        let sharpe = spread(&|m| m.sharpe_ratio);
        let total_return = spread(&|m| Ok(m.total_return));
        let drawdown = spread(&|m| Ok(m.max_drawdown));
        let mut row = self.blank(path, span, bars)?;
        row.paths = small(metrics.len());
        row.undefined_paths = small(sharpe.undefined);
        (row.sharpe_ratio, row.sharpe_ratio_reason) = cells(&sharpe);
        (row.sharpe_std, row.sharpe_min, row.sharpe_max) = (sharpe.std, sharpe.min, sharpe.max);
        (row.sortino_ratio, row.sortino_ratio_reason) = cells(&spread(&|m| m.sortino_ratio));
        (row.calmar_ratio, row.calmar_ratio_reason) = cells(&spread(&|m| m.calmar_ratio));
        (row.total_return, row.total_return_reason) = cells(&total_return);
        (row.total_return_std, row.total_return_min, row.total_return_max) =
            (total_return.std, total_return.min, total_return.max);
        (row.cagr, row.cagr_reason) = cells(&spread(&|m| m.cagr));
        (row.volatility, row.volatility_reason) = cells(&spread(&|m| m.volatility));
        (row.max_drawdown, row.max_drawdown_reason) = cells(&drawdown);
        row.max_drawdown_worst = drawdown.min;
        (row.win_rate, row.win_rate_reason) = cells(&spread(&|m| m.win_rate));
        (row.profit_factor, row.profit_factor_reason) = cells(&spread(&|m| m.profit_factor));
        row.total_trades = small(metrics.iter().map(|m| m.total_trades).sum::<usize>());
        (row.final_equity, row.final_equity_reason) = cells(&spread(&|m| Ok(m.final_equity)));
        row.costs = spread(&|m| Ok(m.costs + m.slippage)).mean;
        Ok(row)
    }
}

/// The mean, or the reason there is none.
fn cells(spread: &Spread) -> (Option<f64>, Option<String>) {
    explained(spread.mean.ok_or(spread.reason.unwrap_or(Undefined::TooFewBars)))
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
