use super::range::{above, at_least};
use super::section::Section;
use crate::market::Rate;
use serde::Serialize;

/// `backtest_settings`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Backtest {
    pub initial_capital: f64,
    /// Fraction of traded notional.
    pub commission_rate: Rate,
    /// Fraction of the price, always adverse.
    pub slippage_rate: Rate,
    /// Fraction of equity held at target exposure 1.
    pub max_position_size: f64,
    /// Fill at the close that made the decision instead of the next open.
    pub fill_at_close: bool,
    /// False: targets below zero are read as zero.
    pub allow_short: bool,
    pub whole_units: bool,
    /// Per year.
    pub risk_free_rate: Rate,
    /// Bars per year of historical markets; None: 365 where bars fall on weekends, else 252.
    pub periods_per_year: Option<f64>,
    /// Parameter sets tried around the current ones.
    pub variations: usize,
    /// Parts each path is scored on besides the whole.
    pub spans: usize,
}

impl Default for Backtest {
    fn default() -> Self {
        Self {
            initial_capital: 100_000.0,
            commission_rate: 0.001,
            slippage_rate: 0.0005,
            max_position_size: 0.1,
            fill_at_close: false,
            allow_short: true,
            whole_units: false,
            risk_free_rate: 0.0,
            periods_per_year: None,
            variations: 15,
            spans: 3,
        }
    }
}

/// Bars per year: yearly bars up to one per second around the clock.
pub(super) const PERIODS_PER_YEAR: super::range::Admissible = at_least(1.0).to(31_536_000.0);

impl Backtest {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            initial_capital: section.number("initial_capital", default.initial_capital, above(0.0).to(1e15)),
            commission_rate: section.number("commission_rate", default.commission_rate, at_least(0.0).to(0.1)),
            slippage_rate: section.number("slippage_rate", default.slippage_rate, at_least(0.0).to(0.1)),
            max_position_size: section.number("max_position_size", default.max_position_size, above(0.0).to(1.0)),
            fill_at_close: section.choice("fill", default.fill_at_close, &[("next_open", false), ("close", true)]),
            allow_short: section.flag("allow_short", default.allow_short),
            whole_units: section.flag("whole_units", default.whole_units),
            risk_free_rate: section.number("risk_free_rate", default.risk_free_rate, above(-1.0).to(1.0)),
            periods_per_year: section.number_or("periods_per_year", "auto", PERIODS_PER_YEAR),
            variations: section.whole("variations", default.variations, at_least(0.0).to(10_000.0)),
            spans: section.whole("spans", default.spans, at_least(1.0).to(100.0)),
        }
    }
}
