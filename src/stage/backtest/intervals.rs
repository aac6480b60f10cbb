//! Resampled figures and counted chances → rows of `intervals.parquet`.

use super::rows::small;
use crate::artifact::{Badge, IntervalRow, explained};
use crate::backtest::Kind;
use crate::backtest::bootstrap::Resampled;
use crate::backtest::monte_carlo::Chance;

/// What an interval is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub strategy: &'a str,
    pub market: &'a str,
    pub kind: Kind,
    pub badge: Badge,
    /// Two-sided coverage.
    pub level: f64,
}

impl About<'_> {
    fn row(&self, source: &str, figure: &str) -> IntervalRow {
        IntervalRow {
            strategy_name: self.strategy.to_owned(),
            market_scenario: self.market.to_owned(),
            backtest_type: self.kind.name().to_owned(),
            source: source.to_owned(),
            figure: figure.to_owned(),
            badge: self.badge,
            estimate: None,
            estimate_reason: None,
            low: None,
            low_reason: None,
            high: None,
            level: self.level,
            method: None,
            observations: 0,
            block_length: None,
            resamples: 0,
        }
    }

    pub fn resampled(&self, source: &str, found: &Resampled) -> IntervalRow {
        let mut row = self.row(source, found.figure.name());
        (row.estimate, row.estimate_reason) = explained(found.estimate);
        match found.interval {
            Ok(interval) => {
                (row.low, row.high) = (Some(interval.low), Some(interval.high));
                row.method = Some(interval.method.name().to_owned());
            }
            Err(lack) => row.low_reason = Some(lack.name().to_owned()),
        }
        row.observations = small(found.observations);
        row.block_length = found.block_length;
        row.resamples = small(found.values.len());
        row
    }

    /// `chance.runs` is not zero.
    pub fn counted(&self, chance: &Chance) -> IntervalRow {
        IntervalRow {
            estimate: Some(chance.happened as f64 / chance.runs as f64),
            low: Some(chance.low),
            high: Some(chance.high),
            method: Some("clopper_pearson".to_owned()),
            observations: small(chance.runs),
            ..self.row(chance.source.name(), chance.event)
        }
    }
}
