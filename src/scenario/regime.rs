//! The eight regimes by name.

use super::dynamics::Dynamics;
use super::instrument::Instrument;
use super::spec::Scenario;
use super::{bear, bull, crash, high_volatility, low_volatility, mixed, recovery, sideways};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A market mood of statistics §4.3. The name says what paths are drawn from, not what each turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    Bull,
    Bear,
    HighVolatility,
    LowVolatility,
    Sideways,
    Crash,
    Recovery,
    Mixed,
}

impl Regime {
    pub const ALL: [Self; 8] = [
        Self::Bull,
        Self::Bear,
        Self::HighVolatility,
        Self::LowVolatility,
        Self::Sideways,
        Self::Crash,
        Self::Recovery,
        Self::Mixed,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Bull => "bull",
            Self::Bear => "bear",
            Self::HighVolatility => "high_volatility",
            Self::LowVolatility => "low_volatility",
            Self::Sideways => "sideways",
            Self::Crash => "crash",
            Self::Recovery => "recovery",
            Self::Mixed => "mixed",
        }
    }

    pub fn dynamics(self) -> Dynamics {
        match self {
            Self::Bull => Dynamics::Single(bull::MODEL),
            Self::Bear => Dynamics::Single(bear::MODEL),
            Self::HighVolatility => Dynamics::Single(high_volatility::MODEL),
            Self::LowVolatility => Dynamics::Single(low_volatility::MODEL),
            Self::Sideways => Dynamics::Single(sideways::MODEL),
            Self::Crash => crash::dynamics(),
            Self::Recovery => Dynamics::Single(recovery::MODEL),
            Self::Mixed => mixed::dynamics(),
        }
    }
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No regime has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRegime(pub String);

impl fmt::Display for UnknownRegime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no regime {:?}; there are ", self.0)?;
        for (position, regime) in Regime::ALL.iter().enumerate() {
            write!(f, "{}{regime}", if position == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownRegime {}

impl FromStr for Regime {
    type Err = UnknownRegime;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|regime| regime.name() == name).ok_or_else(|| UnknownRegime(name.to_owned()))
    }
}

/// The regime as a scenario of one trading year on a stock index, the market its table was matched to.
pub fn standard(regime: Regime) -> Scenario {
    Scenario {
        name: regime.name().to_owned(),
        dynamics: regime.dynamics(),
        instrument: Instrument::INDEX,
        bars: 252,
        trend: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_regime_is_found_by_name_and_passes_its_own_check() {
        for regime in Regime::ALL {
            assert_eq!(regime.name().parse(), Ok(regime));
            assert_eq!(standard(regime).check(), Ok(()), "{regime}");
        }
        let said = "boom".parse::<Regime>().unwrap_err().to_string();
        assert!(said.starts_with("there is no regime \"boom\"; there are bull, bear,"), "{said}");
    }
}
