//! Which simulated numbers carry an asterisk: those whose generator is outside the bands of real markets.

use super::Record;
use crate::results::{ResultsError, Store, questions};
use crate::scenario::Family;
use serde_json::Value;
use std::collections::BTreeSet;

/// Scenarios whose simulated paths are outside in some fact.
#[derive(Debug, Default)]
pub(super) struct Marks(BTreeSet<String>);

impl Marks {
    /// # Errors
    /// The store's.
    pub fn read(store: &Store) -> Result<Self, ResultsError> {
        Ok(Self::of(&store.ask::<Record>(questions::REALISM, None)?))
    }

    /// `outside` are the rows of [`questions::REALISM`].
    pub fn of(outside: &[Record]) -> Self {
        let simulated = outside.iter().filter(|row| row["generator"] == Family::Gjr.name());
        Self(simulated.filter_map(|row| row["regime"].as_str().map(str::to_owned)).collect())
    }

    /// Of a number over all simulated markets.
    pub fn simulated(&self) -> &'static str {
        if self.0.is_empty() { "SIM" } else { "SIM*" }
    }

    /// Of a number from one market, whose badge is `badge` without it.
    pub fn on(&self, market: &str, badge: &mut String) {
        if badge == "SIM" && self.0.contains(market) {
            badge.push('*');
        }
    }

    /// Rows with a badge, of one market each or of all.
    pub fn rows(&self, rows: &mut [Record]) {
        for row in rows {
            let marked = match row.get("market_scenario").and_then(Value::as_str) {
                Some(market) => self.0.contains(market),
                None => !self.0.is_empty(),
            };
            if let Some(badge) = row.get_mut("badge").filter(|badge| marked && **badge == "SIM") {
                *badge = "SIM*".into();
            }
        }
    }
}
