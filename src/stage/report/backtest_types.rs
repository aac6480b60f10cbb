//! Walks, fans and intervals → one section per strategy, the worst of each first.

use super::{Artifacts, realism, sections};
use crate::artifact::{Badge, DistributionRow, IntervalRow, WalkForwardRow, WalkForwardWindow};
use crate::backtest::Kind;
use crate::backtest::bootstrap::Figure;
use crate::backtest::monte_carlo::Source;
use crate::report::model::{
    Bounds, DriftRow, FanRow, PieceRow, ReorderedRow, ResampledRow, SimulatedRow, TypesSection, WalkRow,
};
use std::cmp::Ordering;
use std::collections::BTreeSet;

pub fn sections(artifacts: &Artifacts) -> Vec<TypesSection> {
    let mut names: BTreeSet<&str> = artifacts.walks.iter().map(|row| row.strategy_name.as_str()).collect();
    names.extend(artifacts.distributions.iter().map(|row| row.strategy_name.as_str()));
    names.extend(artifacts.intervals.iter().map(|row| row.strategy_name.as_str()));
    names.into_iter().map(|strategy| Own { strategy, artifacts }.section()).collect()
}

struct Own<'a> {
    strategy: &'a str,
    artifacts: &'a Artifacts,
}

impl Own<'_> {
    fn section(&self) -> TypesSection {
        let mut walks: Vec<WalkRow> = self
            .artifacts
            .walks
            .iter()
            .filter(|row| row.strategy_name == self.strategy)
            .map(|row| self.walk(row))
            .collect();
        walks.sort_by(|one, other| ascending(one.sharpe.low, other.sharpe.low));
        let mut simulated: Vec<SimulatedRow> =
            self.drawn(Source::FreshPaths).iter().map(|row| self.simulated(row)).collect();
        simulated.sort_by(|one, other| ascending(worst(&one.sharpe), worst(&other.sharpe)));
        let mut reordered: Vec<ReorderedRow> = self
            .drawn(Source::TradeOrder)
            .iter()
            .filter(|row| row.badge == Badge::Resampled)
            .map(|row| self.reordered(row))
            .collect();
        reordered.sort_by(|one, other| ascending(worst(&one.max_drawdown), worst(&other.max_drawdown)));
        let mut resampled: Vec<ResampledRow> = self
            .intervals()
            .filter(|row| row.backtest_type == Kind::Bootstrap.name() && row.figure == Figure::Sharpe.name())
            .map(|row| self.resampled(row))
            .collect();
        resampled.sort_by(|one, other| ascending(one.sharpe.low, other.sharpe.low));
        TypesSection { strategy: self.strategy.to_owned(), walks, simulated, reordered, resampled }
    }

    fn intervals(&self) -> impl Iterator<Item = &IntervalRow> {
        self.artifacts.intervals.iter().filter(|row| row.strategy_name == self.strategy)
    }

    fn bounds(&self, kind: Kind, market: &str, source: &str, figure: &str) -> Bounds {
        self.intervals()
            .find(|row| {
                row.backtest_type == kind.name()
                    && row.market_scenario == market
                    && row.source == source
                    && row.figure == figure
            })
            .map(bounds)
            .unwrap_or_default()
    }

    /// The drawdown rows of one source: one per market.
    fn drawn(&self, source: Source) -> Vec<&DistributionRow> {
        let own = |row: &&DistributionRow| {
            row.strategy_name == self.strategy
                && row.source == source.name()
                && row.figure == Figure::MaxDrawdown.name()
        };
        self.artifacts.distributions.iter().filter(own).collect()
    }

    fn fan(&self, market: &str, source: Source, figure: Figure) -> FanRow {
        self.artifacts
            .distributions
            .iter()
            .find(|row| {
                row.strategy_name == self.strategy
                    && row.market_scenario == market
                    && row.source == source.name()
                    && row.figure == figure.name()
            })
            .map(fan)
            .unwrap_or_default()
    }

    fn walk(&self, row: &WalkForwardRow) -> WalkRow {
        let mut sharpe = self.bounds(Kind::WalkForward, &row.market_scenario, &row.scheme, Figure::Sharpe.name());
        sharpe.reason = sharpe.reason.or_else(|| row.sharpe_ratio_reason.clone());
        // A simulated path is named `bull/test/3`.
        let scenario = row.market_scenario.split('/').next().unwrap_or_default();
        WalkRow {
            market: row.market_scenario.clone(),
            badge: realism::marked(row.badge.name(), &self.artifacts.realism, scenario),
            scheme: row.scheme.clone(),
            windows: u64::from(row.windows),
            gap_bars: u64::from(row.gap_bars),
            look_back: row.look_back_source.clone(),
            sharpe,
            sharpe_worst: row.worst_sharpe_ratio,
            sharpe_unchanged: row.unchanged_sharpe_ratio,
            efficiency: row.sharpe_efficiency,
            efficiency_reason: row.sharpe_efficiency_reason.clone(),
            return_efficiency: row.return_efficiency,
            max_drawdown: row.max_drawdown,
            drift: row
                .drift
                .0
                .iter()
                .map(|(parameter, &spread)| DriftRow { parameter: parameter.clone(), spread })
                .collect(),
            pieces: self.pieces(row),
        }
    }

    fn pieces(&self, row: &WalkForwardRow) -> Vec<PieceRow> {
        let own = |window: &&WalkForwardWindow| {
            window.strategy_name == self.strategy
                && window.market_scenario == row.market_scenario
                && window.scheme == row.scheme
        };
        self.artifacts.windows.iter().filter(own).map(piece).collect()
    }

    fn simulated(&self, row: &DistributionRow) -> SimulatedRow {
        let scenario = &row.market_scenario;
        let chance = |event| self.bounds(Kind::MonteCarlo, scenario, Source::FreshPaths.name(), event);
        let sharpe = |source| self.fan(scenario, source, Figure::Sharpe);
        SimulatedRow {
            scenario: scenario.clone(),
            badge: realism::marked(row.badge.name(), &self.artifacts.realism, scenario),
            paths: u64::from(row.runs),
            loss: chance("probability_of_loss"),
            ruin: chance("probability_of_ruin"),
            sharpe: sharpe(Source::FreshPaths),
            total_return: self.fan(scenario, Source::FreshPaths, Figure::TotalReturn),
            max_drawdown: fan(row),
            sharpe_costs_half_more: sharpe(Source::CostsHalfMore),
            sharpe_costs_tripled: sharpe(Source::CostsTripled),
            sharpe_jitter: sharpe(Source::ParameterJitter),
        }
    }

    fn reordered(&self, row: &DistributionRow) -> ReorderedRow {
        let market = &row.market_scenario;
        ReorderedRow {
            market: market.clone(),
            orders: u64::from(row.runs),
            ruin: self.bounds(Kind::MonteCarlo, market, Source::TradeOrder.name(), "probability_of_ruin"),
            max_drawdown: fan(row),
        }
    }

    fn resampled(&self, row: &IntervalRow) -> ResampledRow {
        let market = &row.market_scenario;
        let of = |figure: Figure| self.bounds(Kind::Bootstrap, market, &row.source, figure.name());
        let drawdown = self.intervals().find(|other| {
            other.backtest_type == row.backtest_type
                && other.market_scenario == *market
                && other.figure == Figure::MaxDrawdown.name()
        });
        ResampledRow {
            market: market.clone(),
            sharpe: bounds(row),
            total_return: of(Figure::TotalReturn),
            max_drawdown: of(Figure::MaxDrawdown),
            profit_factor: of(Figure::ProfitFactor),
            block_length: row.block_length,
            block_length_drawdown: drawdown.and_then(|row| row.block_length),
        }
    }
}

fn piece(window: &WalkForwardWindow) -> PieceRow {
    let chosen = if window.changed { sections::parameters(&window.chosen.0) } else { String::new() };
    PieceRow {
        start: window.test_start.0,
        end: window.test_end.0,
        trained: window.train_sharpe_ratio,
        tested: window.test_sharpe_ratio,
        unchanged: window.unchanged_sharpe_ratio,
        total_return: window.test_return,
        trades: u64::from(window.test_trades),
        chosen,
    }
}

fn bounds(row: &IntervalRow) -> Bounds {
    Bounds {
        low: row.low,
        high: row.high,
        estimate: row.estimate,
        reason: row.estimate_reason.clone().or_else(|| row.low_reason.clone()),
    }
}

fn fan(row: &DistributionRow) -> FanRow {
    let quantiles = (|| Some([row.q05?, row.q25?, row.q50?, row.q75?, row.q95?]))();
    FanRow { quantiles, reason: row.q05_reason.clone() }
}

fn worst(fan: &FanRow) -> Option<f64> {
    fan.quantiles.map(|quantiles| quantiles[0])
}

/// The lowest first; what has no value last.
fn ascending(one: Option<f64>, other: Option<f64>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}
