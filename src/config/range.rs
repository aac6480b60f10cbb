//! Admissible ranges, as the code checks them and as a message names them.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Admissible {
    low: f64,
    low_is_open: bool,
    high: f64,
    high_is_open: bool,
}

pub(super) const fn at_least(low: f64) -> Admissible {
    Admissible { low, low_is_open: false, high: f64::MAX, high_is_open: false }
}

pub(super) const fn above(low: f64) -> Admissible {
    Admissible { low_is_open: true, ..at_least(low) }
}

impl Admissible {
    pub const fn to(self, high: f64) -> Self {
        Self { high, ..self }
    }

    pub const fn below(self, high: f64) -> Self {
        Self { high, high_is_open: true, ..self }
    }

    /// NaN and infinities are in no range.
    pub fn contains(self, value: f64) -> bool {
        let above = if self.low_is_open { value > self.low } else { value >= self.low };
        let below = if self.high_is_open { value < self.high } else { value <= self.high };
        value.is_finite() && above && below
    }
}

impl fmt::Display for Admissible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.low_is_open { "above" } else { "at least" }, self.low)?;
        if self.high < f64::MAX {
            write!(f, " and {} {}", if self.high_is_open { "below" } else { "at most" }, self.high)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_in_or_out_as_the_text_says() {
        let range = above(0.0).to(1.0);
        assert_eq!(range.to_string(), "above 0 and at most 1");
        assert!(!range.contains(0.0) && range.contains(1.0) && range.contains(f64::MIN_POSITIVE));
        let range = at_least(-1.0).below(1.0);
        assert_eq!(range.to_string(), "at least -1 and below 1");
        assert!(range.contains(-1.0) && !range.contains(1.0));
        assert!(!at_least(0.0).contains(f64::INFINITY) && !at_least(0.0).contains(f64::NAN));
    }
}
