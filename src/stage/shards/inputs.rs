use serde::Serialize;
use std::fmt::Debug;

/// Shards that any later iteration may use.
pub const LASTING: &str = "lasting";
/// Shards of paths that are new in every iteration: of use to one that was killed and is done again.
pub const PASSING: &str = "passing";

/// Longer ones are known by their hash.
const PLAIN: usize = 64;

/// What results follow from, by name, in the order it was added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inputs(Vec<(String, String)>);

impl Inputs {
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let value = if value.len() > PLAIN { hashed(value.as_bytes()) } else { value };
        self.0.push((name.to_owned(), value));
        self
    }

    /// Text from which the value could be read back to the bit.
    #[must_use]
    pub fn with_debug(self, name: &str, value: &impl Debug) -> Self {
        self.with(name, format!("{value:?}"))
    }

    #[must_use]
    pub fn with_json(self, name: &str, value: &impl Serialize) -> Self {
        // What does not become JSON has a key of its own that nothing is found under.
        self.with(name, serde_json::to_string(value).unwrap_or_else(|error| format!("no JSON: {error}")))
    }

    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

fn hashed(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
}

/// The name of a shard: a hash of all that its results follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    id: String,
    pub kind: String,
    pub strategy: String,
    /// Empty where it covers all markets.
    pub market: String,
    pub inputs: Inputs,
    /// Its paths are new in every iteration.
    pub passing: bool,
    /// False: not all that its results follow from can be seen, so that it is made every time.
    pub kept: bool,
}

impl Key {
    pub fn new(kind: &str, strategy: &str, market: &str, inputs: Inputs) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        };
        for part in [kind, strategy, market] {
            add(part);
        }
        for (name, value) in &inputs.0 {
            add(name);
            add(value);
        }
        Self {
            id: hasher.finalize().to_hex()[..32].to_owned(),
            kind: kind.to_owned(),
            strategy: strategy.to_owned(),
            market: market.to_owned(),
            inputs,
            passing: false,
            kept: true,
        }
    }

    #[must_use]
    pub fn passing_if(self, passing: bool) -> Self {
        Self { passing, ..self }
    }

    #[must_use]
    pub fn kept_if(self, kept: bool) -> Self {
        Self { kept, ..self }
    }

    /// 128 bits in hexadecimal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its file in a depot.
    pub fn file(&self) -> String {
        format!("{}/{}.parquet", if self.passing { PASSING } else { LASTING }, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_wherever_an_input_does() {
        let key = |kind: &str, market: &str, inputs: Inputs| Key::new(kind, "s", market, inputs).id;
        let inputs = || Inputs::default().with("seed", "1").with("sets", "x".repeat(100));
        let own = key("standard", "bull", inputs());
        assert_eq!(own, key("standard", "bull", inputs()));
        for other in [
            key("bootstrap", "bull", inputs()),
            key("standard", "bear", inputs()),
            key("standard", "bull", Inputs::default().with("seed", "1x")),
            key("standard", "bull", inputs().with("more", "")),
            key("standard", "bull", Inputs::default().with("seed", "1").with("sets", "x".repeat(101))),
            key("standard", "bull", Inputs::default().with("see", "d1").with("sets", "x".repeat(100))),
        ] {
            assert_ne!(own, other);
        }
    }

    #[test]
    fn passing_ones_lie_apart() {
        let key = Key::new("monte_carlo", "s", "bull", Inputs::default());
        assert_eq!(key.file(), format!("lasting/{}.parquet", key.id()));
        assert_eq!(Key { passing: true, ..key.clone() }.file(), format!("passing/{}.parquet", key.id()));
    }
}
