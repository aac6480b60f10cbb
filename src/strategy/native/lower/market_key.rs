//! Dicts of the constructor whose only key is the market's symbol, whatever it is called: `self.state[symbol]`.

use super::facts::Symbol;
use super::ty::StaticId;
use super::val::{Literal, Val};
use super::{Lower, Pass};

/// No string literal of a source is this one.
const MARKET: &str = "\u{0}market";

impl Pass<'_> {
    /// The name under which a dict keeps what stands under this key. Beside the market's symbol no other key can be
    /// told apart.
    pub fn static_key(&mut self, id: StaticId, at: &Val) -> Lower<String> {
        let market = matches!(at.literal, Some(Literal::Symbol(symbol))
            if self.facts.symbols().get(symbol) == Some(&Symbol::Market));
        let key = if market { MARKET.to_owned() } else { self.key(at)? };
        if self.keys_of(id).iter().any(|known| (known == MARKET) != market) {
            return self.obstacle("a dict", "with the market's symbol and other keys");
        }
        Ok(key)
    }

    pub fn has_market_key(&self, id: StaticId) -> bool {
        self.keys_of(id).iter().any(|known| known == MARKET)
    }

    /// `dict.setdefault(key, default)`
    pub fn set_default(&mut self, id: StaticId, key: &str, default: &Val) -> Lower<Val> {
        let set = self.attribute_is_set(id, key)?;
        match set.literal {
            Some(Literal::Bool(true)) => return self.get_attribute(id, key),
            Some(_) => {
                self.set_attribute(id, key, default)?;
                return Ok(default.clone());
            }
            None => {}
        }
        let word = self.word(&set);
        let Some(no) = self.split(word) else { return Ok(Val::never()) };
        let held = self.get_attribute(id, key)?;
        let mut ends: Vec<_> = self.part().map(|flow| (flow, held)).into_iter().collect();
        self.follow(no);
        self.set_attribute(id, key, default)?;
        ends.extend(self.part().map(|flow| (flow, default.clone())));
        self.meet_with(ends)
    }
}
