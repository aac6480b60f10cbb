//! Markets as the host holds them: sent once, known by content, a few at a time.

use crate::market::Series;
use serde::Serialize;

/// Markets kept by the host.
const KEPT: usize = 6;
const HISTORICAL: &str = "historical:";

#[derive(Serialize)]
pub(super) struct Introduction<'a> {
    act: &'static str,
    pub key: String,
    count: usize,
    symbol: &'a str,
    forget: Vec<String>,
}

/// What the host holds now, least recently used first.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<String>);

impl Held {
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The key of `payload`, and what to tell the host first where it does not hold it.
    pub fn touch<'a>(&mut self, market: &'a Series, payload: &[u8]) -> (String, Option<Introduction<'a>>) {
        let key = blake3::hash(payload).to_hex()[..32].to_owned() + symbol(market);
        if let Some(at) = self.0.iter().position(|held| *held == key) {
            self.0.remove(at);
            self.0.push(key.clone());
            return (key, None);
        }
        let forget = self.0.drain(..(self.0.len() + 1).saturating_sub(KEPT)).collect();
        self.0.push(key.clone());
        let (count, symbol) = (market.len(), symbol(market));
        (key.clone(), Some(Introduction { act: "market", key, count, symbol, forget }))
    }
}

/// A symbol for classes that ask for one. Which scenario a path is from is nobody's business there.
fn symbol(market: &Series) -> &str {
    market.name.strip_prefix(HISTORICAL).unwrap_or("ASSET")
}

/// Six little-endian columns: microseconds (i64), then open, high, low, close, volume (f64).
pub(super) fn payload(market: &Series) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(48 * market.len());
    bytes.extend(market.timestamp.iter().flat_map(|value| value.to_le_bytes()));
    for (_, values) in market.columns() {
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markets_are_known_by_content_and_the_oldest_is_forgotten() {
        let market = |close: f64| Series { timestamp: vec![1], close: vec![close], ..Series::default() };
        let mut held = Held::default();
        let first = market(0.0);
        assert!(held.touch(&first, &payload(&first)).1.is_some());
        assert!(held.touch(&first, &payload(&first)).1.is_none());
        for close in 1..=KEPT {
            let other = market(close as f64);
            let (_, introduction) = held.touch(&other, &payload(&other));
            assert_eq!(introduction.map(|told| told.forget.len()), Some(usize::from(close == KEPT)));
        }
        assert!(held.touch(&first, &payload(&first)).1.is_some());
    }
}
