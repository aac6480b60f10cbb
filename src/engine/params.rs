use crate::market::Rate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an order is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// At the open of the bar after the decision.
    #[default]
    NextOpen,
    /// At the very close that the decision saw: optimistic, and to be labelled wherever it is shown.
    Close,
}

impl Fill {
    pub const fn name(self) -> &'static str {
        match self {
            Self::NextOpen => "next_open",
            Self::Close => "close",
        }
    }
}

/// What trading costs and how much may be traded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Money at the start, above zero.
    pub initial_capital: f64,
    /// Fraction of the traded notional, taken from cash, in [0, 1).
    pub commission_rate: Rate,
    /// Fraction by which a fill is worse than the market price, in [0, 1).
    pub slippage_rate: Rate,
    /// Share of equity behind a target exposure of 1, in (0, 1].
    pub max_position_size: Rate,
    pub fill: Fill,
    /// Without it a negative target is a target of 0.
    pub allow_short: bool,
    /// Positions are rounded towards zero to whole units.
    pub whole_units: bool,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            initial_capital: 100_000.0,
            commission_rate: 0.001,
            slippage_rate: 0.0005,
            max_position_size: 0.1,
            fill: Fill::NextOpen,
            allow_short: true,
            whole_units: false,
        }
    }
}

/// A parameter out of its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParamFault {
    pub name: &'static str,
    pub value: f64,
    pub range: &'static str,
}

impl fmt::Display for ParamFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, range } = self;
        write!(f, "{name} is {value}, it must be {range}")
    }
}

impl std::error::Error for ParamFault {}

impl Params {
    /// # Errors
    /// The first parameter outside its range.
    pub fn check(&self) -> Result<(), ParamFault> {
        let fault = |name, value, range| Err(ParamFault { name, value, range });
        if !(self.initial_capital > 0.0 && self.initial_capital.is_finite()) {
            return fault("initial_capital", self.initial_capital, "above 0");
        }
        for (name, value) in [("commission_rate", self.commission_rate), ("slippage_rate", self.slippage_rate)] {
            if !(0.0..1.0).contains(&value) {
                return fault(name, value, "at least 0 and below 1");
            }
        }
        if !(self.max_position_size > 0.0 && self.max_position_size <= 1.0) {
            return fault("max_position_size", self.max_position_size, "above 0 and at most 1");
        }
        Ok(())
    }

    /// The target that an exposure asks for, or None for NaN: as before.
    pub(super) fn target(&self, exposure: f64) -> Option<f64> {
        let least = if self.allow_short { -1.0 } else { 0.0 };
        (!exposure.is_nan()).then(|| exposure.clamp(least, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_parameter_and_its_range() {
        assert_eq!(Params::default().check(), Ok(()));
        let fault = Params { max_position_size: 1.5, ..Params::default() }.check().unwrap_err();
        assert_eq!(fault.to_string(), "max_position_size is 1.5, it must be above 0 and at most 1");
        assert!(Params { commission_rate: f64::NAN, ..Params::default() }.check().is_err());
        assert!(Params { initial_capital: f64::INFINITY, ..Params::default() }.check().is_err());
    }
}
