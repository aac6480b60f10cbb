//! Scored runs → rows of `backtests.parquet`: one per set, scenario and span, averaged over the paths.

use super::super::subjects::Subject;
use super::{badge, outcome};
use crate::artifact::{Backtest, Json, RunOutcome, explained, parameters_hash};
use crate::backtest::{Badge, Kind, Path, Rules, Scored, Spread, spans};
use crate::engine::Metrics;
use crate::stage::{Failure, FailureKind};
use crate::stats::Undefined;
use crate::strategy::{Failure as StrategyFailure, ParamSet};
use std::ops::Range;

pub struct Row<'a> {
    pub subject: &'a Subject,
    pub kind: Kind,
    pub set: &'a ParamSet,
    pub variation: usize,
}

/// What a row has to know of the market it is about.
#[derive(Debug, Clone, Copy)]
pub struct Market<'a> {
    pub scenario: &'a str,
    pub badge: Badge,
    pub periods_per_year: f64,
}

impl<'a> From<&'a Path> for Market<'a> {
    fn from(path: &'a Path) -> Self {
        Self { scenario: &path.scenario, badge: path.badge, periods_per_year: path.series.periods_per_year }
    }
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
        let row = Row { subject, kind: Kind::Standard, set, variation };
        for group in groups(paths) {
            let runs: Vec<&Scored> = scored[group.clone()].iter().map(|path| &path[variation]).collect();
            found.extend(row.scenario(&paths[group], &runs, rules)?);
        }
    }
    Ok(found)
}

/// Index ranges of equal scenarios.
pub fn groups(paths: &[Path]) -> Vec<Range<usize>> {
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
    fn scenario(&self, paths: &[Path], runs: &[&Scored], rules: &Rules) -> Result<Vec<Backtest>, Failure> {
        let Some(first) = paths.first() else { return Ok(Vec::new()) };
        let mut measured = Vec::with_capacity(runs.len());
        for (path, run) in paths.iter().zip(runs) {
            match run {
                Ok(run) => measured.push(run),
                Err(broken) => {
                    let bars = path.series.len();
                    return Ok(vec![self.failed(path.into(), bars, outcome(broken), broken.failure())?]);
                }
            }
        }
        spans(first.series.len(), rules.spans)
            .into_iter()
            .enumerate()
            .map(|(index, span)| {
                let metrics: Vec<&Metrics> = measured.iter().map(|run| &run.spans[index]).collect();
                self.measured(first.into(), &span.label, span.bars.len(), &metrics)
            })
            .collect()
    }

    pub fn blank(&self, market: Market<'_>, span: &str, bars: usize) -> Result<Backtest, Failure> {
        let hash = parameters_hash(self.set).map_err(|why| Failure::new(FailureKind::Internal, why))?;
        Ok(Backtest {
            strategy_name: self.subject.strategy.name.clone(),
            parameters: Json(self.set.clone()),
            parameters_hash: hash,
            is_current: self.variation == 0,
            variation: small(self.variation),
            market_scenario: market.scenario.to_owned(),
            backtest_type: self.kind.name().to_owned(),
            span: span.to_owned(),
            badge: badge(market.badge),
            outcome: RunOutcome::Ok,
            failure_kind: None,
            failure_message: None,
            paths: 0,
            undefined_paths: 0,
            bars: small(bars),
            periods_per_year: market.periods_per_year,
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
    pub fn failed(
        &self,
        market: Market<'_>,
        bars: usize,
        outcome: RunOutcome,
        failure: &StrategyFailure,
    ) -> Result<Backtest, Failure> {
        let mut row = self.blank(market, "full", bars)?;
        row.outcome = outcome;
        row.failure_kind = serde_json::to_value(failure.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
        row.failure_message = Some(failure.message.clone());
        row.paths = 1;
        row.undefined_paths = 1;
        explain_absent(&mut row, &verb(outcome).replace(' ', "_"));
        Ok(row)
    }

    pub fn measured(
        &self,
        market: Market<'_>,
        span: &str,
        bars: usize,
        metrics: &[&Metrics],
    ) -> Result<Backtest, Failure> {
        let spread = |of: &dyn Fn(&Metrics) -> crate::stats::Statistic| Spread::over(metrics.iter().map(|m| of(m)));
        let sharpe = spread(&|m| m.sharpe_ratio);
        let total_return = spread(&|m| Ok(m.total_return));
        let drawdown = spread(&|m| Ok(m.max_drawdown));
        let mut row = self.blank(market, span, bars)?;
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

/// Gives every figure that is not there this reason.
pub fn explain_absent(row: &mut Backtest, why: &str) {
    for (value, reason) in [
        (&row.sharpe_ratio, &mut row.sharpe_ratio_reason),
        (&row.sortino_ratio, &mut row.sortino_ratio_reason),
        (&row.calmar_ratio, &mut row.calmar_ratio_reason),
        (&row.total_return, &mut row.total_return_reason),
        (&row.cagr, &mut row.cagr_reason),
        (&row.volatility, &mut row.volatility_reason),
        (&row.max_drawdown, &mut row.max_drawdown_reason),
        (&row.win_rate, &mut row.win_rate_reason),
        (&row.profit_factor, &mut row.profit_factor_reason),
        (&row.final_equity, &mut row.final_equity_reason),
    ] {
        if value.is_none() && reason.is_none() {
            *reason = Some(why.to_owned());
        }
    }
}

/// The mean, or the reason there is none.
pub fn cells(spread: &Spread) -> (Option<f64>, Option<String>) {
    explained(spread.mean.ok_or(spread.reason.unwrap_or(Undefined::TooFewBars)))
}

pub fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
