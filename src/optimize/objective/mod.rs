//! What a search can seek: one objective per file, each with the cases in which it has no value.
//!
//! The mean over the paths of a scenario, then over scenarios (see [`aggregate`]). Nothing here turns
//! an undefined figure into a number that could win.

mod aggregate;
mod cagr;
mod calmar;
mod expression;
mod max_drawdown;
mod metric_row;
mod profit_factor;
mod sharpe;
mod sortino;
mod total_return;
mod volatility;
mod win_rate;

pub use aggregate::{Aggregate, Aggregation, AggregationError, ScenarioRows};
pub use expression::{Expression, ExpressionError};
pub use metric_row::MetricRow;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Maximise,
    Minimise,
}

/// One figure of one path.
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) direction: Direction,
    /// What doing nothing is worth; see [`Aggregation`] for where it counts.
    pub(crate) idle: f64,
    pub(crate) of: fn(&MetricRow) -> Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    Sharpe,
    TotalReturn,
    MaxDrawdown,
    Sortino,
    Calmar,
    Cagr,
    Volatility,
    WinRate,
    ProfitFactor,
}

impl Objective {
    pub const ALL: [Self; 9] = [
        Self::Sharpe,
        Self::TotalReturn,
        Self::MaxDrawdown,
        Self::Sortino,
        Self::Calmar,
        Self::Cagr,
        Self::Volatility,
        Self::WinRate,
        Self::ProfitFactor,
    ];

    const fn definition(self) -> &'static Definition {
        match self {
            Self::Sharpe => &sharpe::DEFINITION,
            Self::TotalReturn => &total_return::DEFINITION,
            Self::MaxDrawdown => &max_drawdown::DEFINITION,
            Self::Sortino => &sortino::DEFINITION,
            Self::Calmar => &calmar::DEFINITION,
            Self::Cagr => &cagr::DEFINITION,
            Self::Volatility => &volatility::DEFINITION,
            Self::WinRate => &win_rate::DEFINITION,
            Self::ProfitFactor => &profit_factor::DEFINITION,
        }
    }

    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|objective| objective.name() == name)
    }

    pub const fn direction(self) -> Direction {
        self.definition().direction
    }

    /// The figure on one path; None where it is undefined, not finite, or nothing was ever held.
    pub fn of(self, row: &MetricRow) -> Option<f64> {
        (!row.is_idle()).then(|| (self.definition().of)(row)).flatten().filter(|value| value.is_finite())
    }
}

/// An objective of the user's choice: a named one or an expression.
#[derive(Debug, Clone)]
pub enum Goal {
    Named(Objective),
    Custom(Expression),
}

impl Goal {
    pub fn name(&self) -> &str {
        match self {
            Self::Named(objective) => objective.name(),
            Self::Custom(expression) => expression.name(),
        }
    }

    pub fn direction(&self) -> Direction {
        match self {
            Self::Named(objective) => objective.direction(),
            Self::Custom(expression) => expression.direction(),
        }
    }

    pub fn of(&self, row: &MetricRow) -> Option<f64> {
        match self {
            Self::Named(objective) => objective.of(row),
            Self::Custom(expression) => expression.of(row),
        }
    }

    /// None for an expression: what doing nothing is worth in its unit is not known.
    pub(crate) fn idle(&self) -> Option<f64> {
        match self {
            Self::Named(objective) => Some(objective.definition().idle),
            Self::Custom(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metric_row::sample;

    #[test]
    fn names_are_those_of_the_configuration() {
        for objective in Objective::ALL {
            assert_eq!(Objective::named(objective.name()), Some(objective));
            assert_eq!(serde_json::to_value(objective).ok(), Some(objective.name().into()));
        }
    }

    #[test]
    fn a_path_without_a_position_has_no_value_for_any_objective() {
        let idle = MetricRow {
            total_return: Some(0.0),
            cagr: Some(0.0),
            volatility: Some(0.0),
            max_drawdown: Some(0.0),
            ..MetricRow::default()
        };
        for objective in Objective::ALL {
            assert_eq!(objective.of(&idle), None, "{}", objective.name());
            assert!(objective.of(&sample()).is_some(), "{}", objective.name());
        }
        // A position held to the end closes no trade, yet it was a position.
        assert_eq!(Objective::TotalReturn.of(&MetricRow { total_trades: 0, ..sample() }), sample().total_return);
    }

    #[test]
    fn infinity_is_undefined() {
        let row = MetricRow { profit_factor: Some(f64::INFINITY), sharpe_ratio: Some(f64::NAN), ..sample() };
        assert_eq!(Objective::ProfitFactor.of(&row), None);
        assert_eq!(Objective::Sharpe.of(&row), None);
    }
}
