use super::model::Model;
use super::range::{above, at_least};
use super::section::Section;
use crate::scenario::{Family, Regime};
use serde::Serialize;
use std::collections::BTreeMap;

/// `scenarios`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scenarios {
    /// Bars per simulated path.
    pub bars: usize,
    pub paths: Paths,
    /// Built-in regimes that are simulated.
    pub regimes: Vec<Regime>,
    pub instrument: Instrument,
    pub realism: Realism,
    /// The user's own regimes by name.
    pub custom: BTreeMap<String, Model>,
    /// Real markets, as in `historical:IBM`, that are scenarios once more without their direction.
    pub mirrored: Vec<String>,
}

/// Paths per scenario and purpose; the three sets are disjoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// Seen by the search.
    pub train: usize,
    /// New in every iteration, seen once, by the challenger and the incumbent.
    pub validation: usize,
    /// What the backtest stage reports.
    pub test: usize,
    /// Per foreign family, new in every iteration, for challengers that passed everything else.
    pub foreign: usize,
}

/// How generators are held against real markets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Realism {
    /// Long paths that are measured per generator and regime.
    pub paths: usize,
    /// Bars of each.
    pub bars: usize,
    /// Families that may be used although a fact of theirs is outside its band.
    pub accept_outside: Vec<Family>,
}

/// What the simulated paths are prices of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Instrument {
    /// Open of the first bar.
    pub start_price: f64,
    pub periods_per_year: f64,
    /// Share of a bar's variance between close and open: 0 around the clock, 0.25 index, 0.33 stock.
    pub overnight_share: f64,
    pub volume: Volume,
}

/// Log volume that answers to the size of moves and remembers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Volume {
    /// Typical units traded per bar.
    pub level: f64,
    /// Of log volume.
    pub growth_per_year: f64,
    /// Correlation of log volume with that of the bar before.
    pub persistence: f64,
    /// Rise of log volume per standard deviation of the bar's return.
    pub response: f64,
    /// Standard deviation of what else moves it.
    pub noise: f64,
}

impl Default for Paths {
    fn default() -> Self {
        Self { train: 4, validation: 64, test: 4, foreign: 16 }
    }
}

impl Default for Realism {
    fn default() -> Self {
        Self { paths: 6, bars: 4000, accept_outside: Family::ALL.to_vec() }
    }
}

impl Default for Instrument {
    fn default() -> Self {
        Self { start_price: 100.0, periods_per_year: 252.0, overnight_share: 0.33, volume: Volume::default() }
    }
}

impl Default for Volume {
    fn default() -> Self {
        Self { level: 5e6, growth_per_year: 0.0, persistence: 0.6, response: 0.33, noise: 0.23 }
    }
}

impl Default for Scenarios {
    fn default() -> Self {
        Self {
            bars: 504,
            paths: Paths::default(),
            regimes: Regime::ALL.to_vec(),
            instrument: Instrument::default(),
            realism: Realism::default(),
            custom: BTreeMap::new(),
            mirrored: Vec::new(),
        }
    }
}

impl Scenarios {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        let scenarios = Self {
            // A crash needs up to 130 calm bars and a leg of up to 45.
            bars: section.whole("bars", default.bars, at_least(200.0).to(100_000.0)),
            paths: section.nested("paths", Paths::read),
            regimes: section.choices("regimes", default.regimes, &Regime::ALL.map(|regime| (regime.name(), regime))),
            instrument: section.nested("instrument", Instrument::read),
            realism: section.nested("realism", Realism::read),
            custom: section.named("custom", |name, model| {
                if name.parse::<Regime>().is_ok() {
                    model.contradiction("", "is a built-in regime; choose another name");
                } else if !is_snake_case(name) {
                    model.contradiction("", "a scenario's name is lower-case letters, digits and underscores");
                }
                Model::read(model)
            }),
            mirrored: section.texts("mirrored", default.mirrored),
        };
        for (at, market) in scenarios.mirrored.iter().enumerate() {
            if scenarios.mirrored[..at].contains(market) {
                section.contradiction("mirrored", format!("`{market}` stands in the list twice"));
            }
            if scenarios.custom.contains_key(&mirrored(market)) {
                section.contradiction("mirrored", format!("`{}` is a scenario under `custom`, too", mirrored(market)));
            }
        }
        if scenarios.names().is_empty() {
            section.empty(
                "regimes",
                "there is nothing to simulate; name a regime, add one under `custom` or a market under `mirrored`",
            );
        }
        scenarios
    }

    /// Every scenario by name, the built-in ones first.
    pub fn names(&self) -> Vec<String> {
        let built_in = self.regimes.iter().map(|regime| regime.name().to_owned());
        let mirrored = self.mirrored.iter().map(|market| mirrored(market));
        built_in.chain(self.custom.keys().cloned()).chain(mirrored).collect()
    }
}

/// The scenario that a market without its direction is.
pub fn mirrored(market: &str) -> String {
    format!("mirrored_{}", market.to_lowercase())
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

impl Paths {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        // Two paths are the least that have a spread, and a test without a spread is none.
        Self {
            train: section.whole("train", default.train, at_least(1.0).to(10_000.0)),
            validation: section.whole("validation", default.validation, at_least(2.0).to(10_000.0)),
            test: section.whole("test", default.test, at_least(1.0).to(10_000.0)),
            foreign: section.whole("foreign", default.foreign, at_least(2.0).to(10_000.0)),
        }
    }
}

impl Realism {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            paths: section.whole("paths", default.paths, at_least(1.0).to(1000.0)),
            // The bands are those of 2,500 bars and more.
            bars: section.whole("bars", default.bars, at_least(2500.0).to(100_000.0)),
            accept_outside: section.choices(
                "accept_outside",
                default.accept_outside,
                &Family::ALL.map(|family| (family.name(), family)),
            ),
        }
    }
}

impl Instrument {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            start_price: section.number("start_price", default.start_price, at_least(1e-6).to(1e9)),
            periods_per_year: section.number("periods_per_year", default.periods_per_year, at_least(1.0).to(1e6)),
            overnight_share: section.number("overnight_share", default.overnight_share, at_least(0.0).to(0.9)),
            volume: section.nested("volume", Volume::read),
        }
    }
}

impl Volume {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            level: section.number("level", default.level, above(0.0).to(1e15)),
            growth_per_year: section.number("growth_per_year", default.growth_per_year, at_least(-1.0).to(1.0)),
            persistence: section.number("persistence", default.persistence, at_least(0.0).to(0.99)),
            response: section.number("response", default.response, at_least(0.0).to(2.0)),
            noise: section.number("noise", default.noise, at_least(0.0).to(2.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_regime_has_the_name_it_serialises_to() {
        for regime in Regime::ALL {
            assert_eq!(serde_json::to_value(regime).unwrap(), regime.name());
        }
        for family in Family::ALL {
            assert_eq!(serde_json::to_value(family).unwrap(), family.name());
        }
    }
}
