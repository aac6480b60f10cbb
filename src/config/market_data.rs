use super::backtest::PERIODS_PER_YEAR;
use super::range::at_least;
use super::section::Section;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `market_data`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketData {
    pub directory: PathBuf,
    /// A longer silence between two daily bars is a hole in the data.
    pub max_gap_days: u32,
    /// By market name, as in `historical:IBM`.
    pub markets: BTreeMap<String, Market>,
}

/// What is particular about one market.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Market {
    /// Wins over `backtest_settings.periods_per_year`.
    pub periods_per_year: Option<f64>,
}

impl Default for MarketData {
    fn default() -> Self {
        Self { directory: PathBuf::from("data/market"), max_gap_days: 10, markets: BTreeMap::new() }
    }
}

impl MarketData {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            directory: section.path("directory", default.directory),
            max_gap_days: section.whole("max_gap_days", default.max_gap_days, at_least(1.0).to(3660.0)),
            markets: section.named("markets", |_, market| Market {
                periods_per_year: market.number_or("periods_per_year", "auto", PERIODS_PER_YEAR),
            }),
        }
    }

    pub(super) fn anchor(&mut self, base: &Path) {
        self.directory = base.join(&self.directory);
    }
}
