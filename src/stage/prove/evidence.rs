//! How often something happened, and what that says.

use crate::stats::clopper_pearson;
use serde_json::{Value, json};

/// Chance of one or more false changes in the life of a loop that the gate promises to stay below.
pub const PROMISED: f64 = 0.05;
/// Loops from which on the promise is to be shown, not only not refuted.
const MANY: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub happened: usize,
    pub of: usize,
}

impl Count {
    pub fn of<T>(all: &[T], is: impl Fn(&T) -> bool) -> Self {
        Self { happened: all.iter().filter(|one| is(one)).count(), of: all.len() }
    }

    /// None of nothing.
    pub fn rate(self) -> Option<f64> {
        (self.of > 0).then(|| self.happened as f64 / self.of as f64)
    }

    /// Clopper and Pearson, 95% both sides together.
    pub fn interval(self) -> (f64, f64) {
        clopper_pearson(self.happened, self.of, 0.95)
    }

    pub fn json(self) -> Value {
        let (low, high) = self.interval();
        json!({ "rate": self.rate(), "interval": [low, high] })
    }

    /// `3 of 400, 0.8% [0.2%, 2.2%]`
    pub fn words(self) -> String {
        let (low, high) = self.interval();
        let rate = self.rate().map_or_else(|| "-".to_owned(), |rate| format!("{:.1}%", 100.0 * rate));
        format!("{} of {}, {rate} [{:.1}%, {:.1}%]", self.happened, self.of, 100.0 * low, 100.0 * high)
    }
}

/// The most of `loops` that may be changed falsely: from 200 on what shows a rate of at most 5% with 95% confidence
/// (4 of 200, 12 of 400), below that what a rate of 5% exceeds once in a hundred times at most (7 of 60).
pub fn allowed(loops: usize) -> usize {
    let stands = |changed: usize| {
        if loops >= MANY {
            clopper_pearson(changed, loops, 0.90).1 <= PROMISED
        } else {
            clopper_pearson(changed, loops, 0.98).0 <= PROMISED
        }
    };
    (0..=loops).take_while(|&changed| stands(changed)).last().unwrap_or(0)
}

/// What [`allowed`] stands for, in words.
pub fn rule(loops: usize) -> &'static str {
    if loops >= MANY {
        "shows with 95% confidence that at most 5% of loops are ever changed falsely"
    } else {
        "does not refute, at the 1% level, that at most 5% of loops are ever changed falsely"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy 1.17.1: `binom.ppf(.99, 60, .05)` is 7, and `binomtest(k, n).proportion_ci(.90, "exact").high` is at most
    /// .05 for 4 of 200 and 12 of 400, not for 5 and 13.
    #[test]
    fn the_allowed_numbers_are_those_of_the_binomial() {
        assert_eq!([1, 60, 199, 200, 400].map(allowed), [1, 7, 18, 4, 12]);
    }

    #[test]
    fn counts_speak_for_themselves() {
        let count = Count { happened: 5, of: 10 };
        assert_eq!(count.words(), "5 of 10, 50.0% [18.7%, 81.3%]");
        assert_eq!(Count { happened: 0, of: 0 }.json(), json!({ "rate": null, "interval": [0.0, 1.0] }));
    }
}
